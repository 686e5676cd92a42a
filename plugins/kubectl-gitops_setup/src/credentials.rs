//! The credentials that workflows and clusters get, from variables alone: an argument would be seen by everybody on the
//! machine.

use gitops_core::cli::EnvVars;
use gitops_core::flow::SetupCredentials;
use gitops_core::model::contract::AZURE_CREDENTIALS;
use gitops_core::model::setup::CredentialRole;
use gitops_core::wire::Secret;

/// The credentials that variables give.
pub(crate) fn credentials(env_vars: &EnvVars) -> SetupCredentials {
    let secret = |name: &str| {
        let text = env_vars.get(name).map(str::trim).filter(|text| !text.is_empty())?;
        Some(Secret::new(text).with_origin(name))
    };
    let tokens = CredentialRole::GIVEN.into_iter();
    SetupCredentials {
        tokens: tokens.filter_map(|role| Some((role, secret(role.variable())?))).collect(),
        service_principal: secret(AZURE_CREDENTIALS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_a_variable_of_its_own() {
        let variables = [("GITOPS_PULL_TOKEN", " ghp_hunter2 "), ("GITOPS_SOURCE_TOKEN", " ")];
        let credentials = credentials(&variables.into_iter().collect());
        let roles: Vec<CredentialRole> = credentials.tokens.keys().copied().collect();
        assert_eq!(roles, [CredentialRole::GitPull]);
        assert_eq!(credentials.tokens[&CredentialRole::GitPull].expose(), "ghp_hunter2");
        assert!(!format!("{credentials:?}").contains("hunter2"));
    }
}
