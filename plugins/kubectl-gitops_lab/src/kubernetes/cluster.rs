//! The cluster itself: its objects, and the way of a request through it: who asks, for what, and may they.

use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::{IMPERSONATE_USER, Impersonation, Tokens};
use super::controllers::node;
use super::controllers::timers::Timers;
use super::requests::events_v1::NEWER;
use super::requests::path::{Place, Subresource, Target, place};
use super::requests::stream::Reply;
use super::requests::{accept, discovery, path};
use super::schema::kinds;
use super::seed::Seed;
use super::storage::store::{Event, Key, Store};
use super::workloads::Workloads;
use super::{Catalogue, CollectionQuery, StatusError, access, definitions, many, refusals};
use crate::message::Request;

/// The namespaces that every cluster has.
const NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// A cluster in memory.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(super) catalogue: Catalogue,
    pub(super) store: Store,
    pub(super) tokens: Tokens,
    /// What clients inside of it trust: PEM.
    pub(super) authority: String,
    /// How many identifiers and names have been made up.
    pub(super) made: u64,
    /// The version at which the controllers had nothing left to do.
    pub(super) settled: u64,
    /// What happens later by itself.
    pub(super) timers: Timers,
    /// What the controllers of workloads keep in mind.
    pub(super) workloads: Workloads,
    /// What containers write of which nothing else is said.
    pub(super) logs: Option<String>,
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
        let mut workloads = Workloads::new(&catalogue);
        workloads.addresses = seed.addresses;
        let mut cluster = Self {
            catalogue,
            store: Store::after(version),
            tokens,
            authority,
            made: seed.made,
            settled: version,
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
            cluster.add(key, definition, now);
        }
        cluster.settle(now);
        cluster
    }

    /// Lets `/version` say that this release of Kubernetes serves: `v1.31.14`.
    pub(crate) fn set_release(&mut self, release: &str) {
        self.release = release.to_owned();
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
    pub(crate) fn resource(&self, api_version: &str, kind: &str) -> Option<&super::Resource> {
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

    fn respond(&mut self, request: &Request, now: Timestamp) -> Result<Reply, StatusError> {
        let identity = self.identity(request.token().as_deref(), now)?;
        let found = place(&self.catalogue, &request.path);
        let (verb, path) = (verb(request, found.as_ref().ok()), &request.path);
        let wanted = Impersonation::read(&request.headers);
        let identity = self.acting_as(identity, wanted.as_ref(), &verb, path, found.as_ref())?;
        self.may(&identity, &verb, path, found.as_ref())?;
        match found? {
            Place::Objects(target) => {
                let warning = deprecated(&target);
                let reply = self.objects(request, target, now)?;
                Ok(warning.into_iter().fold(reply, Reply::with_warning))
            }
            Place::Log(target) if request.method == Method::GET => self.log(request, &target, now),
            Place::Review { group, plural } if request.method == Method::POST => {
                self.review(&identity, &group, &plural, request, now)
            }
            Place::Token(target) if request.method == Method::POST => self.give_token(request, &target, now),
            Place::Review { .. } => Err(refusals::method_not_allowed()),
            Place::Version if request.method == Method::GET => {
                accept::of(request.accept())?;
                Ok(Reply::json(StatusCode::OK, discovery::version(&self.release)))
            }
            other if request.method == Method::GET => {
                discovery::answer(&self.catalogue, &other, accept::of(request.accept()), &request.query)
            }
            _ => Err(refusals::method_not_allowed()),
        }
    }

    fn objects(&mut self, request: &Request, target: Target, now: Timestamp) -> Result<Reply, StatusError> {
        let form = accept::of(request.accept())?;
        if target.resource.group == NEWER && ![Method::GET, Method::DELETE].contains(&request.method) {
            return Err(refusals::unknown("writes of events through events.k8s.io"));
        }
        match (&request.method, &target.name) {
            (_, Some(name)) if target.part == Subresource::Scale => {
                self.answer_scale(request, &target, name, now)
            }
            (&Method::GET, Some(name)) => {
                let key = self.key(&target, name);
                let object = self.object(&target.resource, &key)?;
                Ok(Reply::json(StatusCode::OK, self.shown(&object, &target, form, request, now)))
            }
            (&Method::GET, None) => {
                let asked =
                    many(&target.resource, target.place, target.namespace.as_deref(), &request.query)?;
                match asked {
                    CollectionQuery::List(listed) => self.list(&target, &listed, form, request, now),
                    CollectionQuery::Watch(watched) => self.watch(&target, watched, form, request, now),
                }
            }
            (&Method::POST, None) => self.create(request, &target, form, now),
            (&Method::PUT, Some(name)) => self.update(request, &target, name, form, now),
            (&Method::PATCH, Some(name)) => self.patch(request, &target, name, form, now),
            (&Method::DELETE, Some(name)) if target.part == Subresource::Whole => {
                self.delete(request, &target, name, now)
            }
            (&Method::DELETE, None) if target.resource.kind != "Namespace" => {
                self.delete_all(request, &target, now)
            }
            _ => Err(refusals::method_not_allowed()),
        }
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
    pub(super) fn object(&self, resource: &super::Resource, key: &Key) -> Result<Arc<Value>, StatusError> {
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

/// What is said of a kind that is on its way out.
fn deprecated(target: &Target) -> Option<&'static str> {
    let is_endpoints = target.resource.group.is_empty() && target.resource.kind == "Endpoints";
    is_endpoints.then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}

/// What rights call it that is asked for.
fn verb(request: &Request, place: Option<&Place>) -> String {
    let Some(Place::Objects(target) | Place::Log(target)) = place else {
        return request.method.as_str().to_lowercase();
    };
    let many = target.name.is_none();
    let is_watch = request.parameters().get("watch").is_some_and(|value| value == "true" || value == "1");
    match request.method {
        Method::GET if many && is_watch => "watch",
        Method::GET if many => "list",
        Method::GET => "get",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE if many => "deletecollection",
        Method::DELETE => "delete",
        _ => "",
    }
    .to_owned()
}

/// A time as objects hold it: to the second.
pub(super) fn time(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
