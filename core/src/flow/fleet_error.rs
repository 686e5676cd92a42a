//! Why nothing is told of a fleet, with what can be done about it.

use std::time::Duration;

use crate::azure::{AzureAccessError, AzureError};
use crate::model::{Exit, Failure};

/// Why nothing is told of a fleet.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// Azure cannot be asked.
    #[error(transparent)]
    Access(#[from] AzureAccessError),
    /// Azure does not answer.
    #[error(transparent)]
    Azure(#[from] AzureError),
    /// Azure says nothing.
    #[error("Azure Resource Graph did not answer within {} s", limit.as_secs_f64())]
    Silent {
        /// How long it was waited for.
        limit: Duration,
    },
    /// Nothing follows it, as far as the credential sees.
    #[error("no Flux configuration that the credential from {credential} may see follows {what}")]
    NothingFollows {
        /// Where the credential is from.
        credential: String,
        /// The repository, with the environment where one is named.
        what: String,
        /// What there is instead, as it is typed: `--environment dev`; an address that is no project's on GitHub.
        known: Vec<String>,
    },
}

impl Failure for FleetError {
    fn code(&self) -> &'static str {
        match self {
            FleetError::Access(error) => error.code(),
            FleetError::Azure(error) => error.code(),
            FleetError::Silent { .. } => "AzureUnreachable",
            FleetError::NothingFollows { .. } => "FleetNotFound",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            FleetError::Access(error) => error.hint(),
            FleetError::Azure(error) => error.hint(),
            FleetError::Silent { .. } => {
                Some("check the network and HTTPS_PROXY, or wait longer: --request-timeout 2m".to_owned())
            }
            FleetError::NothingFollows { known, .. } if !known.is_empty() => {
                Some(format!("name what there is: {}", known.join(", ")))
            }
            FleetError::NothingFollows { credential, .. } if credential == "az" => {
                Some("see which subscriptions it may: az account list -o table".to_owned())
            }
            FleetError::NothingFollows { .. } => {
                Some("use a credential with a role in their subscriptions, such as Reader".to_owned())
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            FleetError::Access(error) => error.exit(),
            FleetError::Azure(error) => error.exit(),
            FleetError::Silent { .. } => Exit::Failed,
            FleetError::NothingFollows { .. } => Exit::NotFound,
        }
    }
}
