//! A certificate authority, which may outlive the server, and the server's certificate, which does not. kubectl sends no
//! token over plain HTTP, so there is no way without.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;

use super::error::ServingError;

/// How servers prove who they are, and what their clients must trust.
pub(super) struct ServerIdentity {
    pub(super) server: TlsAcceptor,
    /// The authority's certificate, PEM.
    pub(super) authority: String,
    /// A server of an authority that nobody trusts.
    pub(super) foreign: TlsAcceptor,
}

/// What the lab's own authority calls itself.
pub(super) const AUTHORITY: &str = "gitops lab";

/// A certificate authority: PEM.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Authority {
    pub(super) certificate: String,
    key: String,
}

impl Authority {
    /// A new one.
    pub(super) fn generate(name: &str) -> Result<Self, ServingError> {
        let key = KeyPair::generate()?;
        let certificate = authority_params(name).self_signed(&key)?.pem();
        Ok(Self { certificate, key: key.serialize_pem() })
    }

    /// Who signs with its key. The authority's certificate is known by its name and key alone, so that it need not be
    /// read for that.
    fn issuer(&self, name: &str) -> Result<Issuer<'static, KeyPair>, ServingError> {
        Ok(Issuer::new(authority_params(name), KeyPair::from_pem(&self.key)?))
    }
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

impl ServerIdentity {
    /// A new one for 127.0.0.1, of a new authority.
    pub(super) fn generate(provider: &Arc<CryptoProvider>) -> Result<Self, ServingError> {
        Self::of(provider, &Authority::generate(AUTHORITY)?)
    }

    /// A new one for 127.0.0.1, of an authority that there is.
    pub(super) fn of(provider: &Arc<CryptoProvider>, authority: &Authority) -> Result<Self, ServingError> {
        let somebody_else = "somebody else";
        let server = acceptor(provider, authority, AUTHORITY)?;
        let foreign = acceptor(provider, &Authority::generate(somebody_else)?, somebody_else)?;
        Ok(Self { server, authority: authority.certificate.clone(), foreign })
    }
}

/// A server with a certificate of the authority's.
fn acceptor(
    provider: &Arc<CryptoProvider>,
    authority: &Authority,
    name: &str,
) -> Result<TlsAcceptor, ServingError> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, format!("{name} server"));
    params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &authority.issuer(name)?)?;
    let chain = vec![CertificateDer::from(certificate)];
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(ServingError::Key)?;
    Ok(TlsAcceptor::from(Arc::new(configured(provider, chain, key)?)))
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
