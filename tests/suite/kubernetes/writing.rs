//! Changes to the lab's cluster, with everything that can go wrong with a request: what the caller is told, and
//! that nothing is sent twice.

use gitops_core::kubernetes::{Apply, Connection, Delete, DryRun, Options, Patch, Propagation, WriteError};
use gitops_core::model::Failure;
use gitops_core::model::cluster::Kind;
use kubectl_gitops_lab::{Fault, Lab, Settings};
use serde_json::{Value, json};

/// A lab and a connection to it.
struct Scene {
    lab: Lab,
    connection: Connection,
    _home: tempfile::TempDir,
}

const NAMESPACE: &str = "default";
const JOBS: &str = "/apis/batch/v1/namespaces/default/jobs";

impl Scene {
    async fn set() -> Self {
        let lab = Lab::start(Settings::default()).await.expect("a lab");
        let home = tempfile::TempDir::new().expect("a folder");
        let kubeconfig = home.path().join("kubeconfig");
        std::fs::write(&kubeconfig, lab.kubeconfig()).expect("a kubeconfig");
        let timeout = Some(std::time::Duration::from_secs(5));
        let options = Options { kubeconfig: Some(kubeconfig), timeout, ..Options::default() };
        let connection = Connection::open(options).await.expect("a connection");
        Self { lab, connection, _home: home }
    }

    async fn create(&self, name: &str) -> Result<Value, WriteError> {
        self.connection.create(Kind::Job, NAMESPACE, &job(name), DryRun::Off).await
    }

    async fn annotate(&self, name: &str) -> Result<Value, WriteError> {
        let patch = Patch::Merge(json!({ "metadata": { "annotations": { "a": "b" } } }));
        self.connection.patch(Kind::Job, NAMESPACE, name, &patch, DryRun::Off).await
    }

    fn get(&self, name: &str) -> Option<Value> {
        self.lab.get(&format!("{JOBS}/{name}"))
    }

    /// How many requests with this method there were.
    fn sent(&self, method: &str) -> usize {
        let journal = self.lab.journal();
        let requests = journal["requests"].as_array().expect("requests");
        requests.iter().filter(|request| request["method"] == method).count()
    }

    fn inject(&self, method: &str, effect: &Value) {
        let fault = json!({ "method": method, "path": "/apis/batch/**", "effect": effect });
        self.lab.inject(serde_json::from_value::<Fault>(fault).expect("a fault"));
    }
}

fn job(name: &str) -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": name },
        "spec": { "template": { "spec": { "restartPolicy": "Never", "containers": [{ "name": "a", "image": "a:1" }] } } },
    })
}

#[tokio::test]
async fn an_object_is_made_applied_patched_and_deleted() {
    let scene = Scene::set().await;
    let connection = &scene.connection;
    let created = scene.create("a").await.expect("made");
    let uid = created["metadata"]["uid"].as_str().expect("a UID").to_owned();
    assert!(matches!(scene.create("a").await, Err(WriteError::AlreadyExists { .. })));
    let annotated = scene.annotate("a").await.expect("patched");
    assert_eq!(annotated["metadata"]["annotations"]["a"], "b");
    let test = |value: &str| json!({ "op": "test", "path": "/metadata/annotations/a", "value": value });
    let replace = json!({ "op": "replace", "path": "/metadata/annotations/a", "value": "c" });
    let patch = Patch::Json(vec![test("b"), replace.clone()]);
    let patched = connection.patch(Kind::Job, NAMESPACE, "a", &patch, DryRun::Off).await.expect("patched");
    assert_eq!(patched["metadata"]["annotations"]["a"], "c");
    let patch = Patch::Json(vec![test("b"), replace]);
    let refused = connection.patch(Kind::Job, NAMESPACE, "a", &patch, DryRun::Off).await;
    assert!(matches!(refused, Err(WriteError::Invalid { .. })), "{refused:?}");

    let quota = |pods: &str| json!({ "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "q" }, "spec": { "hard": { "pods": pods } } });
    for pods in ["1", "2"] {
        let apply = Apply { force: true, ..Apply::default() };
        let applied = connection.apply(Kind::ResourceQuota, NAMESPACE, "q", &quota(pods), apply).await;
        let applied: Value = applied.expect("applied");
        assert_eq!(applied["spec"]["hard"]["pods"], pods);
        assert_eq!(applied["metadata"]["managedFields"][0]["manager"], "kubectl-gitops");
    }

    let another = Delete { uid: Some("another".to_owned()), ..Delete::default() };
    let refused = connection.delete(Kind::Job, NAMESPACE, "a", &another).await;
    assert!(matches!(refused, Err(WriteError::Conflict { .. })), "{refused:?}");
    assert!(scene.get("a").is_some());
    let this = Delete { uid: Some(uid), propagation: Propagation::Background, ..Delete::default() };
    connection.delete(Kind::Job, NAMESPACE, "a", &this).await.expect("deleted");
    let again = connection.delete(Kind::Job, NAMESPACE, "a", &this).await;
    assert!(matches!(again, Err(WriteError::NotFound { .. })), "{again:?}");
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let scene = Scene::set().await;
    let connection = &scene.connection;
    let dry_run = DryRun::Server;
    let made = connection.create(Kind::Job, NAMESPACE, &job("dry"), dry_run).await.expect("checked");
    assert_eq!(made["metadata"]["name"], "dry");
    assert_eq!(scene.get("dry"), None);
    scene.create("a").await.expect("made");
    let patch = Patch::Merge(json!({ "metadata": { "annotations": { "a": "b" } } }));
    connection.patch(Kind::Job, NAMESPACE, "a", &patch, dry_run).await.expect("checked");
    let delete = Delete { dry_run, ..Delete::default() };
    connection.delete(Kind::Job, NAMESPACE, "a", &delete).await.expect("checked");
    let there = scene.get("a").expect("still there");
    assert_eq!(there["metadata"]["annotations"]["a"], Value::Null);
}

#[tokio::test]
async fn every_refusal_is_told_apart_and_sent_once() {
    let scene = Scene::set().await;
    for (code, expected, exit, may_have_been_done) in [
        (400, "Invalid", 1, false),
        (401, "Unauthenticated", 4, false),
        (403, "Forbidden", 4, false),
        (404, "NotFound", 5, false),
        (409, "Conflict", 1, false),
        (422, "Invalid", 1, false),
        (500, "ServerFailed", 1, true),
        (502, "ServerFailed", 1, true),
        (503, "ServerFailed", 1, true),
        (504, "ServerFailed", 1, true),
    ] {
        for method in ["POST", "PATCH"] {
            scene.lab.clear_faults();
            scene.lab.clear_journal();
            scene.inject(method, &json!({ "status": { "code": code } }));
            let outcome = if method == "POST" { scene.create("a").await } else { scene.annotate("a").await };
            let error = outcome.expect_err("refused");
            assert_eq!((error.code(), error.exit().code()), (expected, exit), "{method} {code}: {error}");
            assert_eq!(error.may_have_been_done(), may_have_been_done, "{code}");
            assert_eq!(scene.sent(method), 1, "{method} {code}");
        }
    }
    assert_eq!(scene.get("a"), None);
}

#[tokio::test]
async fn what_was_turned_away_for_being_too_much_is_sent_again() {
    let scene = Scene::set().await;
    let fault = json!({ "method": "POST", "path": JOBS, "times": 2, "effect": { "status": { "code": 429, "retryAfter": 0 } } });
    scene.lab.inject(serde_json::from_value(fault).expect("a fault"));
    scene.create("a").await.expect("made");
    assert_eq!(scene.sent("POST"), 3);
    scene.inject("PATCH", &json!({ "status": { "code": 429, "retryAfter": 600 } }));
    let error = scene.annotate("a").await.expect_err("refused");
    assert_eq!((error.code(), scene.sent("PATCH")), ("TooManyRequests", 1), "{error}");
    assert_eq!(error.hint().as_deref(), Some("repeat the command in 600 s"));
}

#[tokio::test]
async fn a_lost_answer_is_told_and_nothing_is_sent_twice() {
    for (name, effect) in [
        ("before the answer", json!({ "cut": 0 })),
        ("in the answer", json!({ "cut": 20 })),
        ("in its middle", json!("half")),
    ] {
        let scene = Scene::set().await;
        scene.inject("POST", &effect);
        let error = scene.create("a").await.expect_err("lost");
        assert!(matches!(error, WriteError::Lost { .. }) && error.may_have_been_done(), "{name}: {error}");
        assert_eq!(scene.sent("POST"), 1, "{name}");
        // Whoever lost the answer looks, and finds what there is.
        scene.lab.clear_faults();
        let again = scene.create("a").await;
        let was_made = matches!(again, Err(WriteError::AlreadyExists { .. }));
        assert!(was_made || again.is_ok(), "{name}: {again:?}");
    }
}

#[tokio::test]
async fn silence_ends_with_the_limit_and_a_server_that_is_gone_was_sent_nothing() {
    let lab = Lab::start(Settings::default()).await.expect("a lab");
    let home = tempfile::TempDir::new().expect("a folder");
    let kubeconfig = home.path().join("kubeconfig");
    std::fs::write(&kubeconfig, lab.kubeconfig()).expect("a kubeconfig");
    let timeout = Some(std::time::Duration::from_millis(300));
    let options = Options { kubeconfig: Some(kubeconfig), timeout, ..Options::default() };
    let connection = Connection::open(options).await.expect("a connection");
    let create = || async { connection.create(Kind::Job, NAMESPACE, &job("a"), DryRun::Off).await };
    lab.inject(
        serde_json::from_value(json!({ "method": "POST", "path": "/apis/batch/**", "effect": "silence" }))
            .expect("a fault"),
    );
    let error = create().await.expect_err("silence");
    assert!(matches!(error, WriteError::Lost { .. }), "{error}");
    drop(lab);
    let error = create().await.expect_err("gone");
    assert!(matches!(error, WriteError::Unreachable { .. } | WriteError::Lost { .. }), "{error}");
}

#[tokio::test]
async fn a_kind_of_flux_is_patched_in_the_version_that_is_served() {
    use crate::support::{Reply, Server, refused};
    let server = Server::start(|call| match (call.method.as_str(), call.path.as_str()) {
        ("GET", "/apis/source.toolkit.fluxcd.io") => {
            Reply::Json(200, json!({ "kind": "APIGroup", "preferredVersion": { "version": "v1beta2" } }))
        }
        ("GET", "/apis/source.toolkit.fluxcd.io/v1beta2") => {
            Reply::Json(200, json!({ "resources": [{ "name": "gitrepositories" }] }))
        }
        ("PATCH", "/apis/source.toolkit.fluxcd.io/v1beta2/namespaces/dev-hello/gitrepositories/hello") => {
            Reply::Json(200, serde_json::from_str(&call.body).expect("JSON"))
        }
        _ => refused(404),
    });
    let home = tempfile::TempDir::new().expect("a folder");
    let kubeconfig = home.path().join("kubeconfig");
    std::fs::write(&kubeconfig, server.kubeconfig()).expect("a kubeconfig");
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    let connection = Connection::open(options).await.expect("a connection");
    let body = json!({ "metadata": { "annotations": { "reconcile.fluxcd.io/requestedAt": "now" } } });
    let patch = Patch::Merge(body.clone());
    for calls in [4, 5] {
        let patched = connection.patch(Kind::GitRepository, "dev-hello", "hello", &patch, DryRun::Off).await;
        assert_eq!(patched.expect("patched"), body);
        assert_eq!(server.calls().len(), calls, "the version is looked for once");
    }
    let absent = connection.patch(Kind::GitRepository, "dev-hello", "absent", &patch, DryRun::Off).await;
    let error = absent.expect_err("absent");
    assert_eq!(
        error.to_string(),
        "not found: patch gitrepositories.source.toolkit.fluxcd.io absent in dev-hello"
    );
}
