//! What the status of a namespace says while it is deleted: five conditions, in the namespace controller's words. A
//! function of what was there before and of what is left in it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

const DISCOVERY_FAILURE: &str = "NamespaceDeletionDiscoveryFailure";
const PARSING_FAILURE: &str = "NamespaceDeletionGroupVersionParsingFailure";
const CONTENT_FAILURE: &str = "NamespaceDeletionContentFailure";
const CONTENT_REMAINING: &str = "NamespaceContentRemaining";
const FINALIZERS_REMAINING: &str = "NamespaceFinalizersRemaining";

/// Each condition with the reason and the message of when nothing is amiss.
const WELL: [(&str, &str, &str); 5] = [
    (DISCOVERY_FAILURE, "ResourcesDiscovered", "All resources successfully discovered"),
    (PARSING_FAILURE, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    (CONTENT_FAILURE, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
    (CONTENT_REMAINING, "ContentRemoved", "All content successfully removed"),
    (FINALIZERS_REMAINING, "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
];

/// What is left in a namespace after everything in it was deleted.
#[derive(Debug, Default, PartialEq)]
pub(super) struct RemainingContent {
    /// How many objects there are of a kind, by `<plural>.<group>`.
    pub(super) resources: BTreeMap<String, usize>,
    /// How many of them a finalizer holds.
    pub(super) finalizers: BTreeMap<String, usize>,
    /// What could not be deleted, and nobody knows why.
    pub(super) errors: Vec<String>,
}

impl RemainingContent {
    /// Counts the objects of a kind, with their finalizers.
    pub(super) fn count<'a>(&mut self, resource: String, objects: impl Iterator<Item = &'a Value>) {
        let mut number = 0;
        for object in objects {
            number += 1;
            let finalizers = object["metadata"]["finalizers"].as_array().into_iter().flatten();
            for finalizer in finalizers.filter_map(Value::as_str) {
                *self.finalizers.entry(finalizer.to_owned()).or_default() += 1;
            }
        }
        if number > 0 {
            self.resources.insert(resource, number);
        }
    }

    /// Reason and message of a condition that is true.
    fn trouble(&self, condition: &str) -> Option<(&'static str, String)> {
        let listed = |counted: &BTreeMap<String, usize>, verb: &str| {
            let mut parts: Vec<String> = counted
                .iter()
                .map(|(name, number)| format!("{name} {verb} {number} resource instances"))
                .collect();
            parts.sort();
            parts.join(", ")
        };
        match condition {
            CONTENT_FAILURE if !self.errors.is_empty() => Some((
                "ContentDeletionFailed",
                format!(
                    "Failed to delete all resource types, {} remaining: {}",
                    self.errors.len(),
                    self.errors.join(", ")
                ),
            )),
            CONTENT_REMAINING if !self.resources.is_empty() => Some((
                "SomeResourcesRemain",
                format!("Some resources are remaining: {}", listed(&self.resources, "has")),
            )),
            FINALIZERS_REMAINING if !self.finalizers.is_empty() => Some((
                "SomeFinalizersRemain",
                format!(
                    "Some content in the namespace has finalizers remaining: {}",
                    listed(&self.finalizers, "in")
                ),
            )),
            _ => None,
        }
    }
}

/// The conditions after `before`, as of `time`: a condition keeps its time while its status stays.
pub(super) fn conditions(before: &Value, remaining: &RemainingContent, time: &str) -> Value {
    let before = before.as_array().map(Vec::as_slice).unwrap_or_default();
    let conditions = WELL.iter().map(|&(name, reason, message)| {
        let (status, reason, message) = match remaining.trouble(name) {
            Some((reason, message)) => ("True", reason, message),
            None => ("False", reason, message.to_owned()),
        };
        let same = before.iter().find(|condition| condition["type"] == name && condition["status"] == status);
        let since = same.map_or_else(|| json!(time), |condition| condition["lastTransitionTime"].clone());
        json!({
            "type": name,
            "status": status,
            "lastTransitionTime": since,
            "reason": reason,
            "message": message,
        })
    });
    conditions.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RemainingContent, conditions};

    #[test]
    fn what_is_left_is_counted_by_kind_and_by_finalizer() {
        let mut remaining = RemainingContent::default();
        let held = json!({"metadata": {"finalizers": ["example.com/x"]}});
        remaining.count("widgets.example.com".to_owned(), [&held, &held].into_iter());
        remaining.count("configmaps.".to_owned(), [&json!({})].into_iter());
        remaining.count("secrets.".to_owned(), std::iter::empty());
        let found = conditions(&Value::Null, &remaining, "then");
        assert_eq!(
            found[3]["message"],
            "Some resources are remaining: configmaps. has 1 resource instances, widgets.example.com has 2 resource \
             instances"
        );
        assert_eq!(found[4]["reason"], "SomeFinalizersRemain");
        assert_eq!(
            found[4]["message"],
            "Some content in the namespace has finalizers remaining: example.com/x in 2 resource instances"
        );
    }

    #[test]
    fn a_condition_keeps_its_time_while_its_status_stays() {
        let mut remaining = RemainingContent::default();
        remaining.count("configmaps.".to_owned(), [&json!({})].into_iter());
        let before = conditions(&Value::Null, &remaining, "then");
        let after = conditions(&before, &RemainingContent::default(), "now");
        let times: Vec<&Value> = (0..5).map(|index| &after[index]["lastTransitionTime"]).collect();
        assert_eq!(times, ["then", "then", "then", "now", "then"]);
        assert_eq!(after[3]["reason"], "ContentRemoved");
        assert_eq!(after[4]["reason"], "ContentHasNoFinalizers");
    }
}
