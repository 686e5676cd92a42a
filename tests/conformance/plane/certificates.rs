//! Keys and certificates of one control plane, made anew for each run and never kept.
//!
//! One authority signs what the API server and kwok present. Service-account tokens are signed with a key of
//! their own, as in any cluster.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

use crate::problem::{Context, Outcome};

/// Where the files are.
pub(crate) struct Certificates {
    pub(crate) authority: PathBuf,
    pub(crate) serving: PathBuf,
    pub(crate) serving_key: PathBuf,
    pub(crate) accounts_key: PathBuf,
    pub(crate) accounts_public: PathBuf,
}

impl Certificates {
    pub(crate) fn make(folder: &Path) -> Outcome<Self> {
        fs::create_dir_all(folder).context(folder.display())?;
        let file = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).context(path.display()).map(|()| path)
        };
        let (authority, serving, serving_key) = serving().context("certificates")?;
        let accounts = KeyPair::generate().context("service-account key")?;
        Ok(Self {
            authority: file("authority.crt", authority)?,
            serving: file("serving.crt", serving)?,
            serving_key: file("serving.key", serving_key)?,
            accounts_key: file("accounts.key", accounts.serialize_pem())?,
            accounts_public: file("accounts.pub", accounts.public_key_pem())?,
        })
    }
}

fn serving() -> Result<(String, String, String), rcgen::Error> {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    authority.distinguished_name.push(DnType::CommonName, "conformance");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let names = ["127.0.0.1", "localhost", "kubernetes.default.svc"].map(String::from);
    let certificate = CertificateParams::new(names)?.signed_by(&key, &authority)?;
    Ok((authority.pem(), certificate.pem(), key.serialize_pem()))
}
