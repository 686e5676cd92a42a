//! What TLS is made with, and why it cannot be made so.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};

use super::client_certificate::ClientCertificate;
use super::server_verifier::{NamedRoots, NoVerifier};
use crate::wire::{Roots, ServerVerifier};

/// How a server is verified and who asks it.
#[derive(Clone, Debug, Default)]
pub(in crate::kubernetes) struct TlsSettings {
    /// The kubeconfig's `certificate-authority`, certificate by certificate; the system's roots without.
    pub(in crate::kubernetes) roots: Option<Vec<Vec<u8>>>,
    /// The file that the roots were read from, where they are replaced in time.
    pub(in crate::kubernetes) roots_file: Option<PathBuf>,
    /// Roots to trust besides.
    pub(in crate::kubernetes) added_roots: Roots,
    /// `insecure-skip-tls-verify`.
    pub(in crate::kubernetes) is_insecure: bool,
    /// `tls-server-name`: the name that the certificate must have, rather than the address's.
    pub(in crate::kubernetes) server_name: Option<String>,
    /// The client's certificate.
    pub(in crate::kubernetes) client_certificate: Option<ClientCertificate>,
}

/// Why TLS cannot be made as a kubeconfig says.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Both are named: kubectl refuses it in the same words.
    #[error("specifying a root certificates file with the insecure flag is not allowed")]
    RootsWithInsecure,
    /// The authority holds nothing to trust.
    #[error("its certificate authority holds no valid certificate")]
    NoRoots,
    /// The system trusts nobody, and no authority is named.
    #[error("the certificates that the system trusts cannot be used")]
    SystemRoots {
        /// What is wrong.
        source: rustls::Error,
    },
    /// The name to verify is none.
    #[error("tls-server-name is neither a DNS name nor an IP address")]
    ServerName,
    /// The client certificate cannot be used.
    #[error("its client certificate cannot be used: {why}")]
    ClientCertificate {
        /// What is wrong.
        why: &'static str,
    },
    /// The key of the client certificate cannot be used.
    #[error("its client key cannot be used: {why}")]
    ClientKey {
        /// What is wrong.
        why: &'static str,
    },
    /// Certificate and key do not belong together.
    #[error("its client certificate does not fit its client key")]
    Mismatch {
        /// What rustls says.
        source: rustls::Error,
    },
}

impl TlsSettings {
    /// The configuration that connections are made with, without protocols to offer.
    pub(in crate::kubernetes) fn client_config(&self) -> Result<ClientConfig, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = self.verifier(&provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has the suites of TLS 1.2 and 1.3")
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        match &self.client_certificate {
            None => Ok(builder.with_no_client_auth()),
            Some(certificate) => {
                let (chain, key) = certificate.read()?;
                builder.with_client_auth_cert(chain, key).map_err(|source| TlsError::Mismatch { source })
            }
        }
    }

    /// The name to verify, where it is not the address's.
    pub(in crate::kubernetes) fn server_name(&self) -> Result<Option<ServerName<'static>>, TlsError> {
        let name = self.server_name.clone().filter(|name| !name.is_empty());
        name.map(ServerName::try_from).transpose().map_err(|_| TlsError::ServerName)
    }

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
        if self.is_insecure {
            return match self.roots {
                Some(_) => Err(TlsError::RootsWithInsecure),
                None => Ok(Arc::new(NoVerifier)),
            };
        }
        match self.added_roots.with(self.roots.clone()) {
            Some(roots) => {
                let roots = roots.into_iter().map(CertificateDer::from).collect();
                let file = self.roots_file.clone();
                Ok(Arc::new(ServerVerifier(NamedRoots::new(roots, file, provider.clone())?)))
            }
            // Go asks the system here, which on macOS and Windows knows more than a list of certificates.
            None => match rustls_platform_verifier::Verifier::new(provider.clone()) {
                Ok(verifier) => Ok(Arc::new(verifier)),
                Err(source) => Err(TlsError::SystemRoots { source }),
            },
        }
    }
}

/// The certificates of a PEM text.
pub(super) fn certificates(text: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(text).filter_map(Result::ok).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_and_no_verification_contradict_each_other_but_added_roots_do_not() {
        let insecure = TlsSettings { is_insecure: true, ..TlsSettings::default() };
        assert!(insecure.client_config().is_ok());
        let both = TlsSettings { roots: Some(vec![vec![1]]), ..insecure };
        assert!(matches!(both.client_config(), Err(TlsError::RootsWithInsecure)));
        let nothing = TlsSettings { roots: Some(vec![vec![1]]), ..TlsSettings::default() };
        assert!(matches!(nothing.client_config(), Err(TlsError::NoRoots)));
    }

    #[test]
    fn a_server_name_is_a_name_or_an_address() {
        let name = |name: &str| {
            TlsSettings { server_name: Some(name.to_owned()), ..TlsSettings::default() }.server_name()
        };
        assert!(name("api.example.com").is_ok_and(|name| name.is_some()));
        assert!(name("10.0.0.1").is_ok_and(|name| name.is_some()));
        assert!(name("").is_ok_and(|name| name.is_none()));
        assert!(name("no name").is_err());
    }
}
