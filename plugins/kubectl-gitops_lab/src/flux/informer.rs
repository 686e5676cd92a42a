//! What a controller has seen of its objects, and so which of them it is to look at again: new ones, those whose
//! content changed, and those that were annotated with a request.

use std::collections::BTreeMap;

use serde_json::Value;

use super::queue::ObjectName;

/// Content and request, of one life of an object.
pub(super) type ObservedGeneration = (String, i64, String);

#[derive(Debug, Default)]
pub(super) struct Informer(BTreeMap<ObjectName, ObservedGeneration>);

/// What is new.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ObjectChanges {
    pub(super) changed: Vec<ObjectName>,
    pub(super) gone: Vec<ObjectName>,
}

impl Informer {
    /// Compares all `objects` with what was seen.
    pub(super) fn news(&mut self, objects: &[Value]) -> ObjectChanges {
        let mut there = BTreeMap::new();
        let mut news = ObjectChanges::default();
        for object in objects {
            let name = name(object);
            let seen = seen(object);
            if self.0.get(&name) != Some(&seen) {
                news.changed.push(name.clone());
            }
            there.insert(name, seen);
        }
        news.gone = self.0.keys().filter(|name| !there.contains_key(*name)).cloned().collect();
        self.0 = there;
        news
    }
}

/// What makes an object one to look at again where it changes.
pub(super) fn seen(object: &Value) -> ObservedGeneration {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &object["metadata"];
    let requested = text(&metadata["annotations"]["reconcile.fluxcd.io/requestedAt"]);
    (text(&metadata["uid"]), metadata["generation"].as_i64().unwrap_or_default(), requested)
}

/// Where an object is.
pub(super) fn name(object: &Value) -> ObjectName {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Informer, ObjectChanges};

    #[test]
    fn a_status_is_no_news() {
        let object = |generation: i64, requested: &str, status: &str| -> Vec<Value> {
            let annotations = json!({"reconcile.fluxcd.io/requestedAt": requested});
            let metadata = json!({"namespace": "n", "name": "a", "uid": "u", "generation": generation, "annotations": annotations});
            vec![json!({"metadata": metadata, "status": status})]
        };
        let name = ("n".to_owned(), "a".to_owned());
        let mut watched = Informer::default();
        for (objects, is_news) in [
            (object(1, "", "x"), true),
            (object(1, "", "y"), false),
            (object(2, "", "y"), true),
            (object(2, "now", "y"), true),
            (object(2, "now", "z"), false),
        ] {
            assert_eq!(!watched.news(&objects).changed.is_empty(), is_news, "{objects:?}");
        }
        assert_eq!(watched.news(&[]), ObjectChanges { changed: vec![], gone: vec![name] });
    }
}
