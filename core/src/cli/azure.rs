//! Variables that say where Azure is and with whose credential it is asked. There are no flags: they are those of every
//! program for Azure. Nothing is looked at until Azure is needed.

use std::path::PathBuf;
use std::time::Duration;

use super::proxies::https_proxies;
use super::{EnvVars, Session};
use crate::azure::{AzureAccess, GivenCredentials, GivenEndpoints};
use crate::flow::AZURE_TIME_LIMIT;
use crate::wire::Secret;
use crate::wire::retry::Patience;

/// How long one answer may take, or `az`, which takes a second or two to start: that it was too slow is told before
/// everything about Azure is given up.
const ANSWER_LIMIT: Duration = AZURE_TIME_LIMIT.saturating_sub(Duration::from_secs(1));

/// How Azure is reached where its answer is one of several: briefly.
pub(super) fn azure_access_in_passing(session: &Session) -> AzureAccess {
    access(&session.env_vars)
}

/// How Azure is reached by a command that waits: patiently.
pub(super) fn azure_access(session: &Session) -> AzureAccess {
    let limit = Duration::from_secs(30);
    let patience = session.patience();
    AzureAccess { timeout: limit, sign_in_limit: limit, patience, ..access(&session.env_vars) }
}

/// The variables that hold texts.
const VARIABLES: [&str; 6] = [
    "AZURE_CREDENTIALS_SP",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_AUTHORITY_HOST",
    "GITOPS_ARM_ENDPOINT",
];

fn is_not_text(env_vars: &EnvVars, name: &str) -> bool {
    env_vars.get_os(name).is_some() && env_vars.get(name).is_none()
}

fn access(env_vars: &EnvVars) -> AzureAccess {
    let text =
        |name: &str| env_vars.get(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
    let secret = |name: &str| text(name).map(|value| Secret::new(value).with_origin(name));
    AzureAccess {
        endpoints: GivenEndpoints::of_variables(
            text("AZURE_AUTHORITY_HOST").as_deref(),
            text("GITOPS_ARM_ENDPOINT").as_deref(),
        ),
        credentials: GivenCredentials {
            service_principal: secret("AZURE_CREDENTIALS_SP"),
            tenant: text("AZURE_TENANT_ID"),
            client: text("AZURE_CLIENT_ID"),
            client_secret: secret("AZURE_CLIENT_SECRET"),
            token_file: env_vars.get_os("AZURE_FEDERATED_TOKEN_FILE").map(PathBuf::from),
            search_path: env_vars.get_os("PATH").map(ToOwned::to_owned),
            not_text: VARIABLES.into_iter().find(|name| is_not_text(env_vars, name)),
        },
        authorities: env_vars.get_os("GITOPS_CA_FILE").map(PathBuf::from),
        proxies: https_proxies(env_vars),
        timeout: ANSWER_LIMIT,
        sign_in_limit: ANSWER_LIMIT,
        patience: Patience::in_passing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_it_shows_a_secret() {
        let document = r#"{"clientId":"c","clientSecret":"hunter2","tenantId":"t"}"#;
        let variables = [
            ("AZURE_CREDENTIALS_SP", document),
            ("AZURE_CLIENT_SECRET", "hunter2"),
            ("HTTPS_PROXY", "http://me:hunter2@proxy:8080"),
            ("AZURE_TENANT_ID", " t "),
            ("GITOPS_ARM_ENDPOINT", "https://arm.example"),
        ];
        let env_vars: EnvVars = variables.iter().copied().collect();
        let access = access(&env_vars);
        let shown = format!("{access:?}");
        assert!(!shown.contains("hunter2") && shown.contains("GITOPS_ARM_ENDPOINT"), "{shown}");
        assert_eq!(access.credentials.tenant.as_deref(), Some("t"));
        assert_eq!(access.credentials.not_text, None);
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_not_taken_for_one_that_is_not_set() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;
        let variables = [
            (
                OsString::from("AZURE_CREDENTIALS_SP"),
                OsString::from_vec(b"{\"clientSecret\":\"\xff\"}".to_vec()),
            ),
            (OsString::from("AZURE_CLIENT_SECRET"), OsString::from("hunter2")),
        ];
        let env_vars: EnvVars = variables.into_iter().collect();
        assert_eq!(access(&env_vars).credentials.not_text, Some("AZURE_CREDENTIALS_SP"));
    }
}
