//! The certificate authorities that are trusted besides what a configuration names: `GITOPS_CA_FILE` adds
//! roots for every client, and never replaces any.

use std::path::{Path, PathBuf};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::model::{Exit, Failure};

/// Roots to add.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    added: Vec<Vec<u8>>,
}

impl Roots {
    /// The certificates in a PEM file; none without a file.
    pub fn read(file: Option<&Path>) -> Result<Self, RootsError> {
        let Some(file) = file else {
            return Ok(Self::default());
        };
        let unreadable = |why: String| RootsError::Unreadable { file: file.to_owned(), why };
        let text = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
        let added: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(&text)
            .map(|certificate| certificate.map(|der| der.to_vec()))
            .collect::<Result<_, _>>()
            .map_err(|_| unreadable("it is not PEM".to_owned()))?;
        if added.is_empty() {
            Err(unreadable("it holds no certificate".to_owned()))
        } else {
            Ok(Self { added })
        }
    }

    /// Those that are added.
    pub(super) fn added(&self) -> &[Vec<u8>] {
        &self.added
    }

    /// `named` roots, or the system's where none are named, and the added ones; `None` where nothing is
    /// added, so that a client's own default stays.
    pub fn with(&self, named: Option<Vec<Vec<u8>>>) -> Option<Vec<Vec<u8>>> {
        if self.added.is_empty() {
            return named;
        }
        let mut all = named.unwrap_or_else(system);
        all.extend(self.added.iter().cloned());
        Some(all)
    }
}

/// The certificates that the system trusts.
pub(super) fn system() -> Vec<Vec<u8>> {
    rustls_native_certs::load_native_certs()
        .certs
        .into_iter()
        .map(|certificate| certificate.to_vec())
        .collect()
}

/// `GITOPS_CA_FILE` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// The file cannot be read, or holds no certificate.
    #[error("GITOPS_CA_FILE {} cannot be used: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl Failure for RootsError {
    fn code(&self) -> &'static str {
        "RootsInvalid"
    }

    fn hint(&self) -> Option<String> {
        Some("name a file with certificates in PEM form, or unset GITOPS_CA_FILE".into())
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
