//! Why there is no token.

use jiff::SignedDuration;

use crate::model::{Exit, Failure};
use crate::wire::TransportError;

/// Why nobody could be signed in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignInError {
    /// No credential is configured, and the Azure CLI is not installed.
    #[error("no credential for Azure: none of its variables is set, and az is not installed")]
    CliAbsent,
    /// Nobody is signed in at the Azure CLI.
    #[error("nobody is signed in at the Azure CLI: {message}")]
    CliNotSignedIn {
        /// What `az` says.
        message: String,
    },
    /// The Azure CLI takes too long.
    #[error("az gives no token within {limit:#}")]
    CliSlow {
        /// How long it was given.
        limit: SignedDuration,
    },
    /// The Azure CLI gives no token.
    #[error("az gives no token: {message}")]
    CliFailed {
        /// What it says.
        message: String,
    },
    /// Entra ID refuses the credential.
    #[error("Azure does not accept the credential from {credential}: {message}")]
    Refused {
        /// Where the credential is from: `AZURE_CLIENT_SECRET`, `az`.
        credential: String,
        /// What Entra ID says.
        message: String,
    },
    /// The file with the token of a federated identity cannot be read.
    #[error("the token file in AZURE_FEDERATED_TOKEN_FILE cannot be read: {why}")]
    TokenFile {
        /// What is wrong.
        why: String,
    },
    /// Entra ID gives no answer.
    #[error(transparent)]
    Unreachable(TransportError),
    /// Entra ID fails by itself.
    #[error("Azure's sign-in failed with {status}")]
    Failed {
        /// 429 or 5xx.
        status: u16,
    },
    /// What came is no token that a request can carry.
    #[error("the token got by the credential from {credential} cannot be used")]
    Malformed {
        /// Where the credential is from: `AZURE_CLIENT_SECRET`, `az`.
        credential: String,
    },
}

impl SignInError {
    /// Whether it may pass by itself.
    pub(in crate::azure) fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(TransportError::Lost { .. }) | Self::Failed { .. } | Self::CliSlow { .. }
        )
    }
}

impl Failure for SignInError {
    fn code(&self) -> &'static str {
        match self {
            Self::CliAbsent => "AzureCredentialAbsent",
            Self::CliNotSignedIn { .. } | Self::Refused { .. } => "AzureUnauthenticated",
            Self::TokenFile { .. } => "AzureCredentialInvalid",
            Self::Unreachable(_) => "AzureUnreachable",
            Self::CliSlow { .. } | Self::CliFailed { .. } | Self::Failed { .. } | Self::Malformed { .. } => {
                "AzureSignInFailed"
            }
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::CliAbsent => "install the Azure CLI: https://aka.ms/azure-cli".to_owned(),
            Self::CliNotSignedIn { .. } => "sign in: az login".to_owned(),
            Self::CliSlow { .. } => "see what it waits for: az account get-access-token".to_owned(),
            Self::CliFailed { .. } => "try it by hand: az account get-access-token".to_owned(),
            Self::Refused { .. } => {
                "make another secret: az ad app credential reset --id <client id>".to_owned()
            }
            Self::TokenFile { .. } => {
                "set AZURE_FEDERATED_TOKEN_FILE to a file that holds a token".to_owned()
            }
            Self::Unreachable(_) => {
                "check the network, HTTPS_PROXY, GITOPS_CA_FILE and AZURE_AUTHORITY_HOST".to_owned()
            }
            Self::Failed { .. } | Self::Malformed { .. } => "look at https://status.azure.com".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::CliAbsent | Self::CliNotSignedIn { .. } | Self::Refused { .. } => Exit::Denied,
            Self::TokenFile { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}
