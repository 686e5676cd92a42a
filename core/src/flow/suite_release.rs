//! The release of this suite that workflows install, as its host publishes it: the Krew manifest beside the archives has
//! their digests. What it says is written into the workflow files, so that no later run trusts the host.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use http::{Request, StatusCode};

use crate::model::workflow_file::{SuiteRelease, WorkflowSettingsError};
use crate::model::{Exit, Failure};
use crate::wire::retry::{Patience, Repeat};
use crate::wire::{Proxies, Roots, RootsError, Settings, Transport, TransportError};

/// The manifest's file.
const MANIFEST: &str = "krew-manifest.yaml";
/// GitHub answers with the address of another host, once.
const MOST_REDIRECTS: usize = 3;

/// Where a release is, and how its host is reached. No credential is sent.
#[derive(Clone, Debug)]
pub struct ReleaseSource {
    /// The folder of its archives: `https://…/releases/download/v0.1.0`.
    pub url: String,
    /// A file with further authorities (`GITOPS_CA_FILE`).
    pub authorities: Option<PathBuf>,
    /// The proxies in use.
    pub proxies: Proxies,
}

/// Why a release is not known.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// It is no address of a folder.
    #[error("{url} is not an https address")]
    Address {
        /// What was given.
        url: String,
    },
    /// The authorities cannot be read.
    #[error(transparent)]
    Roots(#[from] RootsError),
    /// There is no answer.
    #[error("the release at {url} cannot be read")]
    Unreachable {
        /// Where it is.
        url: String,
        /// What happened.
        source: TransportError,
    },
    /// The host answers something else.
    #[error("the release at {url} cannot be read: the host answers {status}")]
    Refused {
        /// Where it is.
        url: String,
        /// The status code.
        status: u16,
    },
    /// What the host has is no manifest of a release.
    #[error(transparent)]
    Manifest(#[from] WorkflowSettingsError),
}

impl Failure for ReleaseError {
    fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } => "ReleaseAddressInvalid",
            Self::Roots(error) => error.code(),
            Self::Unreachable { .. } | Self::Refused { .. } => "ReleaseUnreachable",
            Self::Manifest(error) => error.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Address { .. } => Some("give --suite-url https://<host>/<folder>".to_owned()),
            Self::Roots(error) => error.hint(),
            Self::Unreachable { .. } | Self::Refused { .. } => Some(
                "name a mirror with --suite-url, or the digests: --suite-sha256 amd64=<digest>,arm64=<digest>"
                    .to_owned(),
            ),
            Self::Manifest(error) => error.hint(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Address { .. } => Exit::Usage,
            Self::Roots(error) => error.exit(),
            Self::Unreachable { .. } | Self::Refused { .. } => Exit::Failed,
            Self::Manifest(error) => error.exit(),
        }
    }
}

/// Reads a release from its manifest. Archives are taken from the folder that was asked, wherever the manifest says.
///
/// # Errors
/// The host does not answer, or has no manifest there.
pub async fn suite_release(source: &ReleaseSource) -> Result<SuiteRelease, ReleaseError> {
    let timeout = Duration::from_secs(20);
    let transport = Transport::new(&Settings {
        roots: Roots::read(source.authorities.as_deref())?,
        proxies: source.proxies.clone(),
        agent: concat!("kubectl-gitops/", env!("CARGO_PKG_VERSION")).to_owned(),
        timeout,
        patience: Patience { limit: timeout, ..Patience::default() },
    });
    let url = source.url.trim_end_matches('/');
    let unreachable = |error| ReleaseError::Unreachable { url: url.to_owned(), source: error };
    let transport = transport.map_err(unreachable)?;
    let mut address = format!("{url}/{MANIFEST}");
    for _ in 0..=MOST_REDIRECTS {
        let invalid = || ReleaseError::Address { url: url.to_owned() };
        if !address.starts_with("https://") {
            return Err(invalid());
        }
        let request = Request::get(&address).body(Bytes::new()).map_err(|_| invalid())?;
        let response = transport.send(request, Repeat::Freely).await.map_err(unreachable)?;
        match response.status() {
            StatusCode::OK => {
                let manifest = String::from_utf8_lossy(response.body());
                let release = SuiteRelease::from_krew_manifest(&manifest)?;
                return Ok(SuiteRelease { base_url: url.to_owned(), ..release });
            }
            status if status.is_redirection() => {
                let next = response.headers().get(LOCATION).and_then(|next| next.to_str().ok());
                address = next.unwrap_or_default().to_owned();
            }
            status => return Err(ReleaseError::Refused { url: url.to_owned(), status: status.as_u16() }),
        }
    }
    Err(ReleaseError::Refused { url: url.to_owned(), status: StatusCode::FOUND.as_u16() })
}
