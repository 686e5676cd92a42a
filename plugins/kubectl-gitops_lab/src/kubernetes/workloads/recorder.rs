//! Events: what controllers tell of their work, as client-go's recorder writes it down. The same event again is
//! counted, many alike are combined, and who talks too much is not heard.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::event_text::EventText;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::storage::owner_references::uid;
use crate::kubernetes::timestamp::time;

/// How long an event is kept after it was written last.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(1);
/// The machine that the control plane runs on.
const HOST: &str = "vm";

impl Cluster {
    /// Tells something of `object`.
    pub(in crate::kubernetes) fn tell(&mut self, object: &Value, news: &EventText<'_>, now: Timestamp) {
        let about = format!("{}/{}/{}", news.component, object["kind"], uid(object));
        let (message, counted, is_combined) = self.workloads.recorder.combine(&about, news, now);
        if !self.workloads.recorder.spam.allows(&about, now) {
            return;
        }
        let known = self.workloads.recorder.written.get(&counted).cloned();
        if let Some((key, event)) = known.and_then(|key| Some((key.clone(), self.store.get(&key)?.clone()))) {
            let mut event = Value::clone(&event);
            event["count"] = json!(event["count"].as_u64().unwrap_or(1) + 1);
            event["lastTimestamp"] = json!(time(now));
            event["message"] = json!(message);
            self.store.put(key.clone(), event);
            self.expire(key, now);
            return;
        }
        let mut event = self.event(object, news, message, now);
        event["firstTimestamp"] = json!(time(now));
        event["lastTimestamp"] = json!(time(now));
        event["count"] = json!(1);
        event["source"] = json!({"component": news.component});
        // The combined ones do not say who reports them.
        event["reportingComponent"] = json!(if is_combined { "" } else { news.component });
        let key = self.publish(event, now);
        self.workloads.recorder.written.insert(counted, key);
    }

    /// The same in the newer form of events, which the scheduler writes.
    pub(super) fn tell_action(&mut self, object: &Value, news: &EventText<'_>, action: &str, now: Timestamp) {
        let mut event = self.event(object, news, news.message.clone(), now);
        event["firstTimestamp"] = Value::Null;
        event["lastTimestamp"] = Value::Null;
        event["eventTime"] = json!(now.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
        event["action"] = json!(action);
        event["source"] = json!({});
        event["reportingComponent"] = json!(news.component);
        event["reportingInstance"] = json!(format!("{}-{HOST}", news.component));
        self.publish(event, now);
    }

    fn event(&mut self, object: &Value, news: &EventText<'_>, message: String, now: Timestamp) -> Value {
        let metadata = &object["metadata"];
        let name = metadata["name"].as_str().unwrap_or_default();
        json!({
            "kind": "Event",
            "apiVersion": "v1",
            "metadata": {
                "name": format!("{name}.{}", self.workloads.recorder.suffix(now)),
                "namespace": metadata["namespace"].as_str().unwrap_or("default"),
            },
            "involvedObject": reference(object),
            "reason": news.reason,
            "message": message,
            "type": news.kind(),
            "eventTime": null,
            "reportingInstance": "",
        })
    }

    fn publish(&mut self, event: Value, now: Timestamp) -> Key {
        let text = |field: &str| event["metadata"][field].as_str().unwrap_or_default().to_owned();
        let key =
            Key { resource: self.workloads.kinds.events, namespace: text("namespace"), name: text("name") };
        // Nothing new comes into a namespace that is going.
        if self.takes(&key.namespace) {
            self.add(key.clone(), event, now);
            self.expire(key.clone(), now);
        }
        key
    }

    fn expire(&mut self, key: Key, now: Timestamp) {
        if let Ok(end) = now.checked_add(KEPT) {
            self.wake(key, end);
        }
    }

    /// Takes away the event at `key` when it has been there long enough.
    pub(super) fn forget_event(&mut self, key: &Key, now: Timestamp) {
        let Some(event) = self.store.get(key) else { return };
        let last = event["lastTimestamp"].as_str().or(event["metadata"]["creationTimestamp"].as_str());
        let last = last.and_then(|last| last.parse::<Timestamp>().ok());
        // Times are kept to the second.
        let is_old = last.is_none_or(|last| now.duration_since(last) >= KEPT);
        if is_old {
            self.store.remove(key);
        }
    }
}

/// How an event names its object.
fn reference(object: &Value) -> Value {
    let metadata = &object["metadata"];
    let mut reference = json!({"kind": object["kind"]});
    if let Some(version) = object.get("apiVersion") {
        reference["apiVersion"] = version.clone();
    }
    for field in ["namespace", "name", "uid", "resourceVersion"] {
        if let Some(value) = metadata.get(field) {
            reference[field] = value.clone();
        }
    }
    reference
}
