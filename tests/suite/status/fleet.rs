//! Fifty environments of one cluster, on a server that a test breaks.

use std::sync::{Arc, Mutex};

use gitops_core::cli::{Session, Streams};
use gitops_core::model::{Exit, Failure};
use serde_json::Value;

use super::objects::{FETCHED, READY_SINCE, deployment, environment, replaced};
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
        let controllers = controllers.map(|name| deployment("flux-system", name, 1));
        let objects = fifty().into_iter().chain(controllers).collect();
        Self { objects: Arc::new(Mutex::new(objects)), fault: Arc::default() }
    }

    /// Changes every object of a kind whose name has this end.
    pub(super) fn change(&self, kind: &str, end: &str, change: impl Fn(&mut Value)) {
        let mut objects = self.objects.lock().expect("objects");
        let has_end = |object: &&mut Value| {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            object["kind"] == kind && name.ends_with(end)
        };
        objects.iter_mut().filter(has_end).for_each(change);
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

/// Environments `dev-app01` to `dev-app50`, which are ready for ten minutes.
fn fifty() -> Vec<Value> {
    let environments = (1..=ENVIRONMENTS).flat_map(|number| environment(&format!("dev-app{number:02}")));
    replaced(environments.collect(), &[READY_SINCE, FETCHED].map(|time| (time, "2026-11-23T02:50:00Z")))
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
