//! A cluster with Flux in it, and a clock that is stepped by hand: no server, no thread, nothing that waits. Tests
//! play an hour in it and see everything that happened, each change with its time.

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::flux::{FetchFailure, FetchRequest, Remote};
use crate::kubernetes::{Cluster, Tokens};
use crate::message::Request;
use crate::world::Site;

/// A cluster with Flux, at a moment.
#[derive(Debug)]
pub struct Simulation {
    site: Site,
    now: Timestamp,
    /// The version up to which changes were taken note of.
    seen: u64,
    changes: Vec<Happened>,
}

/// What happened to an object.
#[derive(Clone, Debug)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// `ADDED`, `MODIFIED` or `DELETED`, as a watch tells it.
    pub kind: &'static str,
    /// The object afterwards, or the last that was seen of it.
    pub object: Value,
}

const TOKEN: &str = "simulation";
const JSON: &str = "application/json";

impl Simulation {
    /// A cluster with nothing but Flux in it, at `now`.
    pub fn new(now: Timestamp) -> Self {
        let tokens = Tokens { admin: TOKEN.to_owned(), viewer: String::new() };
        let cluster = Cluster::empty(tokens, String::new(), now);
        let seen = cluster.version();
        let site = Site::new("simulation", cluster, TOKEN.to_owned());
        let mut simulation = Self { site, now, seen, changes: Vec::new() };
        simulation.install();
        simulation
    }

    /// Gives the controllers their deployments: they work as long as a pod of theirs does.
    fn install(&mut self) {
        let nobody = |_: &FetchRequest| Err(FetchFailure::NoReference);
        let namespace = json!({"metadata": {"name": "flux-system"}});
        self.send(Method::POST, "/api/v1/namespaces", JSON, &namespace, &nobody);
        for name in ["source-controller", "kustomize-controller"] {
            let labels = json!({"app": name});
            let image = format!("ghcr.io/fluxcd/{name}:v1.9.3");
            let containers = json!([{"name": "manager", "image": image}]);
            let template = json!({"metadata": {"labels": labels}, "spec": {"containers": containers}});
            let spec = json!({"replicas": 1, "selector": {"matchLabels": labels}, "template": template});
            let deployment = json!({"metadata": {"name": name}, "spec": spec});
            let path = "/apis/apps/v1/namespaces/flux-system/deployments";
            self.send(Method::POST, path, JSON, &deployment, &nobody);
        }
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Sends a request as the administrator; status code and document of the answer. `media` says what a body is.
    pub fn send(
        &mut self,
        method: Method,
        path: &str,
        media: &str,
        body: &Value,
        remote: &Remote<'_>,
    ) -> (u16, Value) {
        let request = Request::new(method, path).with_token(TOKEN);
        let request = if body.is_null() { request } else { request.with_body(media, body.to_string()) };
        let (status, document) = self.site.answer(&request, self.now, remote).into_document();
        self.note();
        (status.as_u16(), document)
    }

    /// Lets everything happen that is due until `then`.
    pub fn advance(&mut self, then: Timestamp, remote: &Remote<'_>) {
        while let Some(at) = self.site.due().filter(|at| *at <= then) {
            self.now = at.max(self.now);
            self.site.advance(self.now, remote);
            self.note();
        }
        self.now = then.max(self.now);
    }

    /// Lets kustomize-controller stand still, as a process that is stopped.
    pub fn halt_kustomize_controller(&mut self) {
        self.site.flux.halt_kustomize_controller();
    }

    /// Lets it go on where it stood.
    pub fn resume_kustomize_controller(&mut self, remote: &Remote<'_>) {
        self.site.flux.resume_kustomize_controller(self.now);
        self.site.advance(self.now, remote);
        self.note();
    }

    /// Everything that happened since this was last asked.
    pub fn changes(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.changes)
    }

    fn note(&mut self) {
        for event in self.site.cluster.changes(self.seen) {
            let kind = match (&event.before, &event.after) {
                (None, _) => "ADDED",
                (Some(_), Some(_)) => "MODIFIED",
                (Some(_), None) => "DELETED",
            };
            if let Some(object) = event.after.or(event.before) {
                self.changes.push(Happened { at: self.now, kind, object: Value::clone(&object) });
            }
        }
        self.seen = self.site.cluster.version();
    }
}
