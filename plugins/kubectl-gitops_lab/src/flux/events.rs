//! Events as client-go records them: what was told already is counted again and keeps the annotations of its
//! first time, and an object that tells too much is not listened to.

use serde_json::{Map, Value, json};

use super::client::{ApiClient, ObjectId};
use crate::event_correlation::{LruCache, SpamFilter};

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
    told: LruCache<(String, bool, String, String), (String, u64)>,
    spam: SpamFilter,
    /// Makes names different that are made at the same time.
    made: i128,
}

impl FluxEventRecorder {
    pub(super) fn new(component: &'static str) -> Self {
        Self { component, told: LruCache::default(), spam: SpamFilter::default(), made: 0 }
    }

    /// Tells something of `object`.
    pub(super) fn tell(&mut self, api: &mut ApiClient<'_>, object: &Value, told: FluxEvent) {
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        if !self.spam.allows(&uid, api.now) {
            return;
        }
        let now = api.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let ObjectId { api_version, kind, namespace, name } = ObjectId::of(object);
        let key = (uid.clone(), told.is_warning, told.reason.clone(), told.message.clone());
        if let Some((event, count)) = self.told.get(&key) {
            *count += 1;
            let patch = json!({"count": *count, "lastTimestamp": now});
            if api
                .merge(&ObjectId::new("v1", "Event", &namespace, event), false, self.component, &patch)
                .is_ok()
            {
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
}
