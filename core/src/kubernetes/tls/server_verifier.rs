//! Whether a server is the one that was meant.
//!
//! `webpki` decides, but for one case: a certificate that is among the trusted ones itself. webpki refuses to see
//! an authority's certificate used by a server; Go, and so kubectl, takes a certificate that is trusted by name as
//! it is. So do clusters that sign their server's certificate with itself. Its dates, its purpose and its names
//! are checked all the same.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::der::Terms;
use super::settings::TlsError;
use crate::wire::ServerTrust;

/// Trusts named certificates alone.
#[derive(Debug)]
pub(super) struct NamedRoots {
    trusted: RwLock<Arc<Trusted>>,
    /// Where they are read anew from when a server shows another one: authorities in pods are replaced in time.
    file: Option<PathBuf>,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
struct Trusted {
    certificates: Vec<CertificateDer<'static>>,
    webpki: Arc<WebPkiServerVerifier>,
}

impl Trusted {
    /// As kubectl does: what does not parse is passed over while something does.
    fn new(
        certificates: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(certificates.iter().cloned());
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone()).build();
        let webpki = webpki.map_err(|_| TlsError::NoRoots)?;
        Ok(Self { certificates, webpki })
    }

    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.webpki.verify_server_cert(end_entity, intermediates, name, &[], now);
        if verified.is_err() && self.certificates.iter().any(|trusted| trusted == end_entity) {
            return verify_terms(end_entity, name, now);
        }
        verified
    }
}

/// Checks what stands in a certificate that is trusted as it is.
fn verify_terms(
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, rustls::Error> {
    let terms = Terms::read(certificate).ok_or(CertificateError::BadEncoding)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if now < terms.valid.0 {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > terms.valid.1 {
        return Err(CertificateError::Expired.into());
    }
    if !terms.is_for_servers {
        return Err(CertificateError::InvalidPurpose.into());
    }
    verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
    Ok(ServerCertVerified::assertion())
}

impl NamedRoots {
    pub(super) fn new(
        certificates: Vec<CertificateDer<'static>>,
        file: Option<PathBuf>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        let trusted = RwLock::new(Arc::new(Trusted::new(certificates, &provider)?));
        Ok(Self { trusted, file, provider })
    }

    fn trusted(&self) -> Arc<Trusted> {
        self.trusted.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The certificates of the file, where they are others than before.
    fn renewed(&self) -> Option<Arc<Trusted>> {
        let certificates = super::settings::certificates(&std::fs::read(self.file.as_ref()?).ok()?);
        if certificates == self.trusted().certificates {
            return None;
        }
        let trusted = Arc::new(Trusted::new(certificates, &self.provider).ok()?);
        *self.trusted.write().unwrap_or_else(PoisonError::into_inner) = trusted.clone();
        Some(trusted)
    }
}

impl ServerTrust for NamedRoots {
    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.trusted().verify(end_entity, intermediates, name, now);
        match (&verified, verified.is_err().then(|| self.renewed()).flatten()) {
            (_, Some(trusted)) => trusted.verify(end_entity, intermediates, name, now),
            _ => verified,
        }
    }

    fn provider(&self) -> &CryptoProvider {
        &self.provider
    }
}

/// Believes every server: `insecure-skip-tls-verify`. Signatures are not checked either, because whoever stands
/// in between shows a certificate and signs with its key.
#[derive(Debug)]
pub(super) struct NoVerifier;

impl ServerCertVerifier for NoVerifier {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    /// Every scheme of Go's TLS, so that a server is not turned away for its key before it is believed.
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![
            SignatureScheme::RSA_PSS_SHA256,
            SignatureScheme::ECDSA_NISTP256_SHA256,
            SignatureScheme::ED25519,
            SignatureScheme::RSA_PSS_SHA384,
            SignatureScheme::RSA_PSS_SHA512,
            SignatureScheme::RSA_PKCS1_SHA256,
            SignatureScheme::RSA_PKCS1_SHA384,
            SignatureScheme::RSA_PKCS1_SHA512,
            SignatureScheme::ECDSA_NISTP384_SHA384,
            SignatureScheme::ECDSA_NISTP521_SHA512,
        ]
    }
}
