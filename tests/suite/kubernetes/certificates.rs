//! Certificates that tests are made of, each with what is right or wrong about it.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// A certificate with its key.
pub(crate) struct Certificate {
    params: CertificateParams,
    key: KeyPair,
    certificate: rcgen::Certificate,
}

/// What a server's certificate says for `names`, before it is signed.
pub(crate) fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).expect("names")
}

/// The same with the extension of an authority.
pub(crate) fn authority_params(names: &[&str]) -> CertificateParams {
    let mut params = params(names);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

/// The same for clients alone.
pub(super) fn for_clients(mut params: CertificateParams) -> CertificateParams {
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

/// The same, no longer valid.
pub(super) fn expired(mut params: CertificateParams) -> CertificateParams {
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    params
}

/// The same, not valid yet.
pub(super) fn not_yet_valid(mut params: CertificateParams) -> CertificateParams {
    params.not_before = rcgen::date_time_ymd(2200, 1, 1);
    params
}

impl Certificate {
    /// Signed by itself.
    pub(crate) fn self_signed(params: CertificateParams) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { params, key, certificate }
    }

    /// Signed by this one.
    pub(crate) fn sign(&self, params: CertificateParams) -> Self {
        self.sign_key(params, KeyPair::generate().expect("a key"))
    }

    /// Signed by this one, for a given key.
    pub(super) fn sign_key(&self, params: CertificateParams, key: KeyPair) -> Self {
        let issuer = Issuer::from_params(&self.params, &self.key);
        let certificate = params.signed_by(&key, &issuer).expect("a certificate");
        Self { params, key, certificate }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(super) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// For the same name and key as another certificate, signed by this one, and no longer valid: a superfluous one of
    /// those that servers send along.
    pub(crate) fn cross_sign_expired(&self, other: &Self) -> Self {
        let key = KeyPair::try_from(other.key.serialize_der()).expect("a key");
        self.sign_key(expired(other.params.clone()), key)
    }

    fn der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    /// The settings of a server that shows it, of whatever version of TLS.
    pub(super) fn server_config(&self) -> ServerConfig {
        self.config(rustls::ALL_VERSIONS, None)
    }

    /// The same, sending another certificate along.
    pub(crate) fn server_config_with(&self, other: &Self) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().expect("versions").with_no_client_auth();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        builder.with_single_cert(vec![self.der(), other.der()], key).expect("a key")
    }

    /// The same with TLS 1.2 alone.
    pub(super) fn old_server_config(&self) -> ServerConfig {
        self.config(&[&rustls::version::TLS12], None)
    }

    /// The same, demanding a client certificate of an authority.
    pub(super) fn demanding_server_config(&self, authority: &Self) -> ServerConfig {
        self.config(rustls::ALL_VERSIONS, Some(authority))
    }

    fn config(
        &self,
        versions: &[&'static rustls::SupportedProtocolVersion],
        clients: Option<&Self>,
    ) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone());
        let builder = builder.with_protocol_versions(versions).expect("versions");
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.der()).expect("an authority");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        builder.with_single_cert(vec![self.der()], key).expect("a key")
    }
}

/// As kubeconfigs hold what other programs keep in files.
pub(super) fn data(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}
