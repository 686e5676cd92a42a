//! The agents of a site, as one: they ask Azure what is wanted, make Flux's objects of it, put those right that somebody
//! changed, and tell Azure what became of them.
//!
//! Nobody has published how often the real ones do so: the intervals are ours, and are constants here. An edit in the
//! cluster stands for a while before it is undone, so that people see it happen.

use std::collections::BTreeMap;

use gitops_core::wire::Secret;
use jiff::{SignedDuration, Timestamp};

use super::cluster::{azure_cluster, facts};
use super::configuration::Configuration;
use super::managed_configuration::ManagedConfiguration;
use super::managed_objects::{is_edit, is_news};
use super::outbox::Outbox;
use super::pods::WorkingAgents;
use super::schedule::{Schedule, plan, take};
use crate::azure::{Azure, ExtensionReport, ResourceId};
use crate::flux::ApiClient;
use crate::kubernetes::{Cluster, Event};

/// How often Azure is asked what is wanted.
const POLL: SignedDuration = SignedDuration::from_secs(10);
/// How long what somebody changed in the cluster stands before it is put right.
const REPAIR: SignedDuration = SignedDuration::from_mins(5);
/// How often Azure hears that the cluster is there, and hears again what it knows.
const HEARTBEAT: SignedDuration = SignedDuration::from_mins(5);
/// How often agents that Azure does not know try again.
const RETRY: SignedDuration = SignedDuration::from_mins(1);
/// How long agents wait after something has happened before they look: more may happen at once.
const SETTLING: SignedDuration = SignedDuration::from_secs(1);
/// How long what they saw takes to be told.
const REPORT_LAG: SignedDuration = SignedDuration::from_secs(15);

/// What connects a cluster with Azure. It works where its pods run.
#[derive(Debug)]
pub(crate) struct ArcAgent {
    /// As whom the cluster is asked.
    token: Secret,
    /// Whether nothing gets through between the site and Azure.
    is_cut: bool,
    report_lag: SignedDuration,
    /// The cluster's version when it was last looked at.
    seen: u64,
    /// The version of what Azure wants when it was last asked.
    seen_wanted: Option<u64>,
    working: WorkingAgents,
    /// The cluster in Azure, where the agents know it.
    cluster: Option<ResourceId>,
    /// Whether Azure knows it, too.
    is_known: bool,
    /// Whether anything got through to Azure when the agents were last looked at.
    was_online: bool,
    schedule: Schedule,
    configurations: BTreeMap<String, ManagedConfiguration>,
    outbox: Outbox,
}

impl ArcAgent {
    /// Agents that have seen nothing yet, and ask the cluster with the administrator's `token`.
    pub(crate) fn new(token: &str) -> Self {
        Self {
            token: Secret::new(token),
            is_cut: false,
            report_lag: REPORT_LAG,
            seen: 0,
            seen_wanted: None,
            working: WorkingAgents::default(),
            cluster: None,
            is_known: false,
            was_online: false,
            schedule: Schedule::default(),
            configurations: BTreeMap::new(),
            outbox: Outbox::default(),
        }
    }

    /// When it does something next; none when it waits for the cluster or for Azure to change.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.schedule.due().into_iter().chain(self.outbox.due()).min()
    }

    /// When it changes the cluster next, as far as that is planned.
    pub(crate) fn change_due(&self) -> Option<Timestamp> {
        self.schedule.poll.into_iter().chain(self.schedule.repair).min()
    }

    /// Cuts the site off from Azure, or lets it through again.
    pub(crate) fn cut(&mut self, is_cut: bool) {
        self.is_cut = is_cut;
        self.seen = 0;
    }

    /// How long what is seen in the cluster takes to be told, from now on.
    pub(crate) fn set_report_lag(&mut self, lag: SignedDuration) {
        self.report_lag = lag;
    }

    /// Asks Azure at `now`, out of turn.
    pub(crate) fn poll_at(&mut self, now: Timestamp) {
        if self.is_online() {
            plan(&mut self.schedule.poll, now);
        }
    }

    /// Whether anything gets through to Azure.
    fn is_online(&self) -> bool {
        self.working.connection && !self.is_cut && self.cluster.is_some()
    }

    /// Does what is due at `now`; whether that changed anything in the cluster. To be called when something is due, and
    /// after everything that may have changed the cluster or Azure.
    pub(crate) fn advance(&mut self, cluster: &mut Cluster, azure: &mut Azure, now: Timestamp) -> bool {
        let before = cluster.version();
        let token = self.token.clone();
        let api = &mut ApiClient { cluster, token: token.expose(), now };
        self.notice(api);
        if take(&mut self.schedule.heartbeat, now) {
            self.heartbeat(api, azure);
        }
        let speaks = self.is_online() && self.is_known && self.working.messenger;
        if speaks && self.seen_wanted != Some(azure.wanted_version()) {
            let at = self.schedule.next(POLL, now);
            plan(&mut self.schedule.poll, at);
        }
        if take(&mut self.schedule.poll, now) && speaks {
            self.poll(api, azure);
        }
        if take(&mut self.schedule.repair, now) && self.working.controller {
            self.configurations.values_mut().for_each(|managed| managed.repair(api));
        }
        self.remove_what_is_to_go(api, azure);
        if take(&mut self.schedule.observe, now) && speaks {
            self.observe(api);
        }
        if speaks {
            self.outbox.send(azure, now);
        } else {
            // What nobody can send is seen again once somebody can.
            self.outbox = Outbox::default();
        }
        self.seen = api.cluster.version();
        self.seen != before
    }

    /// Sees what has changed in the cluster since it last looked.
    fn notice(&mut self, api: &mut ApiClient<'_>) {
        if self.seen == api.cluster.version() {
            return;
        }
        let changes = api.cluster.changes(self.seen);
        if self.seen == 0 || changes.iter().any(concerns_agents) {
            self.look_at_agents(api);
        }
        let both = |event: &Event| (event.before.clone(), event.after.clone());
        for (before, after) in changes.iter().map(both) {
            let (before, after) = (before.as_deref(), after.as_deref());
            if is_edit(before, after) {
                plan(&mut self.schedule.repair, api.now + REPAIR);
            }
            if is_news(before, after) || is_edit(before, after) {
                plan(&mut self.schedule.observe, api.now + SETTLING);
            }
        }
    }

    /// Sees which agents work, and of which cluster they are.
    fn look_at_agents(&mut self, api: &mut ApiClient<'_>) {
        let was_online = self.was_online;
        let had_controller = self.working.controller;
        self.working = WorkingAgents::now(api);
        self.cluster = if self.working.connection { azure_cluster(api) } else { None };
        self.was_online = self.is_online() && self.working.messenger;
        if !self.is_online() {
            let repair = self.schedule.repair;
            self.is_known = false;
            self.outbox = Outbox::default();
            self.schedule = Schedule { begin: self.schedule.begin, repair, ..Schedule::default() };
        } else if !was_online {
            self.schedule.begin = api.now;
            plan(&mut self.schedule.heartbeat, api.now);
            self.seen_wanted = None;
            plan(&mut self.schedule.poll, api.now);
            plan(&mut self.schedule.observe, api.now + SETTLING);
        }
        if self.working.controller && !had_controller {
            plan(&mut self.schedule.repair, api.now);
        }
    }

    /// Tells Azure that the cluster is there, and all that is known once more.
    fn heartbeat(&mut self, api: &mut ApiClient<'_>, azure: &mut Azure) {
        let Some(cluster) = self.cluster.clone().filter(|_| self.is_online()) else { return };
        self.is_known = azure.heartbeat(&cluster, &facts(api), api.now);
        let interval = if self.is_known { HEARTBEAT } else { RETRY };
        let next = self.schedule.next(interval, api.now);
        plan(&mut self.schedule.heartbeat, next);
        if self.is_known {
            self.configurations.values_mut().for_each(ManagedConfiguration::forget_report);
            plan(&mut self.schedule.observe, api.now + SETTLING);
        }
    }

    /// Asks Azure what is wanted, and lets the cluster have it.
    fn poll(&mut self, api: &mut ApiClient<'_>, azure: &mut Azure) {
        let Some(cluster) = &self.cluster else { return };
        for extension in azure.wanted_extensions(cluster).into_iter().filter(|_| self.working.extensions) {
            match extension.is_deleting {
                true => azure.deleted(&extension.id, api.now),
                false => azure.report_extension(&extension.id, &installed(), api.now),
            }
        }
        let wanted = azure.wanted_configurations(cluster);
        self.seen_wanted = Some(azure.wanted_version());
        let names: Vec<String> = wanted.iter().map(|delivery| delivery.id.key().to_owned()).collect();
        // What Azure no longer knows was deleted by force: its objects stay, and are nobody's.
        self.configurations.retain(|key, _| names.contains(key));
        for (key, delivery) in names.into_iter().zip(wanted) {
            let configuration = Configuration::new(delivery);
            let managed = self.configurations.entry(key);
            let managed = managed.or_insert_with(|| ManagedConfiguration::new(configuration.clone()));
            if managed.receive(configuration, self.working.controller, api) {
                plan(&mut self.schedule.observe, api.now + SETTLING);
            }
        }
    }

    /// Removes what is to go, and tells Azure of what is gone.
    fn remove_what_is_to_go(&mut self, api: &mut ApiClient<'_>, azure: &mut Azure) {
        if !self.working.controller || !self.is_online() || !self.working.messenger {
            return;
        }
        let gone = self.configurations.iter_mut().filter_map(|(key, managed)| {
            let is_gone = managed.is_deleting() && managed.remove(api);
            is_gone.then(|| (key.clone(), managed.id().clone()))
        });
        for (key, id) in gone.collect::<Vec<_>>() {
            self.configurations.remove(&key);
            azure.deleted(&id, api.now);
        }
    }

    /// Sees what is to be told, which arrives later.
    fn observe(&mut self, api: &mut ApiClient<'_>) {
        for managed in self.configurations.values_mut() {
            if let Some(report) = managed.next_report(api) {
                self.outbox.add(api.now + self.report_lag, managed.id().clone(), report);
            }
        }
    }
}

/// What is told of every extension: the lab has the pods of its extensions from the beginning.
fn installed() -> ExtensionReport {
    ExtensionReport { install_state: "Installed".to_owned(), version: None, error: None }
}

/// Whether what happened may mean something to the agents themselves: what they run on, and what they are configured by.
fn concerns_agents(event: &Event) -> bool {
    event.after.as_deref().or(event.before.as_deref()).is_some_and(|object| {
        let metadata = &object["metadata"];
        let is_in = |namespace: &str| metadata["namespace"] == namespace;
        let is_own_pod = object["kind"] == "Deployment" && (is_in("azure-arc") || is_in("flux-system"));
        is_own_pod || (object["kind"] == "ConfigMap" && is_in("azure-arc"))
    })
}
