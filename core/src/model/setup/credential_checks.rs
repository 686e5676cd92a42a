//! Which credentials workflows and clusters get, and what is at risk where one is wider than its role.

use super::{CredentialRole, ObservedSetup, SetupRequest};
use crate::model::Check;
use crate::model::contract::AZURE_CREDENTIALS;
use crate::model::pipeline::Role;

/// The checks of credentials.
pub fn credential_checks(request: &SetupRequest, observed: Option<&ObservedSetup>) -> Vec<Check> {
    let mut checks: Vec<Check> = CredentialRole::GIVEN.into_iter().map(|role| token(request, role)).collect();
    checks.push(service_principal(request, observed));
    checks
}

fn token(request: &SetupRequest, role: CredentialRole) -> Check {
    let name = format!("{role} token");
    if request.credentials.contains(&role) {
        return Check::passed(name, format!("from {}", role.variable()));
    }
    let evidence = format!("not given: your own token would be kept in {}", role.place());
    let fix = format!("give one in {}; it needs {}", role.variable(), role.needs());
    Check::warning(name, evidence, fix)
}

/// The post-deployment gate asks Azure. Without a credential it would fail at the first deployment, so set-up does not
/// begin.
fn service_principal(request: &SetupRequest, observed: Option<&ObservedSetup>) -> Check {
    const NAME: &str = "Azure credential of workflows";
    let source = observed.and_then(|observed| observed.repository(Role::Source));
    if request.has_service_principal {
        return Check::passed(NAME, format!("from {AZURE_CREDENTIALS}"));
    }
    if source.is_some_and(|source| source.secrets.contains(AZURE_CREDENTIALS)) {
        return Check::passed(NAME, format!("secret {AZURE_CREDENTIALS} is there"));
    }
    const OIDC: [&str; 3] = ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"];
    if source.is_some_and(|source| OIDC.iter().all(|name| source.variables.contains_key(*name))) {
        return Check::passed(NAME, "federated, by variables of the source repository");
    }
    let fix = format!("export {AZURE_CREDENTIALS}=\"$(az ad sp create-for-rbac --json-auth)\"");
    Check::failed(NAME, "neither a service principal nor a federated credential", fix)
}
