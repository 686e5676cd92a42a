//! Workflows as their files on the default branch describe them.

use std::collections::BTreeMap;

use git2::{Oid, Repository};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::job::JobPlan;
use super::push_trigger::PushTrigger;

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
    /// Whether a push of another branch has started it: GitHub lists it from then on.
    pub(super) was_pushed: bool,
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

    /// What a push has to be like to start it; nothing when no push does.
    pub(super) fn push_trigger(&self) -> Option<PushTrigger> {
        self.trigger("push").map(|filters| PushTrigger::of(&filters))
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

    /// Its jobs: those that need others come after them.
    pub(super) fn jobs(&self, context: &RunContext<'_>) -> Vec<JobPlan> {
        let all = self.value["jobs"].as_object().cloned().unwrap_or_default();
        let mut later: Vec<_> = all.into_iter().map(|(key, value)| job(key, &value, context)).collect();
        let mut jobs: Vec<JobPlan> = Vec::new();
        while !later.is_empty() {
            let is_later =
                |job: &JobPlan| job.needs.iter().any(|key| jobs.iter().all(|made| made.key != *key));
            let (rest, next): (Vec<_>, Vec<_>) = later.into_iter().partition(is_later);
            // GitHub refuses jobs that need each other; here they come last.
            if next.is_empty() {
                jobs.extend(rest);
                break;
            }
            jobs.extend(next);
            later = rest;
        }
        jobs
    }

    /// The title of a run: `run-name` with its inputs, or what is said otherwise.
    pub(super) fn title(&self, context: &RunContext<'_>, otherwise: &str) -> String {
        self.value["run-name"].as_str().map_or_else(|| otherwise.to_owned(), |pattern| context.fill(pattern))
    }
}

fn job(key: String, value: &Value, context: &RunContext<'_>) -> JobPlan {
    let texts = |value: &Value| match value {
        Value::String(only) => vec![only.clone()],
        Value::Array(all) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let environment = value["environment"].as_str().or_else(|| value["environment"]["name"].as_str());
    let environment = environment.map(|name| context.fill(name)).filter(|name| !name.is_empty());
    let steps = value["steps"].as_array().into_iter().flatten().map(step).collect();
    JobPlan {
        name: value["name"].as_str().map_or_else(|| key.clone(), |name| context.fill(name)),
        key,
        labels: texts(&value["runs-on"]),
        needs: texts(&value["needs"]),
        environment,
        steps,
    }
}

/// What GitHub calls a step: as it is named, or after what it does.
fn step(step: &Value) -> String {
    let text = |field: &str| step[field].as_str();
    let first = |text: &str| format!("Run {}", text.trim().lines().next().unwrap_or_default());
    let does = text("run").or_else(|| text("uses")).map(first);
    text("name").map(str::to_owned).or(does).unwrap_or_else(|| "Run".to_owned())
}

/// What expressions in a workflow file may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunContext<'a> {
    pub(super) inputs: &'a Map<String, Value>,
    pub(super) actor: &'a str,
    pub(super) branch: &'a str,
    pub(super) commit: Oid,
}

impl RunContext<'_> {
    /// A text with what its expressions name. Those that are not known are empty, as GitHub has them.
    fn fill(&self, pattern: &str) -> String {
        let mut filled = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}").unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(&self.value(expression.trim()));
            rest = after;
        }
        filled + rest
    }

    fn value(&self, expression: &str) -> String {
        let input = ["inputs.", "github.event.inputs."].iter().find_map(|kind| expression.strip_prefix(kind));
        match (input, expression) {
            (Some(name), _) => plain(self.inputs.get(name).unwrap_or(&Value::Null)),
            (None, "github.actor") => self.actor.to_owned(),
            (None, "github.ref_name") => self.branch.to_owned(),
            (None, "github.sha") => self.commit.to_string(),
            (None, _) => String::new(),
        }
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
    use git2::Oid;
    use serde_json::{Map, Value, json};

    use super::{File, RunContext};

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
        assert_eq!(file.title(&context(&inputs), ""), "deploy dev 3 by ada!");
    }

    fn context(inputs: &Map<String, Value>) -> RunContext<'_> {
        RunContext { inputs, actor: "ada", branch: "main", commit: Oid::ZERO_SHA1 }
    }

    #[test]
    fn jobs_have_environments_needs_and_steps() {
        let file = file(
            "jobs:
  approve: {environment: '${{ inputs.environment }}-approval', steps: [{run: \"exit\\n\"}]}
  deploy: {needs: approve, environment: {name: '${{ inputs.environment }}', deployment: false}, steps: [{name: Render}, {uses: a/b@v1}]}",
        );
        let Value::Object(inputs) = json!({"environment": "dev"}) else { panic!("an object") };
        let jobs = file.jobs(&context(&inputs));
        let environments: Vec<_> = jobs.iter().map(|job| job.environment.as_deref()).collect();
        assert_eq!(environments, [Some("dev-approval"), Some("dev")]);
        assert_eq!((&jobs[0].steps[0], jobs[1].needs[0].as_str()), (&"Run exit".to_owned(), "approve"));
        assert_eq!(jobs[1].steps, ["Render", "Run a/b@v1"]);
    }
}
