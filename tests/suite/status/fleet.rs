//! Fifty environments of one cluster, on a server that a test breaks.

use std::sync::{Arc, Mutex};

use gitops_core::cli::{Session, Streams};
use gitops_core::model::{Exit, Failure};
use serde_json::{Value, json};

use crate::support::{Call, InProcess, Reply, Server, Terminal, listed};

pub(super) const NOW: &str = "2026-11-23T03:00:00Z";
const ENVIRONMENTS: usize = 50;

/// What the server answers instead of what it has.
type Fault = Box<dyn Fn(&Call) -> Option<Reply> + Send + Sync>;

/// The objects of a cluster, and how it answers.
#[derive(Clone)]
pub(super) struct Fleet {
    objects: Arc<Mutex<Vec<Value>>>,
    fault: Arc<Mutex<Option<Fault>>>,
}

impl Fleet {
    /// All is well.
    pub(super) fn new() -> Self {
        let controllers = ["source-controller", "kustomize-controller"];
        let controllers = controllers.map(|name| deployment("flux-system", name, 1, 1));
        let objects = (1..=ENVIRONMENTS).flat_map(environment).chain(controllers).collect();
        Self { objects: Arc::new(Mutex::new(objects)), fault: Arc::default() }
    }

    /// Changes every object of a kind whose name has this end.
    pub(super) fn change(&self, kind: &str, end: &str, change: impl Fn(&mut Value)) {
        let mut objects = self.objects.lock().expect("objects");
        let is_it = |object: &&mut Value| {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            object["kind"] == kind && name.ends_with(end)
        };
        objects.iter_mut().filter(is_it).for_each(change);
    }

    /// Answers something else from now on, where it says so.
    pub(super) fn fail(&self, fault: impl Fn(&Call) -> Option<Reply> + Send + Sync + 'static) {
        *self.fault.lock().expect("fault") = Some(Box::new(fault));
    }

    /// Answers as it did.
    pub(super) fn mend(&self) {
        *self.fault.lock().expect("fault") = None;
    }

    pub(super) fn start(&self) -> Server {
        let fleet = self.clone();
        Server::start(move |call| {
            let fault = fleet.fault.lock().expect("fault").as_ref().and_then(|fault| fault(call));
            fault.unwrap_or_else(|| listed(&fleet.objects.lock().expect("objects"), call))
        })
    }
}

/// The namespace of an environment is `dev-app01` to `dev-app50`, its project `app01` to `app50`.
fn environment(number: usize) -> Vec<Value> {
    let (project, name) = (format!("app{number:02}"), format!("app{number:02}-dev"));
    let namespace = format!("dev-{project}");
    let revision = "dev@sha1:d61d3702f941f7a0787e29e428e569152f66e7bf";
    let ready = |reason: &str| json!([{ "type": "Ready", "status": "True", "reason": reason, "message": "", "observedGeneration": 1, "lastTransitionTime": "2026-11-23T02:50:00Z" }]);
    vec![
        json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
            "metadata": { "name": name, "namespace": "flux-system", "generation": 1, "uid": format!("s{number}") },
            "spec": { "url": format!("https://git.example/contoso/{project}-gitops"), "ref": { "branch": "dev" } },
            "status": { "observedGeneration": 1, "artifact": { "revision": revision, "lastUpdateTime": "2026-11-23T02:50:00Z" }, "conditions": ready("Succeeded") },
        }),
        json!({
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": { "name": format!("{name}-{name}"), "namespace": "flux-system", "generation": 1, "uid": format!("k{number}") },
            "spec": { "path": "hello", "interval": "10s", "sourceRef": { "kind": "GitRepository", "name": name } },
            "status": {
                "observedGeneration": 1, "lastAttemptedRevision": revision, "lastAppliedRevision": revision,
                "conditions": ready("ReconciliationSucceeded"),
                "inventory": { "entries": [{ "id": format!("{namespace}_{project}_apps_Deployment"), "v": "v1" }] },
            },
        }),
        deployment(&namespace, &project, 2, 2),
    ]
}

fn deployment(namespace: &str, name: &str, desired: i64, ready: i64) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": name, "namespace": namespace, "generation": 1, "uid": format!("d-{namespace}-{name}") },
        "spec": { "replicas": desired, "selector": { "matchLabels": { "app": name } } },
        "status": { "observedGeneration": 1, "updatedReplicas": desired, "readyReplicas": ready, "availableReplicas": ready },
    })
}

/// A person's terminal of 80 columns and 24 rows.
pub(super) fn terminal(server: &Server) -> InProcess {
    let streams = Streams::captured("");
    let (streams, captured) = (streams.0.on_terminal(80, 24), streams.1);
    InProcess::with_streams(&server.kubeconfig(), NOW.parse().expect("a time"), (streams, captured), &[])
}

/// What stands on the terminal, with the server's address as it would be elsewhere.
pub(super) fn shown(session: &InProcess, server: &Server) -> String {
    let terminal = Terminal::new(80, 24).write(&session.out());
    assert_eq!(terminal.scrolled, 0, "the screen fits: {}", terminal.text());
    terminal.text().replace(&server.url(), "https://10.0.0.1:6443")
}

/// Watches every environment while something happens; `happening` ends the watch.
pub(super) async fn watch_during(session: &InProcess, happening: impl Future<Output = ()>) {
    watch_during_with(session, &[], happening).await;
}

/// The same with further words.
pub(super) async fn watch_during_with(
    session: &InProcess,
    words: &[&str],
    happening: impl Future<Output = ()>,
) {
    let run = async |args, session: &Session| -> Result<Exit, Box<dyn Failure>> {
        kubectl_gitops_status::run(args, session).await
    };
    let words = [&["-A", "--watch", "--request-timeout", "1s"], words].concat();
    let watching = session.run(&words, run);
    let limit = std::time::Duration::from_secs(60);
    let both = async { tokio::join!(watching, happening) };
    let ended = tokio::time::timeout(limit, both).await;
    let (exit, ()) = ended.unwrap_or_else(|_| panic!("not shown within a minute: {}", session.out()));
    assert_eq!(exit, Exit::Interrupted, "{}", session.err());
}

/// Waits until a screen has this text.
pub(super) async fn until_shown(session: &InProcess, server: &Server, text: &str) -> String {
    loop {
        let screen = shown(session, server);
        if screen.contains(text) {
            return screen;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
