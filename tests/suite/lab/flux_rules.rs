//! Rules of Flux's that no recording reaches, on a simulated cluster: variables, drift by kubectl, deletion
//! policies, jobs that fail, and what the lab does not have.

use std::cell::RefCell;
use std::sync::Arc;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use kubectl_gitops_lab::{Commit, FetchFailure, FetchRequest, Fetched, Files, Simulation};
use serde_json::{Value, json};

const SOURCES: &str = "/apis/source.toolkit.fluxcd.io/v1/namespaces/dev/gitrepositories";
const KUSTOMIZATIONS: &str = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/dev/kustomizations";
const MAPS: &str = "/api/v1/namespaces/dev/configmaps";
const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";
const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {v: \"1\"}\n";

/// A cluster that follows a repository.
struct Scene {
    simulation: Simulation,
    files: RefCell<(u32, Files)>,
}

impl Scene {
    /// A repository with `files`, and nothing yet that follows it.
    fn set(files: &[(&str, &str)]) -> Self {
        let start: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        let mut scene = Self { simulation: Simulation::new(start), files: RefCell::default() };
        scene.commit(files);
        scene.send(Method::POST, "/api/v1/namespaces", &json!({"metadata": {"name": "dev"}}));
        scene
    }

    fn commit(&mut self, files: &[(&str, &str)]) {
        let mut held = self.files.borrow_mut();
        held.0 += 1;
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        held.1 = files.collect();
    }

    /// Follows it, with more in the Kustomization's spec.
    fn follow(&mut self, more: Value) {
        let source = json!({"interval": "10s", "url": "https://git.example/a", "ref": {"branch": "main"}});
        self.send(Method::POST, SOURCES, &json!({"metadata": {"name": "a"}, "spec": source}));
        let mut spec = json!({
            "interval": "60s",
            "retryInterval": "10s",
            "prune": true,
            "targetNamespace": "dev",
            "sourceRef": {"kind": "GitRepository", "name": "a"},
        });
        spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.send(Method::POST, KUSTOMIZATIONS, &json!({"metadata": {"name": "a"}, "spec": spec}));
        self.pass(10);
    }

    fn pass(&mut self, seconds: i64) {
        let then = self.simulation.now() + SignedDuration::from_secs(seconds);
        let Self { simulation, files } = self;
        simulation.advance(then, &|wanted| fetch(files, wanted));
    }

    fn send(&mut self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let Self { simulation, files } = self;
        let media = if method == Method::PATCH { MERGE } else { JSON };
        simulation.send(method, path, media, body, &|wanted| fetch(files, wanted))
    }

    fn get(&mut self, path: &str) -> Option<Value> {
        let (status, object) = self.send(Method::GET, path, &Value::Null);
        (status == 200).then_some(object)
    }

    /// Reason and message of the Kustomization's `Ready`.
    fn ready(&mut self) -> (String, String) {
        let object = self.get(&format!("{KUSTOMIZATIONS}/a")).unwrap();
        let conditions = object["status"]["conditions"].as_array().unwrap().clone();
        let ready = conditions.into_iter().find(|condition| condition["type"] == "Ready").unwrap();
        let text = |field: &str| ready[field].as_str().unwrap().to_owned();
        (text("reason"), text("message"))
    }
}

fn fetch(files: &RefCell<(u32, Files)>, wanted: &FetchRequest) -> Result<Fetched, FetchFailure> {
    let (commits, files) = &*files.borrow();
    let sha = format!("{commits:040x}");
    if wanted.known.as_ref() == Some(&sha) {
        return Ok(Fetched::Known);
    }
    Ok(Fetched::Commit(Commit { sha, subject: "change".to_owned(), files: Arc::new(files.clone()) }))
}

#[test]
fn variables_come_from_maps_and_secrets_and_the_spec_wins() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {v: \"${one} ${two} ${three:-3}\"}\n";
    let mut scene = Scene::set(&[("a.yaml", text)]);
    scene.send(Method::POST, MAPS, &json!({"metadata": {"name": "vars"}, "data": {"one": "a", "two": "b"}}));
    let secret = json!({"metadata": {"name": "vars"}, "stringData": {"two": "c"}});
    scene.send(Method::POST, "/api/v1/namespaces/dev/secrets", &secret);
    let from = json!([
        {"kind": "ConfigMap", "name": "vars"},
        {"kind": "Secret", "name": "vars"},
        {"kind": "Secret", "name": "none", "optional": true},
    ]);
    scene.follow(json!({"postBuild": {"substituteFrom": from, "substitute": {"one": "d"}}}));
    assert_eq!(scene.get(&format!("{MAPS}/settings")).unwrap()["data"]["v"], "d c 3");

    let missing = json!({"spec": {"postBuild": {"substituteFrom": [{"kind": "Secret", "name": "none"}]}}});
    scene.send(Method::PATCH, &format!("{KUSTOMIZATIONS}/a"), &missing);
    scene.pass(5);
    let told = "post build failed for 'ConfigMap.v1.[noGrp]/settings': substitute from 'Secret/none' error: secrets \"none\" not found";
    assert_eq!(scene.ready(), ("BuildFailed".to_owned(), told.to_owned()));
}

#[test]
fn what_kubectl_added_is_taken_away_and_what_others_added_stays() {
    let mut scene = Scene::set(&[("a.yaml", MAP)]);
    scene.follow(json!({}));
    let edit = |scene: &mut Scene, manager: &str, name: &str| {
        let path = format!("{MAPS}/settings?fieldManager={manager}");
        scene.send(Method::PATCH, &path, &json!({"data": {name: "x"}}));
    };
    edit(&mut scene, "kubectl-edit", "edited");
    edit(&mut scene, "another-controller", "other");
    scene.pass(70);
    assert_eq!(scene.get(&format!("{MAPS}/settings")).unwrap()["data"], json!({"v": "1", "other": "x"}));
}

#[test]
fn what_a_kustomization_made_goes_with_it_as_its_policy_says() {
    let kept = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept\n  annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}\n";
    for (spec, stays) in [
        (json!({}), false),
        (json!({"prune": false}), true),
        (json!({"deletionPolicy": "Orphan"}), true),
        (json!({"prune": false, "deletionPolicy": "Delete"}), false),
        (json!({"prune": false, "deletionPolicy": "WaitForTermination"}), false),
        (json!({"suspend": true}), true),
    ] {
        let mut scene = Scene::set(&[("a.yaml", MAP), ("b.yaml", kept)]);
        let suspended = spec["suspend"] == true;
        scene.follow(if suspended { json!({}) } else { spec.clone() });
        if suspended {
            scene.send(Method::PATCH, &format!("{KUSTOMIZATIONS}/a"), &json!({"spec": {"suspend": true}}));
        }
        assert!(scene.get(&format!("{MAPS}/settings")).is_some(), "{spec}");
        scene.send(Method::DELETE, &format!("{KUSTOMIZATIONS}/a"), &Value::Null);
        scene.pass(5);
        assert!(scene.get(&format!("{KUSTOMIZATIONS}/a")).is_none(), "{spec}");
        assert_eq!(scene.get(&format!("{MAPS}/settings")).is_some(), stays, "{spec}");
        assert!(scene.get(&format!("{MAPS}/kept")).is_some(), "{spec}");
    }
}

#[test]
fn a_job_that_fails_ends_the_health_check_at_once() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec:\n  backoffLimit: 0\n  template:\n    metadata:\n      labels: {golden.test/is: fail}\n    spec:\n      restartPolicy: Never\n      containers: [{name: m, image: m}]\n";
    let mut scene = Scene::set(&[("a.yaml", job)]);
    scene.follow(json!({"wait": true, "timeout": "5m"}));
    let (reason, message) = scene.ready();
    assert_eq!(reason, "HealthCheckFailed");
    let told = "failed early due to stalled resources: [Job/dev/migrate status: 'Failed']";
    assert!(message.ends_with(told), "{message}");
}

#[test]
fn what_the_lab_does_not_have_is_named() {
    let kustomize = |field: &str| format!("resources: [a.yaml]\n{field}\n");
    for (field, spec, named) in [
        ("configMapGenerator: []", json!({}), "the lab does not have kustomize's configMapGenerator"),
        ("components: []", json!({}), "the lab does not have kustomize's components"),
        ("", json!({"decryption": {"provider": "sops"}}), "the lab does not have spec.decryption"),
    ] {
        let text = kustomize(field);
        let mut scene = Scene::set(&[("a.yaml", MAP), ("kustomization.yaml", &text)]);
        scene.follow(spec);
        let (reason, message) = scene.ready();
        assert_eq!((reason.as_str(), message.contains(named)), ("BuildFailed", true), "{message}");
    }
}

#[test]
fn an_immutable_field_is_refused_unless_force_is_asked_for() {
    let map = |value: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings}}\nimmutable: true\ndata: {{v: \"{value}\"}}\n"
        )
    };
    let mut scene = Scene::set(&[("a.yaml", &map("1"))]);
    scene.follow(json!({}));
    scene.commit(&[("a.yaml", &map("2"))]);
    scene.pass(30);
    let (reason, message) = scene.ready();
    assert_eq!(reason, "ReconciliationFailed");
    assert!(message.starts_with("ConfigMap/dev/settings dry-run failed (Invalid): "), "{message}");
    scene.send(Method::PATCH, &format!("{KUSTOMIZATIONS}/a"), &json!({"spec": {"force": true}}));
    scene.pass(5);
    assert_eq!(scene.get(&format!("{MAPS}/settings")).unwrap()["data"]["v"], "2");
}

#[test]
fn an_interval_passes_as_often_as_time_does() {
    let mut scene = Scene::set(&[("a.yaml", MAP)]);
    scene.follow(json!({}));
    scene.pass(3600);
    let status = scene.get(&format!("{KUSTOMIZATIONS}/a")).unwrap()["status"].clone();
    let runs = status["history"][0]["totalReconciliations"].as_u64().unwrap();
    assert!((59..=61).contains(&runs), "{runs}");
    let (_, events) = scene.send(Method::GET, "/api/v1/namespaces/dev/events", &Value::Null);
    let told = events["items"].as_array().unwrap().len();
    assert!(told < 80, "an object that tells too much is not listened to: {told}");
}
