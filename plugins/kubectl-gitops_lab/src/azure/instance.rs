//! Azure itself: one tenant, its subscriptions, and what is in them.

use jiff::Timestamp;

use super::agents::{Contacts, Deliveries};
use super::graph::ResourceGraph;
use super::operations::Operations;
use super::resources::Resources;

/// The tenant of whoever runs the lab.
pub(crate) const DEFAULT_TENANT: &str = "22222222-2222-4222-8222-222222222222";
/// The subscription that scenarios are put into.
pub(crate) const DEFAULT_SUBSCRIPTION: &str = "11111111-1111-4111-8111-111111111111";
/// The application of whoever runs the lab, as which it signs in.
const DEFAULT_CLIENT: &str = "33333333-3333-4333-8333-333333333333";

/// As whom whoever runs the lab signs in.
#[derive(Clone)]
pub(crate) struct AzureIdentity {
    pub(crate) tenant: String,
    pub(crate) client: String,
    /// The client secret.
    pub(crate) secret: String,
}

/// Shows no secret.
impl std::fmt::Debug for AzureIdentity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.client, self.tenant)
    }
}

impl AzureIdentity {
    /// Whoever runs the lab, with this client secret.
    pub(crate) fn of_owner(secret: String) -> Self {
        Self { tenant: DEFAULT_TENANT.to_owned(), client: DEFAULT_CLIENT.to_owned(), secret }
    }
}

/// Azure.
#[derive(Debug)]
pub struct Azure {
    /// `https://127.0.0.1:<port>`: of Resource Manager, Resource Graph and the authority that signs in.
    pub(super) url: String,
    /// Who may do everything.
    pub(super) owner: AzureIdentity,
    pub(super) resources: Resources,
    /// What has been begun and what became of it.
    pub(super) operations: Operations,
    /// What clusters are to have.
    pub(super) deliveries: Deliveries,
    /// When clusters were heard of.
    pub(super) contacts: Contacts,
    pub(super) graph: ResourceGraph,
}

impl Azure {
    /// Azure at `url` (`https://127.0.0.1:<port>`), with nothing in it. `owner` may do everything.
    pub(crate) fn new(url: &str, owner: AzureIdentity) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        Self {
            url,
            owner,
            resources: Resources::default(),
            operations: Operations::default(),
            deliveries: Deliveries::default(),
            contacts: Contacts::default(),
            graph: ResourceGraph::default(),
        }
    }

    /// When something happens next by itself; none when everything rests.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        [self.operations.due(), self.contacts.due()].into_iter().flatten().min()
    }

    /// Does what is due up to `now`.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        self.end_operations(now);
        self.notice_silence(now);
        self.graph.advance(&mut self.resources, &self.owner.tenant, now);
    }
}
