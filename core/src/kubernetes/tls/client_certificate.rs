//! The certificate and the key that a client shows to a server.

use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::settings::{TlsError, certificates};
use crate::wire::Secret;

/// A client certificate, both parts in PEM form.
#[derive(Clone, Debug)]
pub(in crate::kubernetes) struct ClientCertificate {
    /// The certificate, and those between it and its authority.
    pub(in crate::kubernetes) chain: Vec<u8>,
    /// Its private key: PKCS #8, PKCS #1 or SEC 1.
    pub(in crate::kubernetes) key: Secret,
}

impl ClientCertificate {
    /// Chain and key, as rustls takes them.
    pub(super) fn read(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
        let chain = certificates(&self.chain);
        if chain.is_empty() {
            return Err(TlsError::ClientCertificate { why: "it holds no certificate" });
        }
        Ok((chain, key(self.key.expose().as_bytes())?))
    }
}

/// The first private key of a PEM text. As for kubectl its label does not say in which of the three forms it is;
/// what stands beside it, as the parameters of a curve do, does not count.
fn key(text: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    let sections = <(SectionKind, Vec<u8>)>::pem_slice_iter(text).filter_map(Result::ok);
    let mut keys = sections.filter(|(kind, _)| {
        matches!(kind, SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey)
    });
    let (_, der) = keys.next().ok_or(TlsError::ClientKey { why: "it holds no private key" })?;
    let forms = [
        PrivateKeyDer::Pkcs1(der.clone().into()),
        PrivateKeyDer::Pkcs8(der.clone().into()),
        PrivateKeyDer::Sec1(der.into()),
    ];
    let usable = |form: &PrivateKeyDer<'_>| rustls::crypto::ring::sign::any_supported_type(form).is_ok();
    forms.into_iter().find(usable).ok_or(TlsError::ClientKey {
        why: "it is none of RSA from 2048 bits, ECDSA on P-256 or P-384, Ed25519",
    })
}
