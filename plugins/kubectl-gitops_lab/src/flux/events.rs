//! Events as client-go records them: what was told already is counted again and keeps the annotations of its
//! first time, and an object that tells too much is not listened to.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::client::{Api, Id};

/// How much an object may tell at once, and how long it takes until it may tell one more.
const BURST: f64 = 25.0;
const ONE_MORE: f64 = 300.0;

/// What is told.
#[derive(Clone, Debug)]
pub(super) struct FluxEvent {
    pub(super) is_warning: bool,
    pub(super) reason: String,
    pub(super) message: String,
    pub(super) annotations: Map<String, Value>,
}

/// The events of one controller.
#[derive(Debug)]
pub(super) struct FluxEventRecorder {
    component: &'static str,
    /// How often what was told, in which event: by uid, type, reason and message.
    told: BTreeMap<(String, bool, String, String), (String, u64)>,
    /// What an object may still tell, as of when.
    allowed: BTreeMap<String, (f64, Timestamp)>,
    /// Makes names different that are made at the same time.
    made: i128,
}

impl FluxEventRecorder {
    pub(super) fn new(component: &'static str) -> Self {
        Self { component, told: BTreeMap::new(), allowed: BTreeMap::new(), made: 0 }
    }

    /// Tells something of `object`.
    pub(super) fn tell(&mut self, api: &mut Api<'_>, object: &Value, told: FluxEvent) {
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        if !self.may_tell(&uid, api.now) {
            return;
        }
        let now = api.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let Id { api_version, kind, namespace, name } = Id::of(object);
        let key = (uid.clone(), told.is_warning, told.reason.clone(), told.message.clone());
        if let Some((event, count)) = self.told.get_mut(&key) {
            *count += 1;
            let patch = json!({"count": *count, "lastTimestamp": now});
            if api.merge(&Id::new("v1", "Event", &namespace, event), false, self.component, &patch).is_ok() {
                return;
            }
        }
        self.made += 1;
        let event = format!("{name}.{:x}", api.now.as_nanosecond() + self.made);
        let mut body = json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": event, "namespace": namespace},
            "involvedObject": {
                "apiVersion": api_version,
                "kind": kind,
                "namespace": namespace,
                "name": name,
                "uid": uid,
                "resourceVersion": object["metadata"]["resourceVersion"],
            },
            "type": if told.is_warning { "Warning" } else { "Normal" },
            "reason": told.reason,
            "message": told.message,
            "source": {"component": self.component},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "eventTime": null,
            "reportingComponent": self.component,
            "reportingInstance": "",
        });
        if !told.annotations.is_empty() {
            body["metadata"]["annotations"] = Value::Object(told.annotations);
        }
        // A namespace that is going takes no events: they are lost, as they are in a real cluster.
        if api.create(&body).is_ok() {
            self.told.insert(key, (event, 1));
        }
    }

    fn may_tell(&mut self, uid: &str, now: Timestamp) -> bool {
        let (allowed, since) = self.allowed.entry(uid.to_owned()).or_insert((BURST, now));
        let passed: SignedDuration = now.duration_since(*since);
        *allowed = (*allowed + passed.as_secs_f64() / ONE_MORE).min(BURST);
        *since = now;
        let may = *allowed >= 1.0;
        if may {
            *allowed -= 1.0;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::FluxEventRecorder;

    #[test]
    fn an_object_that_tells_too_much_is_not_listened_to() {
        let mut recorder = FluxEventRecorder::new("a");
        let now = Timestamp::UNIX_EPOCH;
        let told = (0..40).filter(|_| recorder.may_tell("u", now)).count();
        assert_eq!(told, 25);
        let later = now + SignedDuration::from_mins(10);
        assert_eq!((0..40).filter(|_| recorder.may_tell("u", later)).count(), 2);
        assert!(recorder.may_tell("another", later));
    }
}
