//! What objects said: one watch a kind for all scenarios, the newest state of each object and every change.
//!
//! The ground on which steps wait, and against which nothing is judged. Changes are kept in order, so that a
//! run is a recording too (`story/recording.rs`).

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::plane::cluster::Cluster;
use crate::problem::{Context, Outcome, Problem};

/// Health checks never end before 30 s, and some steps wait for two of them.
const PATIENCE: Duration = Duration::from_secs(100);

/// A kind as kubectl names it, a namespace and a name.
type Key = (&'static str, String, String);

/// One event of a watch.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) at: Timestamp,
    /// `ADDED`, `MODIFIED` or `DELETED`.
    pub(crate) event: String,
    pub(crate) object: Value,
}

#[derive(Default)]
struct Seen {
    newest: BTreeMap<Key, Value>,
    changes: Vec<Change>,
}

/// All that is watched.
pub(crate) struct Objects {
    seen: watch::Receiver<Seen>,
    watches: Vec<JoinHandle<()>>,
}

impl Objects {
    pub(crate) fn watch(cluster: &Cluster, kinds: &[&'static str]) -> Outcome<Self> {
        let (sender, seen) = watch::channel(Seen::default());
        let watches = kinds
            .iter()
            .map(|kind| {
                let mut command = cluster.command();
                command.args([
                    "get",
                    kind,
                    "--all-namespaces",
                    "-o",
                    "json",
                    "--watch",
                    "--output-watch-events",
                ]);
                let child =
                    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("kubectl get")?;
                Ok(tokio::spawn(follow(kind, child, sender.clone())))
            })
            .collect::<Outcome<_>>()?;
        Ok(Self { seen, watches })
    }

    /// Waits until an object is as described. `None` is one that does not exist.
    pub(crate) async fn until(
        &self,
        kind: &'static str,
        namespace: &str,
        name: &str,
        what: &str,
        fits: impl Fn(Option<&Value>) -> bool,
    ) -> Outcome {
        let key = (kind, namespace.to_owned(), name.to_owned());
        let mut seen = self.seen.clone();
        let reached = timeout(PATIENCE, seen.wait_for(|seen| fits(seen.newest.get(&key)))).await;
        match reached {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(_)) => return Err(Problem::new("the watch on objects has ended")),
            Err(_) => {}
        }
        let last = self.newest(kind, namespace, name).map_or(Value::Null, |object| object["status"].clone());
        Err(Problem::new(format!(
            "{kind} {namespace}/{name} was not {what} within {} s; its status: {last}",
            PATIENCE.as_secs()
        )))
    }

    pub(crate) fn newest(&self, kind: &'static str, namespace: &str, name: &str) -> Option<Value> {
        self.seen.borrow().newest.get(&(kind, namespace.to_owned(), name.to_owned())).cloned()
    }

    /// The changes of the objects that are asked for, in the order in which they were heard.
    pub(crate) fn changes(&self, wanted: impl Fn(&Value) -> bool) -> Vec<Change> {
        self.seen.borrow().changes.iter().filter(|change| wanted(&change.object)).cloned().collect()
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        for watch in &self.watches {
            watch.abort();
        }
    }
}

/// Keeps what a watch tells. It ends with the watch.
async fn follow(kind: &'static str, mut child: Child, seen: watch::Sender<Seen>) {
    let Some(mut stdout) = child.stdout.take() else {
        return;
    };
    let mut buffer = Vec::new();
    while stdout.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {
        for mut event in take_documents(&mut buffer) {
            let object = event["object"].take();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let key = (kind, text(&object["metadata"]["namespace"]), text(&object["metadata"]["name"]));
            let change = Change { at: Timestamp::now(), event: text(&event["type"]), object };
            seen.send_modify(|seen| {
                if change.event == "DELETED" {
                    seen.newest.remove(&key);
                } else {
                    seen.newest.insert(key, change.object.clone());
                }
                seen.changes.push(change);
            });
        }
    }
}

/// The whole documents at the beginning of a buffer; the rest stays. kubectl prints them over many lines.
fn take_documents(buffer: &mut Vec<u8>) -> Vec<Value> {
    let mut stream = serde_json::Deserializer::from_slice(buffer).into_iter::<Value>();
    let mut documents = Vec::new();
    let mut taken = 0;
    while let Some(Ok(document)) = stream.next() {
        documents.push(document);
        taken = stream.byte_offset();
    }
    buffer.drain(..taken);
    documents
}
