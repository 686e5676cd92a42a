//! Why no client of Azure could be made.

use crate::model::{Exit, Failure};
use crate::wire::{RootsError, TransportError};

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
pub enum AzureAccessError {
    /// What should be an address is not the https address of a host.
    #[error("{origin} is not the https address of a host")]
    Address {
        /// The variable that holds it.
        origin: String,
    },
    /// An address belongs to no known cloud, and the other address that would be needed is not given.
    #[error("{given} is the address of no known cloud, and {missing} is not set")]
    UnknownCloud {
        /// The variable that is set.
        given: String,
        /// The variable that is needed beside it.
        missing: &'static str,
    },
    /// The agents of a cluster name a cloud that is not known.
    #[error("the cluster's agents are of cloud {name}, whose addresses are not known")]
    CloudName {
        /// What `AZURE_ENVIRONMENT` of their ConfigMap says.
        name: String,
    },
    /// A variable holds bytes that are no text.
    #[error("{variable} is not UTF-8")]
    NotText {
        /// The variable's name.
        variable: &'static str,
    },
    /// The service principal in a variable cannot be read. What the variable holds is not shown: it is a secret.
    #[error("{variable} does not hold a service principal: {why}")]
    ServicePrincipal {
        /// The variable's name: `AZURE_CREDENTIALS_SP`.
        variable: &'static str,
        /// What is missing.
        why: String,
    },
    /// A variable that a credential needs is missing beside others that are set.
    #[error("{given} is set, and {} not", missing.join(" and "))]
    Incomplete {
        /// The variable that is set.
        given: &'static str,
        /// Those that are not.
        missing: Vec<&'static str>,
    },
    /// A variable holds what cannot be a tenant or a client.
    #[error("{variable} does not hold the id of {what}")]
    Identifier {
        /// The variable's name: `AZURE_TENANT_ID`.
        variable: &'static str,
        /// What it should name: `a tenant`.
        what: &'static str,
    },
    /// The transport cannot be made.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The authorities to trust cannot be read.
    #[error(transparent)]
    Roots(#[from] RootsError),
}

impl Failure for AzureAccessError {
    fn code(&self) -> &'static str {
        match self {
            AzureAccessError::Address { .. }
            | AzureAccessError::UnknownCloud { .. }
            | AzureAccessError::CloudName { .. } => "AzureAddressInvalid",
            AzureAccessError::ServicePrincipal { .. }
            | AzureAccessError::Incomplete { .. }
            | AzureAccessError::NotText { .. }
            | AzureAccessError::Identifier { .. } => "AzureCredentialInvalid",
            AzureAccessError::Transport(_) => "TransportUnusable",
            AzureAccessError::Roots(error) => error.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            AzureAccessError::Address { origin } => {
                format!("set {origin} to an address such as https://host, or unset it")
            }
            AzureAccessError::UnknownCloud { missing, .. } => format!("set {missing} too"),
            AzureAccessError::ServicePrincipal { variable, .. } => {
                format!("set {variable} to what `az ad sp create-for-rbac --json-auth` prints, or unset it")
            }
            AzureAccessError::Incomplete { given, missing } => {
                format!("set {} too, or unset {given} to use the Azure CLI's sign-in", missing.join(" and "))
            }
            AzureAccessError::CloudName { .. } => {
                "set AZURE_AUTHORITY_HOST and GITOPS_ARM_ENDPOINT to the cloud's addresses".to_owned()
            }
            AzureAccessError::NotText { variable } => format!("set {variable} again, or unset it"),
            AzureAccessError::Identifier { variable, .. } => format!("correct {variable}, or unset it"),
            AzureAccessError::Transport(_) => "check HTTPS_PROXY, HTTP_PROXY and GITOPS_CA_FILE".to_owned(),
            AzureAccessError::Roots(error) => return error.hint(),
        })
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}
