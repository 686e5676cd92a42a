//! A certificate authority that lives as long as the server, and the server's certificate. kubectl sends no
//! token over plain HTTP, so there is no way without.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::ServingError;

/// How servers prove who they are, and what their clients must trust.
pub(super) struct Identity {
    pub(super) server: TlsAcceptor,
    /// The authority's certificate, PEM.
    pub(super) authority: String,
    /// A server of an authority that nobody trusts.
    pub(super) foreign: TlsAcceptor,
}

impl Identity {
    /// A new one for 127.0.0.1.
    pub(super) fn generate(provider: &Arc<CryptoProvider>) -> Result<Self, ServingError> {
        let (authority, server) = signed(provider, "gitops lab")?;
        let (_, foreign) = signed(provider, "somebody else")?;
        Ok(Self { server, authority, foreign })
    }
}

/// An authority, and a server's certificate of its.
fn signed(provider: &Arc<CryptoProvider>, name: &str) -> Result<(String, TlsAcceptor), ServingError> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate()?;
    let authority = params.self_signed(&key)?.pem();
    let issuer = Issuer::new(params, key);

    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, format!("{name} server"));
    params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    let chain = vec![CertificateDer::from(certificate)];
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(ServingError::Key)?;
    Ok((authority, TlsAcceptor::from(Arc::new(configured(provider, chain, key)?))))
}

fn configured(
    provider: &Arc<CryptoProvider>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
