//! Events, in which controllers and kubelets say what happened to an object.

use jiff::Timestamp;
use serde_json::Value;

use super::{Meta, read};
use crate::model::contract::REVISION_ANNOTATION;

/// An event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Whether it warns.
    pub warning: bool,
    /// What happened, as a CamelCase word.
    pub reason: String,
    /// What happened, for people.
    pub message: String,
    /// Kind, namespace, name and uid of what it is about.
    pub about: (String, String, String, String),
    /// The revision that Flux noted on it.
    pub revision: Option<String>,
    /// How often it was seen.
    pub count: i64,
    /// When it was seen first.
    pub first: Option<Timestamp>,
    /// When it was seen last.
    pub last: Option<Timestamp>,
}

impl Event {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let about = &object["involvedObject"];
        let annotations = &object["metadata"]["annotations"];
        Self {
            warning: read::text(object, "type") == "Warning",
            reason: read::text(object, "reason"),
            message: read::text(object, "message"),
            about: (
                read::text(about, "kind"),
                read::text(about, "namespace"),
                read::text(about, "name"),
                read::text(about, "uid"),
            ),
            revision: read::optional(annotations, REVISION_ANNOTATION),
            count: read::count(&object["series"], "count")
                .or_else(|| read::count(object, "count"))
                .unwrap_or(1),
            first: read::time(object, "firstTimestamp")
                .or_else(|| read::time(object, "eventTime"))
                .or_else(|| read::time(object, "lastTimestamp")),
            last: read::time(&object["series"], "lastObservedTime")
                .or_else(|| read::time(object, "lastTimestamp"))
                .or_else(|| read::time(object, "eventTime"))
                .or_else(|| read::time(object, "firstTimestamp")),
        }
    }

    /// Whether it is about this very object.
    pub fn concerns(&self, kind: &str, meta: &Meta) -> bool {
        let (about, namespace, name, uid) = &self.about;
        about == kind
            && namespace == &meta.namespace
            && name == &meta.name
            && (uid.is_empty() || meta.uid.is_empty() || uid == &meta.uid)
    }
}
