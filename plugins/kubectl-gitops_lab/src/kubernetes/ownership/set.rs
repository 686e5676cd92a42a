//! A set of fields, as `managedFields` write it (`FieldsV1`): a tree whose steps are `f:<name>`, `k:<keys>` of an
//! item of a list, and `v:<value>` in a set.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A set of paths: whether the one that ends here is in it, and those that go on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FieldSet {
    pub(super) here: bool,
    pub(super) below: BTreeMap<String, FieldSet>,
}

impl FieldSet {
    /// The path that ends here, alone.
    pub(super) fn end() -> Self {
        Self { here: true, below: BTreeMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.here && self.below.is_empty()
    }

    /// Adds what goes on with `step`, if there is anything.
    pub(super) fn insert(&mut self, step: String, rest: FieldSet) {
        if !rest.is_empty() {
            self.below.insert(step, rest);
        }
    }

    /// Paths of either.
    pub(super) fn union(&mut self, other: &FieldSet) {
        self.here |= other.here;
        for (step, rest) in &other.below {
            self.below.entry(step.clone()).or_default().union(rest);
        }
    }

    /// Paths of this one that are not in the other.
    pub(super) fn without(&self, other: &FieldSet) -> FieldSet {
        let mut left = FieldSet { here: self.here && !other.here, below: BTreeMap::new() };
        for (step, rest) in &self.below {
            let rest = other.below.get(step).map_or_else(|| rest.clone(), |other| rest.without(other));
            left.insert(step.clone(), rest);
        }
        left
    }

    /// Paths of both.
    pub(super) fn common(&self, other: &FieldSet) -> FieldSet {
        let mut both = FieldSet { here: self.here && other.here, below: BTreeMap::new() };
        for (step, rest) in &self.below {
            if let Some(other) = other.below.get(step) {
                both.insert(step.clone(), rest.common(other));
            }
        }
        both
    }

    /// With every field that a path goes through: whoever owns `spec.replicas` keeps `spec` there.
    pub(super) fn with_ways(&self) -> FieldSet {
        let below = self.below.iter().map(|(step, rest)| {
            let mut rest = rest.with_ways();
            rest.here |= step.starts_with("f:");
            (step.clone(), rest)
        });
        FieldSet { here: self.here, below: below.collect() }
    }

    /// All paths, as messages write them.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.write_paths("", &mut paths);
        paths
    }

    fn write_paths(&self, path: &str, paths: &mut Vec<String>) {
        let steps = self.below.iter().map(|(step, rest)| (format!("{path}{}", shown(step)), rest));
        let steps: Vec<(String, &FieldSet)> = steps.collect();
        paths.extend(steps.iter().filter(|(_, rest)| rest.here).map(|(path, _)| path.clone()));
        for (path, rest) in steps {
            rest.write_paths(&path, paths);
        }
    }

    /// From `FieldsV1`.
    pub(super) fn read(fields: &Value) -> Self {
        let mut set = Self::default();
        for (step, rest) in fields.as_object().into_iter().flatten() {
            match step.as_str() {
                "." => set.here = true,
                _ if rest.as_object().is_none_or(Map::is_empty) => {
                    set.below.insert(step.clone(), Self::end());
                }
                _ => set.insert(step.clone(), Self::read(rest)),
            }
        }
        set
    }

    /// As `FieldsV1`.
    pub(super) fn document(&self) -> Value {
        let mut fields = Map::new();
        if self.here && !self.below.is_empty() {
            fields.insert(".".to_owned(), Value::Object(Map::new()));
        }
        for (step, rest) in &self.below {
            fields.insert(step.clone(), rest.document());
        }
        Value::Object(fields)
    }
}

/// A step as messages write it: `.name`, `[name="app"]`, `[="value"]`.
fn shown(step: &str) -> String {
    match step.split_once(':') {
        Some(("f", name)) => format!(".{name}"),
        Some(("k", keys)) => {
            let keys: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
            let keys: Vec<String> = keys.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("[{}]", keys.join(","))
        }
        Some(("v", value)) => format!("[={value}]"),
        _ => format!("[{step}]"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::FieldSet;

    #[test]
    fn a_set_is_read_as_it_was_written() {
        let fields = json!({
            "f:metadata": {"f:labels": {".": {}, "f:a/b": {}}, "f:finalizers": {"v:\"x\"": {}}},
            "f:spec": {"f:containers": {"k:{\"name\":\"app\"}": {".": {}, "f:image": {}}}},
        });
        let set = FieldSet::read(&fields);
        assert_eq!(set.document(), fields);
        assert_eq!(
            set.paths(),
            [
                ".metadata.labels",
                ".metadata.finalizers[=\"x\"]",
                ".metadata.labels.a/b",
                ".spec.containers[name=\"app\"]",
                ".spec.containers[name=\"app\"].image",
            ]
        );
        assert!(set.without(&set).is_empty());
        assert_eq!(set.common(&set), set);
    }
}
