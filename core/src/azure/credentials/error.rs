//! Why there is no token.

use jiff::SignedDuration;

use super::chain::{CLIENT, CLIENT_SECRET, TENANT};
use super::service_principal::VARIABLE;
use crate::azure::cloud::ENDPOINT_VARIABLE;
use crate::model::argument::valid_subject;
use crate::model::{Exit, Failure};
use crate::wire::TransportError;

/// Why nobody could be signed in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignInError {
    /// No credential is configured, and the Azure CLI is not installed.
    #[error("no credential for Azure: {}, and az is not installed", half_a_credential(given))]
    CliAbsent {
        /// The variables that are set.
        given: Vec<&'static str>,
    },
    /// Nobody is signed in at the Azure CLI.
    #[error("{}: {message}", state_of_sign_in(message))]
    CliNotSignedIn {
        /// What `az` says.
        message: String,
    },
    /// The Azure CLI takes too long.
    #[error("the Azure CLI gave no token within {limit:#}")]
    CliSlow {
        /// How long it was given.
        limit: SignedDuration,
    },
    /// The Azure CLI gives no token.
    #[error("the Azure CLI gave no token: {message}")]
    CliFailed {
        /// What it says.
        message: String,
    },
    /// Entra ID refuses the credential.
    #[error("Azure does not accept the credential from {credential}: {message}")]
    Refused {
        /// Where the credential is from: `AZURE_CLIENT_SECRET`, `az`.
        credential: String,
        /// The id of the application.
        client: String,
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
    /// Whether there is no credential at all, so that nobody expects Azure to be asked: no variable is set, and nobody is
    /// signed in at the Azure CLI. A sign-in that has expired is one.
    pub fn is_unconfigured(&self) -> bool {
        match self {
            Self::CliAbsent { given } => given.is_empty(),
            Self::CliNotSignedIn { message } => state_of_sign_in(message) == NOBODY_SIGNED_IN,
            _ => false,
        }
    }

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
            Self::CliAbsent { .. } => "AzureCredentialAbsent",
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
            Self::CliAbsent { given } if given.is_empty() => {
                "install the Azure CLI (https://aka.ms/azure-cli) and sign in: az login".to_owned()
            }
            Self::CliAbsent { given } => format!("set {} too", missing(given).join(" and ")),

            Self::CliNotSignedIn { .. } => "sign in: az login".to_owned(),
            Self::CliSlow { .. } => "see what it waits for: az account get-access-token".to_owned(),
            Self::CliFailed { .. } => "try it by hand: az account get-access-token".to_owned(),
            Self::Refused { credential, client, message } => refusal_hint(credential, client, message),
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
            Self::CliAbsent { .. } | Self::CliNotSignedIn { .. } | Self::Refused { .. } => Exit::Denied,
            Self::TokenFile { .. } => Exit::Usage,
            _ => Exit::Failed,
        }
    }
}

const NOBODY_SIGNED_IN: &str = "nobody is signed in at the Azure CLI";

/// Why the Azure CLI needs a person, by what it says.
fn state_of_sign_in(message: &str) -> &'static str {
    match aadsts(message) {
        Some(50_173 | 70_043 | 70_044 | 700_081 | 700_082 | 700_084) => {
            "the sign-in at the Azure CLI has expired"
        }
        Some(50_076 | 50_079) => "the Azure CLI wants a second factor",
        _ if message.contains("expired") => "the sign-in at the Azure CLI has expired",
        _ => NOBODY_SIGNED_IN,
    }
}

/// Which variables are set and which are not.
fn half_a_credential(given: &[&str]) -> String {
    match given {
        [] => "none of its variables is set".to_owned(),
        [one] => format!("{one} is set, {} not", missing(given).join(" and ")),
        several => format!("{} are set, {} not", several.join(" and "), missing(given).join(" and ")),
    }
}

/// The variables that a client secret wants besides those that are set.
fn missing(given: &[&str]) -> Vec<&'static str> {
    let variables = [TENANT, CLIENT, CLIENT_SECRET];
    variables.into_iter().filter(|variable| !given.contains(variable)).collect()
}

/// What to do about a refusal, by its number (`AADSTS7000215`). No other secret is made: that would end those that others
/// sign in with.
fn refusal_hint(credential: &str, client: &str, message: &str) -> String {
    let is_one_variable = credential == VARIABLE;
    let [tenant, id, endpoint] = match is_one_variable {
        true => {
            ["tenantId", "clientId", "resourceManagerEndpointUrl"].map(|key| format!("{key} in {VARIABLE}"))
        }
        false => [TENANT, CLIENT, ENDPOINT_VARIABLE].map(str::to_owned),
    };
    let app = valid_subject(client, "'<client id>'");
    match aadsts(message) {
        Some(90002 | 900_023) => format!("check {tenant}"),
        Some(700_016) => format!("check {id} and {tenant}"),
        Some(500_011) if is_one_variable => format!("check {ENDPOINT_VARIABLE} or {endpoint}"),
        Some(500_011) => format!("check {endpoint}"),
        Some(7_000_215 | 7_000_222) => {
            format!("see which secrets the application has: az ad app credential list --id {app}")
        }
        _ if is_one_variable => format!("check what {VARIABLE} holds"),
        _ => format!("check {tenant}, {id} and {credential}"),
    }
}

/// The number of a refusal.
fn aadsts(message: &str) -> Option<u32> {
    let (_, rest) = message.split_once("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_the_step_that_fits_it() {
        for (message, of_variables, of_document) in [
            (
                "AADSTS90002: Tenant 'x' not found.",
                "check AZURE_TENANT_ID",
                "check tenantId in AZURE_CREDENTIALS_SP",
            ),
            (
                "AADSTS700016: Application with identifier 'c' was not found",
                "check AZURE_CLIENT_ID and AZURE_TENANT_ID",
                "check clientId in AZURE_CREDENTIALS_SP and tenantId in AZURE_CREDENTIALS_SP",
            ),
            (
                "AADSTS500011: The resource principal named https://a was not found",
                "check GITOPS_ARM_ENDPOINT",
                "check GITOPS_ARM_ENDPOINT or resourceManagerEndpointUrl in AZURE_CREDENTIALS_SP",
            ),
            (
                "AADSTS7000215: Invalid client secret provided.",
                "see which secrets the application has: az ad app credential list --id 3-c",
                "see which secrets the application has: az ad app credential list --id 3-c",
            ),
            (
                "AADSTS7000222: The provided client secret keys are expired.",
                "see which secrets the application has: az ad app credential list --id 3-c",
                "see which secrets the application has: az ad app credential list --id 3-c",
            ),
            (
                "status 400",
                "check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
                "check what AZURE_CREDENTIALS_SP holds",
            ),
        ] {
            assert_eq!(refusal_hint(CLIENT_SECRET, "3-c", message), of_variables);
            assert_eq!(refusal_hint(VARIABLE, "3-c", message), of_document);
        }
        let hostile = refusal_hint(CLIENT_SECRET, "$(reboot)", "AADSTS7000215: x");
        assert!(hostile.ends_with("--id '<client id>'"), "{hostile}");
    }

    #[test]
    fn an_expired_sign_in_is_told_from_none() {
        for (message, state) in [
            ("Please run 'az login' to setup account.", "nobody is signed in at the Azure CLI"),
            ("AADSTS70043: The refresh token has expired.", "the sign-in at the Azure CLI has expired"),
            ("The credential data has expired. Run az login", "the sign-in at the Azure CLI has expired"),
            ("AADSTS50076: you must use multi-factor authentication", "the Azure CLI wants a second factor"),
        ] {
            let error = SignInError::CliNotSignedIn { message: message.to_owned() };
            assert_eq!(error.to_string(), format!("{state}: {message}"));
            assert_eq!(error.hint().as_deref(), Some("sign in: az login"));
            assert_eq!(error.is_unconfigured(), state == NOBODY_SIGNED_IN);
        }
    }

    #[test]
    fn a_credential_by_half_says_which_half_is_missing() {
        for (given, message, hint) in [
            (
                vec![],
                "none of its variables is set, and az is not installed",
                "install the Azure CLI (https://aka.ms/azure-cli) and sign in: az login",
            ),
            (
                vec![TENANT],
                "AZURE_TENANT_ID is set, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET not, and az is not installed",
                "set AZURE_CLIENT_ID and AZURE_CLIENT_SECRET too",
            ),
            (
                vec![TENANT, CLIENT],
                "AZURE_TENANT_ID and AZURE_CLIENT_ID are set, AZURE_CLIENT_SECRET not, and az is not installed",
                "set AZURE_CLIENT_SECRET too",
            ),
        ] {
            let error = SignInError::CliAbsent { given };
            assert_eq!(error.to_string(), format!("no credential for Azure: {message}"));
            assert_eq!(error.hint().as_deref(), Some(hint));
        }
    }
}
