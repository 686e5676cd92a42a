//! Whether a server of GitHub or Azure is the one that was meant: by the added roots, or else by the system's, which are
//! many files on some systems and are read only where the added ones do not tell.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::roots::{Roots, system};

/// How clients of GitHub and Azure speak TLS.
///
/// # Errors
/// Only where a provider has no cipher for any version of TLS, which the suite's has.
pub(super) fn client_config(roots: &Roots) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(ServerVerifier(AddedRoots::new(roots, provider.clone())));
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Whom a client trusts. [`ServerVerifier`] asks it of every server.
pub(crate) trait ServerTrust: fmt::Debug + Send + Sync {
    /// Whether a certificate is that of the server that was meant.
    ///
    /// # Errors
    /// It is not.
    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error>;

    /// The algorithms of signatures.
    fn provider(&self) -> &CryptoProvider;
}

/// Verifies servers by whom a client trusts, and their signatures as `webpki` does.
#[derive(Debug)]
pub(crate) struct ServerVerifier<T>(pub(crate) T);

impl<T: ServerTrust> ServerCertVerifier for ServerVerifier<T> {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.0.verify(end_entity, intermediates, name, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.provider().signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.provider().signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.provider().signature_verification_algorithms.supported_schemes()
    }
}

/// Trusts the added roots and the system's.
#[derive(Debug)]
struct AddedRoots {
    added: Option<Arc<WebPkiServerVerifier>>,
    system: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
    provider: Arc<CryptoProvider>,
}

impl AddedRoots {
    fn new(roots: &Roots, provider: Arc<CryptoProvider>) -> Self {
        Self { added: verifier(roots.added().to_vec(), &provider), system: OnceLock::new(), provider }
    }

    fn system(&self) -> Option<&WebPkiServerVerifier> {
        self.system.get_or_init(|| verifier(system(), &self.provider)).as_deref()
    }
}

/// One that trusts these certificates; `None` where there is none that can be.
fn verifier(certificates: Vec<Vec<u8>>, provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates.into_iter().map(CertificateDer::from));
    WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone()).build().ok()
}

impl ServerTrust for AddedRoots {
    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verify = |verifier: &WebPkiServerVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, name, &[], now)
        };
        let unknown = || Err(CertificateError::UnknownIssuer.into());
        let by_added = self.added.as_deref().map_or_else(unknown, verify);
        if by_added.is_ok() {
            return by_added;
        }
        // Whichever knows the authority says what is wrong.
        match self.system().map_or_else(unknown, verify) {
            Err(error) if is_unknown_issuer(&error) => by_added,
            by_system => by_system,
        }
    }

    fn provider(&self) -> &CryptoProvider {
        &self.provider
    }
}

fn is_unknown_issuer(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer))
}
