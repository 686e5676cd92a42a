//! Plays the steps of a recording on the lab: the same pushes, objects, patches and outages at the same seconds.

use std::cell::RefCell;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use kubectl_gitops_lab::{FetchRequest, Simulation};
use serde_json::{Value, json};

use super::super::recordings::golden;
use super::git_server::GitServer;
use super::sequences::{Sequences, sequences};

/// How many tenths of a second the lab may be behind before a step is taken all the same.
const PATIENCE: usize = 80;
const MERGE: &str = "application/merge-patch+json";
const JSON: &str = "application/json";

/// A recording, being played.
pub(super) struct Player {
    namespace: String,
    entries: Vec<Value>,
    start: Timestamp,
    simulation: Simulation,
    git: RefCell<GitServer>,
    /// What happened so far.
    happened: Vec<Value>,
    /// The recorded second, and how much later it is on the lab.
    at: f64,
    late: f64,
}

impl Player {
    pub(super) fn of(name: &str) -> Self {
        let file: Value = serde_json::from_str(&golden(&format!("flux/{name}.json"))).unwrap();
        let start: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        let mut player = Self {
            namespace: file["namespace"].as_str().unwrap().to_owned(),
            entries: file["timeline"].as_array().unwrap().clone(),
            start,
            simulation: Simulation::new(start - SignedDuration::from_secs(60)),
            git: RefCell::new(GitServer::of(name)),
            happened: Vec::new(),
            at: 0.0,
            late: 0.0,
        };
        let namespace = json!({"metadata": {"name": player.namespace}});
        player.send(Method::POST, "/api/v1/namespaces", JSON, &namespace);
        player.advance(0.0);
        player.happened.clear();
        player
    }

    pub(super) fn recorded(&self) -> impl Iterator<Item = Value> + '_ {
        self.entries.iter().filter(|entry| entry["object"].is_object()).cloned()
    }

    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// When the recording ends, as the lab has come to it.
    pub(super) fn end(&self) -> f64 {
        self.recorded_end() + self.late
    }

    fn recorded_end(&self) -> f64 {
        self.entries.last().unwrap()["t"].as_f64().unwrap()
    }

    /// Plays all of it and a little more; what happened on the lab, as a timeline's entries. A step is taken at its
    /// second, or when the lab has come as far as the recorded cluster had: the recorder waited for that.
    pub(super) fn play(&mut self, more: f64) -> Vec<Value> {
        let steps = self.entries.clone();
        for (place, entry) in steps.iter().enumerate() {
            if let Some(step) = entry["step"].as_str() {
                self.advance(entry["t"].as_f64().unwrap());
                // What is created shows before its step is noted.
                if !step.starts_with("create ") {
                    self.catch_up(&steps[..place]);
                }
                self.take(step, entry, place);
            }
        }
        self.advance(self.recorded_end() + more);
        self.happened.clone()
    }

    /// Waits until every object of Flux's has gone through as many states as are `recorded`.
    fn catch_up(&mut self, recorded: &[Value]) {
        let recorded = sequences(recorded.iter().filter(|entry| entry["object"].is_object()).cloned());
        for _ in 0..PATIENCE {
            let here = sequences(self.happened.iter().cloned());
            let count = |sequences: &Sequences, name: &str| sequences.get(name).map_or(0, Vec::len);
            let is_behind =
                |name: &&String| !name.contains(" of ") && count(&here, name) < count(&recorded, name);
            if !recorded.keys().any(|name| is_behind(&name)) {
                return;
            }
            self.late += 0.1;
            self.advance(self.at);
        }
    }

    fn note(&mut self) {
        let (start, namespace) = (self.start, self.namespace.clone());
        let changes = self.simulation.changes().into_iter();
        let entries = changes
            .filter(|change| change.object["metadata"]["namespace"] == namespace && is_kept(&change.object))
            .map(|mut change| {
                let second = change.at.duration_since(start).as_secs_f64();
                change.object["metadata"].as_object_mut().unwrap().remove("managedFields");
                json!({"t": second, "type": change.kind, "object": change.object})
            });
        self.happened.extend(entries);
    }

    fn advance(&mut self, second: f64) {
        self.at = second;
        let then = self.start + SignedDuration::from_millis(((second + self.late) * 1000.0).round() as i64);
        let git = &self.git;
        self.simulation.advance(then, &|wanted| git.borrow().fetch(wanted));
        self.note();
    }

    fn send(&mut self, method: Method, path: &str, media: &str, body: &Value) {
        let git = &self.git;
        let asked = format!("{method} {path}");
        let remote = |wanted: &FetchRequest| git.borrow().fetch(wanted);
        let (status, answer) = self.simulation.send(method, path, media, body, &remote);
        assert!(status < 300, "{asked}: {status} {answer}");
        self.note();
    }

    fn take(&mut self, step: &str, entry: &Value, place: usize) {
        let words: Vec<&str> = step.split_whitespace().collect();
        match words.as_slice() {
            ["git", "push:", ..] => self.git.borrow_mut().push(entry),
            ["the", "git", "server", "stops", "answering"] => self.git.borrow_mut().is_silent = true,
            ["the", "git", "server", "answers", "again"] => self.git.borrow_mut().is_silent = false,
            ["kustomize-controller", "stops"] => self.simulation.halt_kustomize_controller(),
            ["kustomize-controller", "runs", "again"] => {
                let git = &self.git;
                self.simulation.resume_kustomize_controller(&|wanted| git.borrow().fetch(wanted));
            }
            ["create", "Secret", name, rest @ ..] => {
                let password = if rest.contains(&"refuses") { "wrong" } else { "t0ken" };
                let body = json!({"metadata": {"name": name}, "stringData": {"username": "git", "password": password}});
                let path = self.path("secrets", "");
                self.send(Method::POST, &path, JSON, &body);
            }
            ["replace", "the", "password", "in", "Secret", name] => {
                let path = self.path("secrets", name);
                self.send(Method::PATCH, &path, MERGE, &json!({"stringData": {"password": "t0ken"}}));
            }
            ["create", "ResourceQuota", name, ..] => {
                let path = self.path("resourcequotas", "");
                let body = json!({"metadata": {"name": name.trim_end_matches(':')}, "spec": {"hard": {"pods": "1"}}});
                self.send(Method::POST, &path, JSON, &body);
            }
            ["create", kind, name] => {
                let object = self.recorded_object(kind, name, 0);
                let body = json!({"metadata": {"name": name}, "spec": object["spec"]});
                let path = self.path(&plural(kind), "");
                self.send(Method::POST, &path, JSON, &body);
            }
            ["annotate", plural, name, ..] => {
                let kind = if *plural == "gitrepositories" { "GitRepository" } else { "Kustomization" };
                let annotations = self.recorded_change(kind, name, place)["metadata"]["annotations"].clone();
                let path = self.path(plural, name);
                self.send(Method::PATCH, &path, MERGE, &json!({"metadata": {"annotations": annotations}}));
            }
            ["patch", kind, name, what @ ..] => {
                let plural = plural(kind);
                let path = self.path(&plural, name.trim_end_matches(':'));
                self.send(Method::PATCH, &path, MERGE, &patch(&what.join(" ")));
            }
            ["delete", plural, name] => {
                let path = self.path(plural, name);
                self.send(Method::DELETE, &path, JSON, &Value::Null);
            }
            _ => panic!("a step that nobody knows: {step}"),
        }
    }

    /// The first state of an object that is recorded after an entry.
    fn recorded_object(&self, kind: &str, name: &str, place: usize) -> Value {
        let is_it =
            |entry: &&Value| entry["object"]["kind"] == kind && entry["object"]["metadata"]["name"] == name;
        self.entries[place..].iter().find(is_it).unwrap()["object"].clone()
    }

    /// The first state of it after an entry that has another request than before.
    fn recorded_change(&self, kind: &str, name: &str, place: usize) -> Value {
        let is_it = |entry: &&Value| {
            entry["object"]["kind"] == kind
                && entry["object"]["metadata"]["name"] == name
                && entry["object"]["metadata"]["annotations"].is_object()
        };
        self.entries[place..].iter().find(is_it).unwrap()["object"].clone()
    }

    fn path(&self, plural: &str, name: &str) -> String {
        let root = match plural {
            "gitrepositories" => "/apis/source.toolkit.fluxcd.io/v1",
            "kustomizations" => "/apis/kustomize.toolkit.fluxcd.io/v1",
            "deployments" => "/apis/apps/v1",
            _ => "/api/v1",
        };
        let name = if name.is_empty() { String::new() } else { format!("/{name}") };
        format!("{root}/namespaces/{}/{plural}{name}", self.namespace)
    }
}

/// Whether the recorder kept objects of this kind.
fn is_kept(object: &Value) -> bool {
    const KINDS: [&str; 8] =
        ["ConfigMap", "Deployment", "Event", "GitRepository", "Job", "Kustomization", "Pod", "ReplicaSet"];
    let kind = object["kind"].as_str().unwrap_or_default();
    KINDS.contains(&kind) && object["metadata"]["name"] != "kube-root-ca.crt"
}

fn plural(kind: &str) -> String {
    match kind.to_lowercase().as_str() {
        "gitrepository" => "gitrepositories".to_owned(),
        other => format!("{other}s"),
    }
}

/// What the recorder's patches were.
fn patch(what: &str) -> Value {
    match what {
        "suspend" => json!({"spec": {"suspend": true}}),
        "resume" => json!({"spec": {"suspend": false}}),
        "interval 30m" => json!({"spec": {"interval": "30m"}}),
        "3 replicas" => json!({"spec": {"replicas": 3}}),
        "a second finalizer" => {
            json!({"metadata": {"finalizers": ["finalizers.fluxcd.io", "example.com/hold"]}})
        }
        "no finalizers" => json!({"metadata": {"finalizers": null}}),
        _ => panic!("a patch that nobody knows: {what}"),
    }
}
