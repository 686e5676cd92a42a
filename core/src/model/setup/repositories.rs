//! The three repositories and how pull requests are merged in them.

use serde_json::{Map, Value, json};

use super::{ObservedRepository, ObservedSetup, SetupRequest, SetupStep, SetupWrite};
use crate::model::github::Repository;
use crate::model::pipeline::Role;

/// What each of them is for, as its page says.
const ROLES: [(Role, &str); 3] = [
    (Role::Source, "Application code and workflows"),
    (Role::Configs, "Values of each environment"),
    (Role::Gitops, "Rendered manifests of each environment; every change comes by pull request"),
];

/// What the repository of a role is for.
pub fn description(role: Role) -> &'static str {
    let row = ROLES.iter().find(|(own, _)| *own == role);
    row.map_or("", |(_, description)| description)
}

/// What steps call a repository: names of projects are long, and a terminal is not wide.
pub(super) fn word(role: Role) -> &'static str {
    match role {
        Role::Source => "source",
        Role::Configs => "configs",
        Role::Gitops => "gitops",
    }
}

/// The name of a repository's step.
pub(super) fn step_name(role: Role) -> String {
    format!("repository {}", word(role))
}

/// The steps that make repositories, or change their settings.
pub(super) fn steps(request: &SetupRequest, observed: &ObservedSetup) -> Vec<SetupStep> {
    ROLES.iter().map(|(role, _)| step(request, *role, observed.repository(*role))).collect()
}

fn step(request: &SetupRequest, role: Role, observed: Option<&ObservedRepository>) -> SetupStep {
    let name = step_name(role);
    let repository = request.project.repository(role);
    let Some(ObservedRepository { repository, .. }) = observed else {
        let change = format!("{repository}, {}", request.visibility.as_str());
        return SetupStep::create(name, "not there", change, SetupWrite::CreateRepository(role));
    };
    if repository.is_archived {
        let remedy = format!("gh repo unarchive {} --yes", repository.name);
        return SetupStep::blocked(name, "it is archived and cannot be written to", Some(remedy));
    }
    let wanted = settings(role);
    let differing = differences(&wanted, repository);
    if differing.is_empty() {
        return SetupStep::keep(name, repository.name.to_string());
    }
    if !repository.may_administer {
        let words: Vec<&str> = differing.keys().map(String::as_str).collect();
        let why = format!("{} differ, and this token may not change settings", words.join(", "));
        let remedy = format!("use a token that may administer {}: gh auth login", repository.name);
        return SetupStep::blocked(name, why, Some(remedy));
    }
    let change = differing.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    SetupStep::change(name, "there", change, SetupWrite::ChangeRepository(role, Value::Object(differing)))
}

/// How pull requests are merged. A title and no body: what a commit's message holds could keep workflows from running
/// (`[skip ci]`), and the messages of merges are those that workflows read.
pub fn settings(role: Role) -> Map<String, Value> {
    let mut settings = Map::new();
    for (key, value) in [
        ("merge_commit_title", "PR_TITLE"),
        ("merge_commit_message", "BLANK"),
        ("squash_merge_commit_title", "PR_TITLE"),
        ("squash_merge_commit_message", "BLANK"),
    ] {
        settings.insert(key.to_owned(), json!(value));
    }
    if role != Role::Source {
        settings.insert("delete_branch_on_merge".to_owned(), json!(true));
    }
    settings
}

/// The settings that are not as they are wanted. GitHub takes titles and messages as pairs, so both of a pair are named.
fn differences(wanted: &Map<String, Value>, repository: &Repository) -> Map<String, Value> {
    let messages = &repository.merge_messages;
    let is_so = |key: &str| match key {
        "delete_branch_on_merge" => repository.deletes_merged_branches,
        key => messages.get(key).is_some_and(|value| wanted[key] == value.as_str()),
    };
    let pair = |key: &str| {
        let stem = key.trim_end_matches("_title").trim_end_matches("_message");
        wanted.keys().filter(move |other| other.starts_with(stem)).cloned().collect::<Vec<_>>()
    };
    let mut differing = Map::new();
    for key in wanted.keys().filter(|key| !is_so(key)) {
        for key in pair(key) {
            differing.insert(key.clone(), wanted[&key].clone());
        }
    }
    differing
}
