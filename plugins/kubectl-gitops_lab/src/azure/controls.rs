//! What tests and whoever runs a lab change of its Azure that no request could: who there is, how long tokens last, how
//! much may be asked.

use jiff::{SignedDuration, Timestamp};

use super::entra::AzureRole;
use super::instance::Azure;
use super::resources::{CONNECTED_CLUSTERS, ResourceId};

impl Azure {
    /// Makes an application known that signs in with a secret and has a role at a scope: `/subscriptions/…`, or `/` for
    /// everything. Called again, it has one role and one secret more.
    pub fn add_principal(&mut self, client: &str, secret: &str, role: AzureRole, scope: &str) {
        self.directory.add_secret(client, secret);
        self.directory.assign(client, role, scope);
    }

    /// Lets an application sign in with a token of somebody else's, as workload identity does.
    pub fn trust_assertion(&mut self, client: &str, assertion: &str) {
        self.directory.add_assertion(client, assertion);
    }

    /// Lets the secrets of an application be too old.
    pub fn expire_secrets(&mut self, client: &str) {
        self.directory.expire_secrets(client);
    }

    /// How long tokens are good that are given out from now on.
    pub fn set_token_lifetime(&mut self, lifetime: SignedDuration) {
        self.directory.set_token_lifetime(lifetime);
    }

    /// Takes back the tokens that an application was given. It may sign in again.
    pub fn revoke_tokens(&mut self, client: &str) {
        self.directory.revoke(client);
    }

    /// A token for Resource Manager of an application, which has not to sign in for it.
    pub fn token(&mut self, client: &str, now: Timestamp) -> String {
        self.directory.issue(client, now)
    }

    /// Makes a subscription known.
    pub fn add_subscription(&mut self, id: &str, name: &str) {
        self.subscriptions.add(id, name);
    }

    /// Whether any cluster is connected.
    pub(crate) fn has_connected_clusters(&self) -> bool {
        self.resources.iter().any(|resource| resource.id.kind().eq_ignore_ascii_case(CONNECTED_CLUSTERS))
    }

    /// How many items a page of a list has.
    pub fn set_page_size(&mut self, size: usize) {
        self.page_size = size;
    }

    /// How many reads, writes and deletions an hour an application has in a subscription.
    pub fn set_request_limits(&mut self, reads: u64, writes: u64, deletes: u64) {
        self.limits.set(reads, writes, deletes);
    }

    /// What a configuration or an extension was given that never comes back, by its name: it can be looked at here and
    /// nowhere else.
    pub fn protected_setting(&self, id: &str, name: &str) -> Option<String> {
        let resource = self.resources.get(&ResourceId::new(id))?;
        resource.protected.get(name).map(|secret| secret.expose().to_owned())
    }
}
