//! What goes wrong with Azure, in words that name the request and the next step.

use jiff::{SignedDuration, Timestamp};

use super::configuration::InvalidConfiguration;
use super::credentials::SignInError;
use super::operation::FailedOperation;
use crate::model::argument::valid_subject;
use crate::model::azure::ArcCluster;
use crate::model::{Exit, Failure, harmless};
use crate::wire::TransportError;

/// Why Azure did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AzureError {
    /// No token.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// No response.
    #[error(transparent)]
    Unreachable(TransportError),
    /// The token is not accepted.
    #[error("Azure does not accept the credential from {credential}: {request}: {message}")]
    Unauthenticated {
        /// Method and path of the request.
        request: String,
        /// What Azure says.
        message: String,
        /// Where the credential is from: `AZURE_CLIENT_SECRET`, `az`.
        credential: String,
    },
    /// The credential's roles do not suffice.
    #[error("Azure does not allow it to the credential from {credential}: {request}: {message}")]
    Forbidden {
        /// Method and path of the request.
        request: String,
        /// What Azure says.
        message: String,
        /// Where the credential is from: `AZURE_CLIENT_SECRET`, `az`.
        credential: String,
        /// The scope at which a role would do: the resource group of what was asked for, or its subscription.
        scope: Option<String>,
    },
    /// What was asked for is not there.
    #[error("Azure has nothing there: {request}: {message}")]
    NotFound {
        /// Method and path of the request.
        request: String,
        /// What Azure says.
        message: String,
    },
    /// The request contradicts what is there.
    #[error("Azure refuses it as things stand: {request}: {message}")]
    Conflict {
        /// Method and path of the request.
        request: String,
        /// What Azure says.
        message: String,
    },
    /// The request is not acceptable.
    #[error("Azure refuses it: {request}: {message}")]
    Invalid {
        /// Method and path of the request.
        request: String,
        /// What Azure says, with its details.
        message: String,
    },
    /// The namespace of a resource type is not registered in a subscription.
    #[error("{provider} is not registered in subscription {subscription} ({state})")]
    Unregistered {
        /// Its namespace: `Microsoft.KubernetesConfiguration`.
        provider: String,
        /// The subscription's id, as the request's path has it.
        subscription: String,
        /// What Azure says of it: `NotRegistered`.
        state: String,
    },
    /// Flux v1 is on the cluster, which Flux configurations do not go with.
    #[error(
        "configuration {configuration} of Flux v1 is on {cluster}, which takes no Flux configuration beside it"
    )]
    FluxV1 {
        /// The name of the first of its `sourceControlConfigurations`.
        configuration: String,
        /// Where it is.
        cluster: ArcCluster,
    },
    /// Too many requests.
    #[error("Azure takes no more requests{}: {request}", until.map(|until| format!(" until {until:.0}")).unwrap_or_default())]
    Throttled {
        /// Method and path of the request.
        request: String,
        /// When Azure takes requests again.
        until: Option<Timestamp>,
    },
    /// Azure failed by itself.
    #[error("Azure failed with {status}: {request}")]
    Failed {
        /// Method and path of the request.
        request: String,
        /// 5xx, or a status that has no meaning here.
        status: u16,
    },
    /// The response does not have the shape that Azure documents.
    #[error("Azure's response is malformed: {request}")]
    Malformed {
        /// Method and path of the request.
        request: String,
    },
    /// An answer points to a host that is not given the token.
    #[error("Azure's answer to {request} leads to another host, {host}, which is not given the token")]
    OtherHost {
        /// Method and path of the request.
        request: String,
        /// That host, without scheme and port.
        host: String,
    },
    /// The SDK made no request.
    #[error("the request cannot be made: {request}: {why}")]
    Unsendable {
        /// Method and path of the request.
        request: String,
        /// What the SDK says.
        why: String,
    },
    /// What was begun has failed.
    #[error(transparent)]
    Operation(FailedOperation),
    /// What was begun has not ended within the time for it.
    #[error("{operation} has not ended after {waited:#} ({status})")]
    Unfinished {
        /// What was begun: `creating Flux configuration apps on edge-1 in rg-edge`.
        operation: String,
        /// What Azure says of it.
        status: String,
        /// How long it was waited for.
        waited: SignedDuration,
    },
    /// What should be created or changed is not valid. Nothing was sent.
    #[error(transparent)]
    InvalidConfiguration(#[from] InvalidConfiguration),
}

impl AzureError {
    /// That an answer to a request leads to an address on another host.
    pub(super) fn other_host(request: &str, address: &str) -> Self {
        let uri: Option<http::Uri> = address.parse().ok();
        let host = uri.as_ref().and_then(http::Uri::host).unwrap_or("one without a name");
        Self::OtherHost { request: request.to_owned(), host: harmless(host) }
    }

    /// What happened, without the request: for a row that names it already.
    pub fn brief(&self) -> String {
        match self {
            Self::SignIn(error) => error.to_string(),
            Self::Unreachable(TransportError::Lost { host, loss }) => format!("{host}: {loss}"),
            Self::Unreachable(error) => error.to_string(),
            Self::Unauthenticated { message, credential, .. } => {
                let message = message.trim_end_matches('.');
                format!("not authenticated: {message}; the credential is from {credential}")
            }
            Self::Forbidden { message, credential, .. } => {
                format!("not allowed to the credential from {credential}: {message}")
            }
            Self::NotFound { .. } => "not there".to_owned(),
            Self::Conflict { message, .. } | Self::Invalid { message, .. } => message.clone(),
            Self::Throttled { .. } => "too many requests".to_owned(),
            Self::Failed { status, .. } => format!("Azure failed with {status}"),
            Self::Malformed { .. } => "Azure's response is malformed".to_owned(),
            Self::OtherHost { host, .. } => format!("Azure's answer leads to another host, {host}"),
            Self::Unsendable { why, .. } => format!("the request cannot be made: {why}"),
            Self::Unregistered { .. }
            | Self::FluxV1 { .. }
            | Self::Operation(_)
            | Self::Unfinished { .. }
            | Self::InvalidConfiguration(_) => self.to_string(),
        }
    }

    /// Whether what was asked for is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Whether it may pass by itself.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(TransportError::Lost { .. }) | Self::Throttled { .. } => true,
            Self::Failed { status, .. } => *status == 408 || *status >= 500,
            // Half an answer, or what a proxy says in Azure's place.
            Self::Malformed { .. } => true,
            Self::SignIn(error) => error.is_transient(),
            _ => false,
        }
    }
}

/// Who is given a role: whom the refusal names, else what stands for that, and where that is to be found.
fn assignee(message: &str, credential: &str) -> (String, String) {
    let named = valid_subject(object_id(message), "");
    if !named.is_empty() {
        return (named, String::new());
    }
    let found = match credential {
        "az" => "its name is told by: az account show --query user.name".to_owned(),
        "AZURE_CREDENTIALS_SP" => "its client id is clientId in AZURE_CREDENTIALS_SP".to_owned(),
        _ => "its client id is in AZURE_CLIENT_ID".to_owned(),
    };
    let placeholder = if credential == "az" { "'<user name>'" } else { "'<client id>'" };
    (placeholder.to_owned(), format!(" ({found})"))
}

/// Whom a refusal names: `The client 'app' with object id '…' does not have authorization`.
fn object_id(message: &str) -> &str {
    let named = message.split_once("with object id '").and_then(|(_, rest)| rest.split_once('\''));
    named.map_or("", |(id, _)| id)
}

impl Failure for AzureError {
    fn code(&self) -> &'static str {
        match self {
            Self::SignIn(error) => error.code(),
            Self::Unreachable(_) => "AzureUnreachable",
            Self::Unauthenticated { .. } => "AzureUnauthenticated",
            Self::Forbidden { .. } => "AzureForbidden",
            Self::NotFound { .. } => "AzureNotFound",
            Self::Conflict { .. } => "AzureConflict",
            Self::Invalid { .. } => "AzureInvalid",
            Self::Unregistered { .. } => "AzureProviderUnregistered",
            Self::FluxV1 { .. } => "AzureFluxV1",
            Self::Throttled { .. } => "AzureThrottled",
            Self::Failed { .. }
            | Self::Malformed { .. }
            | Self::OtherHost { .. }
            | Self::Unsendable { .. } => "AzureFailed",
            Self::Operation(_) => "AzureOperationFailed",
            Self::Unfinished { .. } => "AzureOperationUnfinished",
            Self::InvalidConfiguration(error) => error.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::SignIn(error) => return error.hint(),
            Self::Unreachable(_) => "check the network, HTTPS_PROXY and GITOPS_CA_FILE".to_owned(),
            Self::Unauthenticated { credential, .. } if credential == "az" => {
                "sign in again: az login".to_owned()
            }
            Self::Unauthenticated { credential, .. } => format!("check {credential} and GITOPS_ARM_ENDPOINT"),
            Self::Forbidden { scope: Some(scope), request, message, credential } => {
                let role = if request.starts_with("GET ") { "Reader" } else { "Contributor" };
                let (assignee, origin) = assignee(message, credential);
                format!(
                    "let an owner give it a role{origin}: az role assignment create --role {role} --assignee {assignee} --scope {scope}"
                )
            }
            Self::Forbidden { .. } => {
                "use a credential with a role there; see: az role assignment list --all".to_owned()
            }
            Self::NotFound { .. } => "check the names, and the subscription: az account show".to_owned(),
            Self::Unregistered { provider, subscription, .. } => {
                format!(
                    "register it: az provider register --namespace {provider} --subscription {subscription} --wait"
                )
            }
            Self::FluxV1 { configuration, cluster } => format!(
                "delete it: az k8s-configuration delete {} -n {}",
                cluster.az_flags(),
                valid_subject(configuration, "'<configuration>'")
            ),
            Self::Conflict { .. } | Self::Invalid { .. } => return None,
            Self::InvalidConfiguration(error) => return error.hint(),
            Self::Operation(failed) => format!("see how it is now: {}", failed.show_command),
            Self::Throttled { until: Some(until), .. } => format!("run it again after {until:.0}"),
            Self::Throttled { until: None, .. } => "run it again in a minute".to_owned(),
            Self::Unfinished { .. } => "it goes on at Azure; run it again to wait longer".to_owned(),
            Self::OtherHost { .. } | Self::Unsendable { .. } => "check GITOPS_ARM_ENDPOINT".to_owned(),
            Self::Failed { .. } | Self::Malformed { .. } => "look at https://status.azure.com".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::SignIn(error) => error.exit(),
            Self::Unauthenticated { .. } | Self::Forbidden { .. } => Exit::Denied,
            Self::NotFound { .. } => Exit::NotFound,
            Self::Unfinished { .. } => Exit::Pending,
            Self::InvalidConfiguration(_) => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}
