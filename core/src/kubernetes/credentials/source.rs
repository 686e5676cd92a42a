//! Where credentials come from, in client-go's order: a token or its file, a password, a certificate; a plugin
//! only where there is none of them.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use kube::config::AuthInfo;
use secrecy::ExposeSecret;

use super::error::CredentialsError;
use super::impersonation;
use super::open_id;
use super::plugin::Plugin;
use super::plugin_request::ClusterInfo;
use super::shared_run::SharedRun;
use super::token_file::TokenFile;
use crate::kubernetes::kuberc::PluginPolicy;
use crate::kubernetes::tls::ClientCertificate;
use crate::wire::Secret;

/// What of this machine credentials depend on.
#[derive(Clone, Debug, Default)]
pub(in crate::kubernetes) struct Host {
    /// `PATH`, where plugins are found.
    pub(in crate::kubernetes) search_path: Option<OsString>,
    /// Which plugins may run.
    pub(in crate::kubernetes) policy: PluginPolicy,
    /// Whether a person can be asked.
    pub(in crate::kubernetes) stdin_is_terminal: bool,
    /// Whether a person sees what is written.
    pub(in crate::kubernetes) stderr_is_terminal: bool,
}

/// What a request is signed with. `Debug` shows no secret: the header's value is marked as sensitive.
#[derive(Clone, Debug, Default)]
pub(super) struct Credential {
    pub(super) authorization: Option<HeaderValue>,
    pub(super) certificate: Option<ClientCertificate>,
    pub(super) expiry: Option<Timestamp>,
}

impl Credential {
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        self.expiry.is_some_and(|expiry| now > expiry)
    }
}

/// The credentials of one user. Cheap to clone; clones share what was obtained.
#[derive(Clone)]
pub(in crate::kubernetes) struct Credentials(Arc<Shared>);

struct Shared {
    source: CredentialSource,
    /// The certificate that the kubeconfig itself names.
    certificate: Option<ClientCertificate>,
    impersonation: Vec<(HeaderName, HeaderValue)>,
}

enum CredentialSource {
    Fixed(Arc<Credential>),
    /// A file, and the token that is used while it cannot be read.
    File(TokenFile, Option<HeaderValue>),
    Plugin(SharedRun),
}

impl Credentials {
    /// The credentials of a kubeconfig's user, which `kubeconfig` has found usable. A plugin does not run yet.
    pub(in crate::kubernetes) fn new(
        user: &AuthInfo,
        cluster: &ClusterInfo,
        host: Host,
    ) -> Result<Self, CredentialsError> {
        let certificate = client_certificate(user)?;
        let source = source(user, cluster, host, certificate.is_some())?;
        let impersonation = impersonation::headers(user)?;
        Ok(Self(Arc::new(Shared { source, certificate, impersonation })))
    }

    /// Those of a user who is reached over plain HTTP: kubectl sends no secret over it. Impersonation is none.
    pub(in crate::kubernetes) fn without_secrets(user: &AuthInfo) -> Result<Self, CredentialsError> {
        let impersonation = impersonation::headers(user)?;
        let source = CredentialSource::Fixed(Arc::default());
        Ok(Self(Arc::new(Shared { source, certificate: None, impersonation })))
    }

    /// The certificate for TLS. Runs a plugin, which may be what gives it. A certificate is renewed by building
    /// the client anew, because connections that were made with the last one stay with it.
    pub(in crate::kubernetes) async fn client_certificate(
        &self,
    ) -> Result<Option<ClientCertificate>, CredentialsError> {
        let given = self.current().await?.certificate.clone();
        Ok(given.or_else(|| self.0.certificate.clone()))
    }

    pub(super) fn impersonation(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.impersonation
    }

    /// What to sign with now.
    pub(super) async fn current(&self) -> Result<Arc<Credential>, CredentialsError> {
        match &self.0.source {
            CredentialSource::Fixed(credential) => Ok(credential.clone()),
            CredentialSource::File(file, fallback) => match (signed_from(file, TokenFile::token), fallback) {
                (Err(_), Some(fallback)) => Ok(signed(Some(fallback.clone()))),
                (signed, _) => signed,
            },
            CredentialSource::Plugin(run) => run.current().await,
        }
    }

    /// What to sign with after a 401; nothing where it would be the same again.
    pub(super) async fn renewed(
        &self,
        refused: &Arc<Credential>,
    ) -> Result<Option<Arc<Credential>>, CredentialsError> {
        let renewed = match &self.0.source {
            CredentialSource::Fixed(_) => return Ok(None),
            CredentialSource::File(file, _) => signed_from(file, TokenFile::renewed)?,
            CredentialSource::Plugin(run) => run.renewed(refused).await?,
        };
        Ok(Some(renewed).filter(|renewed| renewed.authorization != refused.authorization))
    }
}

fn source(
    user: &AuthInfo,
    cluster: &ClusterInfo,
    host: Host,
    has_certificate: bool,
) -> Result<CredentialSource, CredentialsError> {
    // A plugin that would not run is refused all the same where its description is none.
    let plugin = user.exec.as_ref().map(|exec| Plugin::new(exec, cluster, host)).transpose()?;
    let token = user.token.as_ref().map(|token| Secret::new(token.expose_secret()));
    let token = token.filter(|token| !token.expose().is_empty());
    let token = token.as_ref().map(bearer).transpose()?;
    let has_name = user.username.as_deref().is_some_and(|name| !name.is_empty());
    if let Some(path) = user.token_file.as_deref().filter(|file| !file.is_empty()) {
        let file = TokenFile::new(path.into());
        if token.is_none() {
            // Without it nothing can be signed.
            signed_from(&file, TokenFile::token)?;
        }
        return Ok(CredentialSource::File(file, token));
    }
    Ok(match (token, plugin, &user.auth_provider) {
        (Some(token), ..) => CredentialSource::Fixed(signed(Some(token))),
        _ if has_name => CredentialSource::Fixed(signed(Some(basic(user)?))),
        (None, Some(plugin), _) if !has_certificate => CredentialSource::Plugin(SharedRun::new(plugin)),
        (None, None, Some(provider)) => {
            let token = Secret::new(open_id::token(provider, Timestamp::now())?);
            CredentialSource::Fixed(signed(Some(bearer(&token)?)))
        }
        _ => CredentialSource::Fixed(Arc::default()),
    })
}

fn signed(authorization: Option<HeaderValue>) -> Arc<Credential> {
    Arc::new(Credential { authorization, ..Credential::default() })
}

fn signed_from(
    file: &TokenFile,
    read: impl Fn(&TokenFile, Instant) -> std::io::Result<Secret>,
) -> Result<Arc<Credential>, CredentialsError> {
    let token = read(file, Instant::now()).map_err(|error| CredentialsError::File {
        field: "tokenFile",
        file: file.path(),
        why: error.to_string(),
    })?;
    Ok(signed(Some(bearer(&token)?)))
}

/// `Authorization: Bearer …`.
pub(super) fn bearer(token: &Secret) -> Result<HeaderValue, CredentialsError> {
    header(&format!("Bearer {}", token.expose()), "token")
}

fn basic(user: &AuthInfo) -> Result<HeaderValue, CredentialsError> {
    let password = user.password.as_ref().map(|password| password.expose_secret()).unwrap_or_default();
    let pair = format!("{}:{password}", user.username.as_deref().unwrap_or_default());
    header(&format!("Basic {}", STANDARD.encode(pair)), "username")
}

fn header(text: &str, field: &'static str) -> Result<HeaderValue, CredentialsError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| CredentialsError::Field {
        field,
        why: "holds characters that no header has".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn client_certificate(user: &AuthInfo) -> Result<Option<ClientCertificate>, CredentialsError> {
    let key_data = user.client_key_data.as_ref().map(|data| data.expose_secret());
    let chain = pem(
        ("client-certificate-data", user.client_certificate_data.as_deref()),
        ("client-certificate", user.client_certificate.as_deref()),
    )?;
    let key = pem(("client-key-data", key_data), ("client-key", user.client_key.as_deref()))?;
    Ok(chain.zip(key).map(|(chain, key)| ClientCertificate {
        chain,
        key: Secret::new(String::from_utf8_lossy(&key).into_owned()),
    }))
}

/// The PEM text of a field with data, else of the file that another field names.
pub(in crate::kubernetes) fn pem(
    (data_field, data): (&'static str, Option<&str>),
    (file_field, file): (&'static str, Option<&str>),
) -> Result<Option<Vec<u8>>, CredentialsError> {
    if let Some(data) = data.filter(|data| !data.is_empty()) {
        let compact: String = data.split_whitespace().collect();
        let decoded = STANDARD.decode(compact);
        let field = data_field;
        return decoded
            .map(Some)
            .map_err(|_| CredentialsError::Field { field, why: "is not base64".to_owned() });
    }
    let Some(file) = file.filter(|file| !file.is_empty()).map(Path::new) else { return Ok(None) };
    std::fs::read(file).map(Some).map_err(|error| CredentialsError::File {
        field: file_field,
        file: file.to_owned(),
        why: error.to_string(),
    })
}
