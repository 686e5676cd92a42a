//! What Flux itself says, watched: the ground on which steps wait, and against which nothing is judged.
//!
//! One watch a kind for all scenarios, because all of Flux's objects live in `flux-system`. Steps wait for
//! states that last; what passes in milliseconds is the plugin's business, not theirs.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::plane::cluster::Cluster;
use crate::problem::{Context, Outcome, Problem};

/// Where Azure puts Flux's objects.
pub(crate) const NAMESPACE: &str = "flux-system";

/// The two kinds that scenarios are about, as kubectl names them.
pub(crate) const SOURCE: &str = "gitrepositories.source.toolkit.fluxcd.io";
pub(crate) const KUSTOMIZATION: &str = "kustomizations.kustomize.toolkit.fluxcd.io";

/// Health checks never end before 30 s, and some steps wait for two of them.
const PATIENCE: Duration = Duration::from_secs(100);

type Objects = BTreeMap<(&'static str, String), Value>;

/// The newest state of every object.
pub(crate) struct Flux {
    objects: watch::Receiver<Objects>,
    watches: Vec<JoinHandle<()>>,
}

impl Flux {
    pub(crate) fn watch(cluster: &Cluster) -> Outcome<Self> {
        let (sender, objects) = watch::channel(Objects::new());
        let watches = [SOURCE, KUSTOMIZATION]
            .map(|kind| {
                let mut command = cluster.command();
                command.args([
                    "get",
                    kind,
                    "-n",
                    NAMESPACE,
                    "-o",
                    "json",
                    "--watch",
                    "--output-watch-events",
                ]);
                let child =
                    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("kubectl get")?;
                Ok(tokio::spawn(follow(kind, child, sender.clone())))
            })
            .into_iter()
            .collect::<Outcome<_>>()?;
        Ok(Self { objects, watches })
    }

    /// Waits until an object is as described. `None` is one that does not exist.
    pub(crate) async fn until(
        &self,
        kind: &'static str,
        name: &str,
        what: &str,
        fits: impl Fn(Option<&Value>) -> bool,
    ) -> Outcome {
        let key = (kind, name.to_owned());
        let mut objects = self.objects.clone();
        let reached = timeout(PATIENCE, objects.wait_for(|objects| fits(objects.get(&key)))).await;
        match reached {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(_)) => return Err(Problem::new("the watch on Flux's objects has ended")),
            Err(_) => {}
        }
        let last = self.objects.borrow().get(&key).map_or(Value::Null, |object| object["status"].clone());
        Err(Problem::new(format!(
            "{kind} {name} was not {what} within {} s; its status: {last}",
            PATIENCE.as_secs()
        )))
    }
}

impl Drop for Flux {
    fn drop(&mut self) {
        for watch in &self.watches {
            watch.abort();
        }
    }
}

/// Keeps the map as a watch tells. It ends with the watch.
async fn follow(kind: &'static str, mut child: Child, objects: watch::Sender<Objects>) {
    let Some(mut stdout) = child.stdout.take() else {
        return;
    };
    let mut buffer = Vec::new();
    while stdout.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {
        for event in take_documents(&mut buffer) {
            let Some(name) = event["object"]["metadata"]["name"].as_str() else {
                continue;
            };
            let key = (kind, name.to_owned());
            objects.send_modify(|objects| {
                if event["type"] == "DELETED" {
                    objects.remove(&key);
                } else {
                    objects.insert(key, event["object"].clone());
                }
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

/// A condition's field, or null.
fn condition<'a>(object: &'a Value, kind: &str, field: &str) -> &'a Value {
    let conditions = object["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    conditions.iter().find(|condition| condition["type"] == kind).map_or(&Value::Null, |found| &found[field])
}

/// Whether a source holds an artifact of a commit, its status written to the end.
pub(crate) fn fetched(source: Option<&Value>, commit: &str) -> bool {
    source.is_some_and(|source| {
        let revision = source["status"]["artifact"]["revision"].as_str();
        settled(source) && revision.is_some_and(|revision| revision.ends_with(commit))
    })
}

/// Whether a kustomization has applied a commit, its status written to the end.
pub(crate) fn applied(kustomization: Option<&Value>, commit: &str) -> bool {
    kustomization.is_some_and(|object| {
        let revision = object["status"]["lastAppliedRevision"].as_str();
        settled(object) && revision.is_some_and(|revision| revision.ends_with(commit))
    })
}

/// Whether it says that it failed, and for this reason.
pub(crate) fn failing(object: Option<&Value>, reason: &str) -> bool {
    object.is_some_and(|object| {
        condition(object, "Ready", "status") == "False" && condition(object, "Ready", "reason") == reason
    })
}

/// Whether health checks of a commit are running.
pub(crate) fn checking(kustomization: Option<&Value>, commit: &str) -> bool {
    kustomization.is_some_and(|object| {
        let revision = object["status"]["lastAttemptedRevision"].as_str();
        condition(object, "Healthy", "status") == "Unknown"
            && condition(object, "Ready", "status") == "Unknown"
            && revision.is_some_and(|revision| revision.ends_with(commit))
    })
}

fn settled(object: &Value) -> bool {
    condition(object, "Ready", "status") == "True"
        && object["status"]["observedGeneration"] == object["metadata"]["generation"]
}
