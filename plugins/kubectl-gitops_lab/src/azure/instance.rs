//! Azure itself: one tenant, its subscriptions, and what is in them.

use gitops_core::wire::Secret;
use jiff::Timestamp;

use super::agents::{ClusterConnectivities, ConfigurationReport, Deliveries};
use super::api::limits::Limits;
use super::entra::{AzureRole, Directory};
use super::graph::ResourceGraph;
use super::operations::Operations;
use super::resources::{ResourceId, Resources};
use super::subscriptions::Subscriptions;

/// The tenant of whoever runs the lab.
pub(crate) const DEFAULT_TENANT: &str = "22222222-2222-4222-8222-222222222222";
/// The subscription that scenarios are put into.
pub(crate) const DEFAULT_SUBSCRIPTION: &str = "11111111-1111-4111-8111-111111111111";
/// The application of whoever runs the lab, as which it signs in.
const DEFAULT_CLIENT: &str = "33333333-3333-4333-8333-333333333333";

/// What that subscription is called.
const SUBSCRIPTION_NAME: &str = "Contoso";
/// How many items a page of a list has when nothing else is said.
const PAGE_SIZE: usize = 100;

/// As whom whoever runs the lab signs in.
#[derive(Clone, Debug)]
pub struct AzureIdentity {
    /// The tenant's id.
    pub tenant: String,
    /// The application's id.
    pub client: String,
    /// The client secret.
    pub secret: Secret,
}

impl AzureIdentity {
    /// Whoever runs the lab, with this client secret.
    pub(crate) fn of_owner(secret: &str) -> Self {
        let secret = Secret::new(secret);
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
    pub(super) connectivity: ClusterConnectivities,
    /// Reports of clusters without agents that are still to come, in the order of their times.
    pub(super) scheduled: Vec<(ResourceId, ConfigurationReport)>,
    pub(super) graph: ResourceGraph,
    pub(super) directory: Directory,
    pub(super) subscriptions: Subscriptions,
    pub(super) limits: Limits,
    /// How many items a page of a list has.
    pub(super) page_size: usize,
    /// How many requests were answered.
    pub(super) answered: u64,
}

impl Azure {
    /// Azure at `url` (`https://127.0.0.1:<port>`), with nothing in it. `owner` may do everything.
    pub(crate) fn new(url: &str, owner: AzureIdentity) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        let mut directory = Directory::new(&owner.tenant, &url, owner.secret.expose());
        directory.add_secret(&owner.client, owner.secret.expose());
        directory.assign(&owner.client, AzureRole::Owner, "/");
        let mut subscriptions = Subscriptions::default();
        subscriptions.add(DEFAULT_SUBSCRIPTION, SUBSCRIPTION_NAME);
        Self {
            url,
            owner,
            resources: Resources::default(),
            operations: Operations::default(),
            deliveries: Deliveries::default(),
            connectivity: ClusterConnectivities::default(),
            scheduled: Vec::new(),
            graph: ResourceGraph::default(),
            directory,
            subscriptions,
            limits: Limits::default(),
            page_size: PAGE_SIZE,
            answered: 0,
        }
    }

    /// A token of whoever runs the lab, for what scenarios ask.
    pub(crate) fn owner_token(&mut self, now: Timestamp) -> String {
        self.directory.issue(&self.owner.client, now)
    }

    /// When something happens next by itself; none when everything rests.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        [self.operations.due(), self.connectivity.due(), self.report_due()].into_iter().flatten().min()
    }

    /// Does what is due up to `now`.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        self.end_operations(now);
        self.notice_silence(now);
        self.take_reports(now);
        self.graph.advance(&mut self.resources, &self.owner.tenant, now);
    }
}
