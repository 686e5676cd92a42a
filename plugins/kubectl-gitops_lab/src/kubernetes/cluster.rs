//! The cluster itself: what it is made of, and what others may do with each part. Only objects and workloads are open to
//! the modules beside it; storage and workloads guard their own fields.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::{IMPERSONATE_USER, Tokens};
use super::controllers::node;
use super::controllers::timers::Timers;
use super::requests::path::Target;
use super::requests::stream::Reply;
use super::requests::{discovery, path};
use super::schema::kinds;
use super::seed::Seed;
use super::storage::store::Store;
use super::workloads::Workloads;
use super::{Catalogue, Resource, StatusError, access, definitions, refusals};
use crate::kubernetes::storage::event::Event;
use crate::kubernetes::storage::key::Key;
use crate::message::Request;

/// The namespaces that every cluster has.
const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// A cluster in memory.
#[derive(Debug)]
pub(crate) struct Cluster {
    catalogue: Catalogue,
    pub(super) store: Store,
    tokens: Tokens,
    /// What clients inside of it trust: PEM.
    authority: String,
    /// How many identifiers and names have been made up.
    made: u64,
    /// What happens later by itself.
    timers: Timers,
    /// What the controllers of workloads keep in mind.
    pub(super) workloads: Workloads,
    /// What containers write of which nothing else is said.
    logs: Option<String>,
    /// The release of Kubernetes that it says it is.
    release: String,
}

impl Cluster {
    /// Nothing but the namespaces and rights that every cluster has, a node, and the definitions that every lab
    /// has.
    pub(crate) fn empty(tokens: Tokens, authority: String, now: Timestamp) -> Self {
        Self::seeded(Seed::default(), tokens, authority, now)
    }

    /// The same, whose made-up words and versions are those of a seed.
    pub(crate) fn seeded(seed: Seed, tokens: Tokens, authority: String, now: Timestamp) -> Self {
        let version = seed.version;
        let catalogue = kinds::catalogue();
        let workloads = Workloads::new(&catalogue, seed.addresses);
        let mut cluster = Self {
            catalogue,
            store: Store::after(version),
            tokens,
            authority,
            made: seed.made,
            timers: Timers::default(),
            workloads,
            logs: None,
            release: discovery::RELEASE.to_owned(),
        };
        for name in NAMESPACES {
            let key = cluster.key_of("namespaces", "", name);
            let namespace = json!({"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name}});
            cluster.add(key, namespace, now);
        }
        let node = cluster.key_of("nodes", "", &seed.node);
        cluster.add(node, node::node(&seed.node, now), now);
        for (plural, object) in access::preset() {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            let resource = cluster.catalogue.named("rbac.authorization.k8s.io", "v1", plural);
            let resource = resource.expect("rights are served");
            let key = Key { resource, namespace: String::new(), name: name.to_owned() };
            cluster.add(key, object, now);
        }
        for definition in definitions::shipped() {
            let key = cluster.definition(definition["metadata"]["name"].as_str().unwrap_or_default());
            cluster.add(key, definition.clone(), now);
        }
        cluster.settle(now);
        cluster
    }

    /// Lets `/version`, OpenAPI and the nodes say that this release of Kubernetes serves: `v1.31.14`.
    pub(crate) fn set_release(&mut self, release: &str) {
        self.release = release.to_owned();
        let nodes: Vec<_> = self
            .store
            .of_kind(self.workloads.kinds().nodes)
            .map(|(key, node)| (key.clone(), node.clone()))
            .collect();
        for (key, node) in nodes {
            let mut node = Value::clone(&node);
            node["status"]["nodeInfo"]["kubeletVersion"] = json!(release);
            self.store.put(key, node);
        }
    }

    /// Where objects like `object` are made; none when they are of no kind that is served.
    pub(crate) fn collection(&self, object: &Value) -> Option<String> {
        path::collection(&self.catalogue, object)
    }

    /// The version of the last write.
    pub(crate) fn version(&self) -> u64 {
        self.store.version()
    }

    /// What happened after `version`, as far as it is remembered.
    pub(crate) fn changes(&self, version: u64) -> Vec<Event> {
        self.store.since(version).into_iter().flatten().cloned().collect()
    }

    /// A kind as the cluster has it, if it does.
    pub(crate) fn resource(&self, api_version: &str, kind: &str) -> Option<&Resource> {
        let resources = self.catalogue.resources().iter();
        resources.into_iter().find(|resource| resource.kind == kind && resource.api_version() == api_version)
    }

    /// The token of the administrator, who acts from inside the lab.
    pub(crate) fn administrator_token(&self) -> &str {
        &self.tokens.admin
    }

    /// Who asks, as far as that is known.
    pub(crate) fn user(&self, request: &Request, now: Timestamp) -> Option<String> {
        let user = request.header(IMPERSONATE_USER).map(str::to_owned);
        user.or_else(|| Some(self.identity(request.token().as_deref(), now).ok()?.name))
    }

    /// Answers `request` at `now`, after everything that was due until then.
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.advance(now);
        let reply = self.respond(request, now).unwrap_or_else(Reply::from);
        self.settle(now);
        reply
    }

    /// Lets the controllers look at what is at `key` at the time `at`.
    pub(super) fn wake(&mut self, key: Key, at: Timestamp) {
        self.timers.wake(key, at);
    }

    /// When something happens next by itself; none when everything rests.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.timers.first()
    }

    /// Does everything that is due up to `now`, in the order of time and each as of its own time.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while let Some((at, key)) = self.timers.pop(now) {
            self.look(&key, at);
            self.settle(at);
        }
    }

    /// The kinds that are served.
    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The kind of what is at `key`.
    pub(super) fn kind_at(&self, key: &Key) -> &Resource {
        &self.catalogue.resources()[key.resource]
    }

    /// Serves `resource`, and keeps its objects where they were.
    pub(super) fn serve(&mut self, resource: Resource) {
        self.catalogue.serve(resource);
    }

    /// Serves the kind at `place` no more.
    pub(super) fn retire(&mut self, place: usize) {
        self.catalogue.retire(place);
    }

    /// The tokens that are known from the beginning.
    pub(super) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// What clients inside of it trust: PEM.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    /// The release of Kubernetes that it says it is.
    pub(super) fn release_served(&self) -> &str {
        &self.release
    }

    /// What every container writes of which nothing else is said.
    pub(crate) fn write_logs(&mut self, text: String) {
        self.logs = Some(text);
    }

    /// What containers write of which nothing else is said, if that was given.
    pub(super) fn common_log(&self) -> Option<&str> {
        self.logs.as_deref()
    }

    /// Where an object of `target` is.
    pub(super) fn key(&self, target: &Target, name: &str) -> Key {
        let namespace = target.namespace.clone().unwrap_or_default();
        Key { resource: target.place, namespace, name: name.to_owned() }
    }

    /// Where an object of the core group is.
    pub(super) fn key_of(&self, plural: &str, namespace: &str, name: &str) -> Key {
        let resource = self.catalogue.named("", "v1", plural).expect("the core group is served");
        Key { resource, namespace: namespace.to_owned(), name: name.to_owned() }
    }

    /// The object at `key`.
    pub(super) fn object(&self, resource: &Resource, key: &Key) -> Result<Arc<Value>, StatusError> {
        self.store.get(key).cloned().ok_or_else(|| refusals::not_found(resource, &key.name))
    }

    /// Bits that look random, and are the same in every lab that was asked the same.
    pub(super) fn bits(&mut self) -> u64 {
        // SplitMix64: every counter gives other bits, so that no two names are alike.
        self.made += 1;
        let mut bits = self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}
