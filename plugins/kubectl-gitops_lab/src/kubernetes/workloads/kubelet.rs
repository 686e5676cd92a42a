//! The kubelet, as kwok plays it in the recordings: what becomes of a pod on a node is said by its label
//! `golden.test/is`, and after how long by its annotation `golden.test/after`; else by its image (`fates`), which may
//! not be there at all (`registry`).

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::conditions;
use super::owned_pods::{controller, has_ended, is_going};
use super::registry::waiting;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::workloads::event_text::EventText;

/// Who tells of it.
const COMPONENT: &str = "kwok_controller";
/// The address of the nodes.
const HOST: &str = "127.0.0.1";

impl Cluster {
    /// Lets the pod at `key` take its next step if it is time.
    pub(super) fn play(&mut self, key: &Key, pod: &Value, now: Timestamp) {
        let is_here = pod["spec"]["nodeName"].as_str().is_some_and(|node| self.runs(node));
        if is_going(pod) && (is_here || is_over(pod, now)) {
            self.end(key, now);
        } else if is_here && !is_going(pod) && !has_ended(pod) {
            match pod["status"].get("podIP") {
                None => self.start(key, pod, now),
                Some(_) if runs(pod) => self.go_on(key, pod, now),
                Some(_) if waits_for_pull(pod) && self.backs_off(key, now) => self.back_off(key, pod),
                Some(_) => {}
            }
        }
    }

    /// Whether a node is one of this cluster.
    fn runs(&self, node: &str) -> bool {
        let key =
            Key { resource: self.workloads.kinds.nodes, namespace: String::new(), name: node.to_owned() };
        self.store.get(&key).is_some()
    }

    fn start(&mut self, key: &Key, pod: &Value, now: Timestamp) {
        self.workloads.addresses += 1;
        let [_, high, middle, low] = (self.workloads.addresses + 1).to_be_bytes();
        let address = format!("10.{high}.{middle}.{low}");
        let mut status = pod["status"].clone();
        let fate = self.fate(pod);
        let missing = self.unpublished(pod).filter(|_| fate.is_empty()).map(str::to_owned);
        let cannot_pull = fate == "image" || missing.is_some();
        let states = containers(pod, |container| {
            let image = container["image"].as_str().unwrap_or_default();
            match (&missing, cannot_pull) {
                (Some(_), _) => waiting(image, false),
                (None, true) => {
                    let message = format!("Back-off pulling image {image:?}");
                    json!({"waiting": {"reason": "ImagePullBackOff", "message": message}})
                }
                (None, false) => json!({"running": {"startedAt": time(now)}}),
            }
        });
        status["phase"] = json!(if cannot_pull { "Pending" } else { "Running" });
        status["hostIP"] = json!(HOST);
        status["podIP"] = json!(address);
        status["podIPs"] = json!([{"ip": address}]);
        status["startTime"] = json!(time(now));
        status["containerStatuses"] = states;
        let mut changes = match cannot_pull {
            true => unready(pod, now),
            false => ["Ready", "ContainersReady"].map(|kind| condition(kind, "True", now)).to_vec(),
        };
        changes.insert(0, condition("Initialized", "True", now));
        if let Some(image) = &missing {
            self.tell_not_found(COMPONENT, &bare(pod), image, now);
        } else if cannot_pull {
            let news = EventText::warning(COMPONENT, "Failed", "Error: ImagePullBackOff".to_owned());
            self.tell(&bare(pod), &news, now);
        } else {
            changes.insert(0, condition("PodReadyToStartContainers", "True", now));
        }
        self.show(key, status, changes);
    }

    /// Says that the next pull of an image that was not there is waited for.
    fn back_off(&mut self, key: &Key, pod: &Value) {
        let mut status = pod["status"].clone();
        status["containerStatuses"] =
            containers(pod, |container| waiting(container["image"].as_str().unwrap_or_default(), true));
        self.report(key, status);
    }

    /// What becomes of a pod that runs.
    fn go_on(&mut self, key: &Key, pod: &Value, now: Timestamp) {
        let fate = self.fate(pod);
        let is_job = controller(pod).is_some_and(|owner| owner["kind"] == "Job");
        let crashes = matches!(fate.as_str(), "crash" | "later");
        let ends = is_job && fate != "hang";
        if !crashes && !ends {
            return;
        }
        let preset = if crashes { SignedDuration::from_secs(1) } else { SignedDuration::ZERO };
        let delay = self.fate_after(pod).unwrap_or(preset);
        let ends = &mut self.workloads.ends;
        let end = *ends.entry(key.clone()).or_insert_with(|| now.saturating_add(delay).unwrap_or(now));
        if end > now {
            self.wake(key.clone(), end);
            return;
        }
        ends.remove(key);
        if crashes {
            self.crash(key, pod, now);
        } else {
            self.finish(key, pod, fate == "fail", now);
        }
    }

    fn crash(&mut self, key: &Key, pod: &Value, now: Timestamp) {
        let message = "Back-off restarting failed container app in pod".to_owned();
        self.tell(&bare(pod), &EventText::warning(COMPONENT, "BackOff", message), now);
        let mut status = pod["status"].clone();
        let waiting = json!({"waiting": {
            "reason": "CrashLoopBackOff",
            "message": "back-off 1m20s restarting failed container=app",
        }});
        let mut states = containers(pod, |_| waiting.clone());
        for state in states.as_array_mut().into_iter().flatten() {
            state["restartCount"] = json!(4);
            state["lastState"] = json!({"terminated": {
                "exitCode": 137,
                "reason": "OOMKilled",
                "startedAt": time(now),
                "finishedAt": time(now),
            }});
        }
        status["containerStatuses"] = states;
        self.show(key, status, unready(pod, now));
    }

    fn finish(&mut self, key: &Key, pod: &Value, is_bad: bool, now: Timestamp) {
        let (code, reason) = if is_bad { (1, "Error") } else { (0, "Completed") };
        let ended = json!({"terminated": {
            "exitCode": code,
            "reason": reason,
            "startedAt": time(now),
            "finishedAt": time(now),
        }});
        let mut status = pod["status"].clone();
        status["containerStatuses"] = containers(pod, |_| ended.clone());
        status["phase"] = json!(if is_bad { "Failed" } else { "Succeeded" });
        let why = if is_bad { "PodFailed" } else { "PodCompleted" };
        let changes = ["Ready", "ContainersReady"].map(|kind| {
            let mut condition = condition(kind, "False", now);
            condition["reason"] = json!(why);
            condition
        });
        self.show(key, status, changes.to_vec());
    }

    fn show(&mut self, key: &Key, mut status: Value, changes: Vec<Value>) {
        let mut list = conditions::of(&status);
        conditions::merge(&mut list, changes);
        conditions::keep(&mut status, list);
        self.report(key, status);
    }
}

/// As much of a pod as kwok says in events.
fn bare(pod: &Value) -> Value {
    let metadata = &pod["metadata"];
    let [name, namespace, uid] = ["name", "namespace", "uid"].map(|field| &metadata[field]);
    json!({"kind": "Pod", "metadata": {"name": name, "namespace": namespace, "uid": uid}})
}

fn condition(kind: &str, status: &str, now: Timestamp) -> Value {
    json!({"type": kind, "status": status, "lastProbeTime": null, "lastTransitionTime": time(now)})
}

fn unready(pod: &Value, now: Timestamp) -> Vec<Value> {
    let names: Vec<&str> = pod["spec"]["containers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|container| container["name"].as_str())
        .collect();
    let message = format!("containers with unready status: [{}]", names.join(" "));
    let unready = ["Ready", "ContainersReady"].map(|kind| {
        let mut condition = condition(kind, "False", now);
        condition["reason"] = json!("ContainersNotReady");
        condition["message"] = json!(message);
        condition
    });
    unready.to_vec()
}

/// The states of a pod's containers, all of them in that which `state` gives.
fn containers(pod: &Value, state: impl Fn(&Value) -> Value) -> Value {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    let states = containers.map(|container| {
        let state = state(container);
        let runs = state.get("running").is_some();
        json!({
            "name": container["name"],
            "state": state,
            "lastState": {},
            "ready": runs,
            "restartCount": 0,
            "image": container["image"],
            "imageID": "",
            "started": runs,
        })
    });
    states.collect()
}

/// Whether a container of a pod runs.
fn runs(pod: &Value) -> bool {
    let mut states = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    states.any(|state| state["state"].get("running").is_some())
}

/// Whether a pull of a pod's image has failed a moment ago.
fn waits_for_pull(pod: &Value) -> bool {
    let mut states = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    states.any(|state| state["state"]["waiting"]["reason"] == "ErrImagePull")
}

/// Whether the time to end of a pod that is going is over.
fn is_over(pod: &Value, now: Timestamp) -> bool {
    let end = pod["metadata"]["deletionTimestamp"].as_str().and_then(|end| end.parse().ok());
    end.is_none_or(|end: Timestamp| end <= now)
}
