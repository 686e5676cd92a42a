//! Workflows as their files on the default branch describe them.

use std::collections::BTreeMap;

use git2::{Oid, Repository};
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Where workflow files are.
pub(super) const FOLDER: &str = ".github/workflows";

/// All workflows that a repository ever had, by path: numbers stay.
#[derive(Debug, Default)]
pub(in crate::github) struct Workflows(pub(super) BTreeMap<String, Workflow>);

/// A workflow.
#[derive(Clone, Debug)]
pub(super) struct Workflow {
    pub(super) id: u64,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) is_disabled: bool,
    /// Whether its file is on the default branch today.
    pub(super) is_there: bool,
    pub(super) created: Timestamp,
}

/// What a workflow file says.
#[derive(Clone, Debug)]
pub(super) struct File {
    value: Value,
}

/// An input of a dispatch.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) is_required: bool,
    pub(super) default: Option<String>,
    /// What may be chosen from; nothing when anything may be said.
    pub(super) options: Option<Vec<String>>,
}

impl File {
    /// A file of a commit, if it is there and can be read.
    pub(super) fn at(git: &Repository, commit: Oid, path: &str) -> Option<Self> {
        let tree = git.find_commit(commit).ok()?.tree().ok()?;
        let blob = git.find_blob(tree.get_path(std::path::Path::new(path)).ok()?.id()).ok()?;
        let value = serde_saphyr::from_str(std::str::from_utf8(blob.content()).ok()?).ok()?;
        Some(Self { value })
    }

    pub(super) fn name(&self, path: &str) -> String {
        self.value["name"].as_str().unwrap_or(path).to_owned()
    }

    /// What a trigger says; nothing when there is no such trigger. YAML readers of old take `on` for a yes.
    pub(super) fn trigger(&self, event: &str) -> Option<Value> {
        match self.value.get("on").or_else(|| self.value.get("true"))? {
            Value::String(only) => (only == event).then_some(Value::Null),
            Value::Array(all) => all.iter().any(|one| one == event).then_some(Value::Null),
            Value::Object(all) => all.get(event).cloned(),
            _ => None,
        }
    }

    /// The inputs of a dispatch.
    pub(super) fn inputs(&self) -> Vec<Input> {
        let trigger = self.trigger("workflow_dispatch").unwrap_or_default();
        let all = trigger["inputs"].as_object().cloned().unwrap_or_default();
        all.into_iter().map(|(name, value)| Input::read(name, &value)).collect()
    }

    /// Jobs by name: the name of each, and where it runs.
    pub(super) fn jobs(&self) -> Vec<(String, Vec<String>)> {
        let all = self.value["jobs"].as_object().cloned().unwrap_or_default();
        let job = |(key, value): (String, Value)| {
            let name = value["name"].as_str().map_or(key, str::to_owned);
            let labels = match &value["runs-on"] {
                Value::String(label) => vec![label.clone()],
                Value::Array(labels) => {
                    labels.iter().filter_map(|label| label.as_str().map(str::to_owned)).collect()
                }
                _ => Vec::new(),
            };
            (name, labels)
        };
        all.into_iter().map(job).collect()
    }

    /// The title of a run: `run-name` with its inputs, or what is said otherwise.
    pub(super) fn title(&self, inputs: &Map<String, Value>, actor: &str, otherwise: &str) -> String {
        let Some(pattern) = self.value["run-name"].as_str() else { return otherwise.to_owned() };
        let mut title = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}").unwrap_or((after, ""));
            let expression = expression.trim();
            let input =
                ["inputs.", "github.event.inputs."].iter().find_map(|kind| expression.strip_prefix(kind));
            title.push_str(before);
            match input {
                Some(name) => title.push_str(&plain(inputs.get(name).unwrap_or(&Value::Null))),
                None if expression == "github.actor" => title.push_str(actor),
                None => {}
            }
            rest = after;
        }
        title + rest
    }
}

impl Input {
    fn read(name: String, value: &Value) -> Self {
        let options = match value["type"].as_str() {
            Some("boolean") => Some(vec!["true".to_owned(), "false".to_owned()]),
            Some("choice") => value["options"].as_array().map(|all| all.iter().map(plain).collect()),
            _ => None,
        };
        let default = value.get("default").filter(|default| !default.is_null()).map(plain);
        Self { name, is_required: value["required"] == true, default, options }
    }
}

/// A value as workflows see it: everything is text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::File;

    fn file(text: &str) -> File {
        File { value: serde_saphyr::from_str(text).unwrap() }
    }

    #[test]
    fn triggers_are_written_in_three_ways() {
        for (text, is_dispatched) in [
            ("on: workflow_dispatch", true),
            ("on: [push, workflow_dispatch]", true),
            ("on:\n  push:\n  workflow_dispatch:\n", true),
            ("on: push", false),
            ("name: x", false),
        ] {
            assert_eq!(file(text).trigger("workflow_dispatch").is_some(), is_dispatched, "{text}");
        }
    }

    #[test]
    fn a_run_is_named_after_its_inputs() {
        let file = file(
            "run-name: deploy ${{ inputs.environment }} ${{ github.event.inputs.version }} by ${{github.actor}}!",
        );
        let inputs = json!({"environment": "dev", "version": 3});
        let Value::Object(inputs) = inputs else { panic!("an object") };
        assert_eq!(file.title(&inputs, "ada", ""), "deploy dev 3 by ada!");
    }
}
