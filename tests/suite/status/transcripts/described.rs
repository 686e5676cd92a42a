//! What a program reads in a document, in lines: where environments stand, what the worlds told of them, and what that rests
//! on. Dates and the long texts that stand in the table are left out.

use serde_json::Value;

/// The lines of a document.
pub(super) fn described(document: &Value) -> String {
    let worlds =
        list(&document["worlds"]).map(|world| format!("{} {}", text(world, "world"), text(world, "answer")));
    let mut lines = vec![format!("worlds: {}", worlds.collect::<Vec<_>>().join(", "))];
    for pipeline in list(&document["pipelines"]) {
        let chain = list(&pipeline["chain"]).map(|environment| text(environment, "environment"));
        let chain = chain.collect::<Vec<_>>().join(" → ");
        let source = pipeline["source"]["repository"].as_str().unwrap_or("-");
        lines.push(format!("pipeline {}: {chain}; source {source}", text(pipeline, "project")));
    }
    list(&document["environments"]).for_each(|environment| lines.extend(of_environment(environment)));
    lines.join("\n") + "\n"
}

fn of_environment(environment: &Value) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", text(environment, "namespace"), verdict(environment))];
    let ready = &environment["ready"];
    let facts = [
        ("version", word(&environment["version"])),
        ("commit", word(&environment["commit"])),
        ("ready", Some(format!("{}/{}", ready["ready"], ready["desired"]))),
        ("clusters", pair(&environment["clusters"], "compliant", "all")),
        ("tested", word(&environment["tested"]["state"])),
        ("held by", word(&environment["hold"]["by"])),
        ("since from", word(&environment["sinceFrom"])),
    ];
    lines.push(format!("  {}", facts_in_words(&facts)));
    let compliance = &environment["compliance"];
    if !compliance.is_null() {
        let facts = [
            ("configuration", word(&compliance["configuration"])),
            ("state", word(&compliance["state"])),
            ("reason", word(&compliance["reason"])),
            ("connectivity", word(&compliance["connectivity"])),
        ];
        lines.push(format!("  azure: {}", facts_in_words(&facts)));
    }
    let github = &environment["github"];
    if !github.is_null() {
        let pulls = list(&github["pullRequests"]).map(|pull| format!("#{}", pull["number"]));
        let pulls = pulls.collect::<Vec<_>>().join(" ");
        let statuses = list(&github["statuses"])
            .map(|status| format!("{} {}", text(status, "context"), text(status, "state")));
        let statuses = statuses.collect::<Vec<_>>().join(", ");
        let facts = [
            ("branch", word(&github["branch"])),
            ("newest", word(&github["newest"]["version"])),
            ("ahead/behind", pair(&github["distance"], "ahead", "behind")),
            ("next", word(&github["next"]["environment"])),
            ("waiting", word(&github["next"]["waiting"])),
            ("pull requests", Some(pulls).filter(|pulls| !pulls.is_empty())),
            ("statuses", Some(statuses).filter(|statuses| !statuses.is_empty())),
        ];
        lines.push(format!("  github: {}", facts_in_words(&facts)));
    }
    lines.extend(list(&environment["remarks"]).map(|remark| format!("  remark {}", verdict(remark))));
    let command = |next: &Value| {
        let verb: Vec<&str> =
            next["command"].as_str().unwrap_or_default().split_whitespace().take(2).collect();
        format!("  next {}: {}", text(next, "why"), verb.join(" "))
    };
    lines.extend(list(&environment["next"]).map(command));
    let mut kinds: Vec<String> = list(&environment["evidence"])
        .map(|evidence| format!("{} {}", text(evidence, "world"), text(evidence, "kind")))
        .collect();
    kinds.sort();
    kinds.dedup();
    lines.push(format!("  evidence: {}", kinds.join(", ")));
    lines
}

/// Standing, reason and cause, as far as there are.
fn verdict(value: &Value) -> String {
    let words = ["standing", "reason", "cause"].into_iter().filter_map(|field| word(&value[field]));
    words.collect::<Vec<_>>().join(" ")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or("-")
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn pair(value: &Value, left: &str, right: &str) -> Option<String> {
    Some(format!("{}/{}", word(&value[left])?, word(&value[right])?))
}

/// `version 0.0.1-12, ready 2/2`; what is not told is left out.
fn facts_in_words(facts: &[(&str, Option<String>)]) -> String {
    let told = facts.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    told.collect::<Vec<_>>().join(", ")
}
