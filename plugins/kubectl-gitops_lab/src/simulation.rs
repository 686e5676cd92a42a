//! A cluster with Flux in it, and a clock that is stepped by hand: no server, no thread, nothing that waits. Tests
//! play an hour in it and see everything that happened, each change with its time.

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::flux::{FetchFailure, FetchRequest, Flux, Remote};
use crate::kubernetes::{Cluster, Reply, Request, Tokens};

/// A cluster with Flux, at a moment.
#[derive(Debug)]
pub struct Simulation {
    cluster: Cluster,
    flux: Flux,
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
        let flux = Flux::new(TOKEN.to_owned());
        let mut simulation = Self { seen: cluster.version(), cluster, flux, now, changes: Vec::new() };
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
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            accept: None,
            media: Some(media.to_owned()),
            token: Some(TOKEN.to_owned()),
            impersonated: None,
            agent: None,
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
        };
        let answer = match self.cluster.answer(&request, self.now) {
            Reply::Document(document) => (document.status.as_u16(), document.value),
            Reply::Text(status, text) => (status.as_u16(), Value::String(text)),
            Reply::Log(text, _) => (200, Value::String(text)),
            Reply::Watch(_) => (501, Value::Null),
        };
        self.flux.advance(&mut self.cluster, remote, self.now);
        self.note();
        answer
    }

    /// Lets everything happen that is due until `then`.
    pub fn advance(&mut self, then: Timestamp, remote: &Remote<'_>) {
        while let Some(at) = self.due().filter(|at| *at <= then) {
            self.now = at.max(self.now);
            self.cluster.advance(self.now);
            self.flux.advance(&mut self.cluster, remote, self.now);
            self.note();
        }
        self.now = then.max(self.now);
    }

    /// Lets kustomize-controller stand still, as a process that is stopped.
    pub fn halt_kustomize_controller(&mut self) {
        self.flux.halt_kustomize_controller();
    }

    /// Lets it go on where it stood.
    pub fn resume_kustomize_controller(&mut self, remote: &Remote<'_>) {
        self.flux.resume_kustomize_controller(self.now);
        self.flux.advance(&mut self.cluster, remote, self.now);
        self.note();
    }

    /// Everything that happened since this was last asked.
    pub fn changes(&mut self) -> Vec<Happened> {
        std::mem::take(&mut self.changes)
    }

    fn due(&self) -> Option<Timestamp> {
        self.cluster.due().into_iter().chain(self.flux.due()).min()
    }

    fn note(&mut self) {
        for event in self.cluster.changes(self.seen) {
            let kind = match (&event.before, &event.after) {
                (None, _) => "ADDED",
                (Some(_), Some(_)) => "MODIFIED",
                (Some(_), None) => "DELETED",
            };
            if let Some(object) = event.after.or(event.before) {
                self.changes.push(Happened { at: self.now, kind, object: Value::clone(&object) });
            }
        }
        self.seen = self.cluster.version();
    }
}
