//! Answers against recorded ones: the same keys, the same types, the same status, headers and message.

use std::collections::BTreeMap;

use serde_json::Value;

use super::description::{nameless, route};
use super::tour::tour;
use crate::support::contracts;

const FILES: [&str; 8] =
    ["account", "actions", "commits-statuses", "environments", "git", "issues-labels", "pulls", "repository"];

/// Recorded answers that the lab does not give, and why.
const MISSING: [(&str, &str); 7] = [
    (
        "GET /user 401: Must specify two-factor authentication OTP code.",
        "passwords are no credentials any more",
    ),
    ("GET /user 403: Max number of login attempt exceeded", "passwords are no credentials any more"),
    (
        "GET /user 403: Missing or invalid User Agent string. See http://developer.github.com/v3/#user-agent-required",
        "said in other words since",
    ),
    ("GET /repos/{}/{}/check-runs/{} 200", "what the suite says of commits are statuses"),
    ("PATCH /repos/{}/{}/check-runs/{} 200", "what the suite says of commits are statuses"),
    ("POST /repos/{}/{}/check-runs 201", "what the suite says of commits are statuses"),
    ("PUT /repos/{}/{} 404", "no route, which the lab answers with 501"),
];

/// What of a recorded answer the lab has not, and why.
const DIFFERENT: [(&str, &str, &str); 2] = [
    ("GET /repos/{}/{} 200", "/parent", "the lab knows no forks"),
    ("GET /repos/{}/{} 200", "/source", "the lab knows no forks"),
];

/// Headers that say something about the answer, and not about the way it took.
const HEADERS: [&str; 9] = [
    "content-type",
    "etag",
    "location",
    "x-oauth-scopes",
    "x-accepted-oauth-scopes",
    "x-github-media-type",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-resource",
];

fn recorded() -> Option<Vec<(String, Value)>> {
    let mut all = Vec::new();
    for file in FILES {
        for entry in contracts::json(&format!("github/recorded/{file}.json"))?.as_array().unwrap() {
            let (method, path) = entry["route"].as_str().unwrap().split_once(' ').unwrap();
            let status = entry["response"]["status"].as_u64().unwrap();
            // Not GitHub's words: whoever recorded that made it up.
            if entry["response"]["body"]["error"].is_string() {
                continue;
            }
            all.push((format!("{method} {} {status}", nameless(path)), entry.clone()));
        }
    }
    Some(all)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What `mine` has not of `theirs`.
fn missing(theirs: &Value, mine: &Value, at: &str, found: &mut Vec<String>) {
    match (theirs, mine) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(theirs), Value::Object(mine)) => {
            for (name, value) in theirs {
                match mine.get(name) {
                    Some(own) => missing(value, own, &format!("{at}/{name}"), found),
                    None => found.push(format!("{at}/{name}")),
                }
            }
        }
        (Value::Array(theirs), Value::Array(mine)) => {
            if let (Some(theirs), Some(mine)) = (theirs.first(), mine.first()) {
                missing(theirs, mine, &format!("{at}/0"), found);
            }
        }
        _ if kind(theirs) == kind(mine) => {}
        _ => found.push(format!("{at} is {} and not {}", kind(mine), kind(theirs))),
    }
}

#[tokio::test]
async fn every_recorded_answer_is_given_in_the_same_shape() {
    let Some(recorded) = recorded() else { return };
    let mut own: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for exchange in tour().await {
        own.entry(format!("{} {}", route(&exchange), exchange.answer.status)).or_default().push(exchange);
    }
    let (mut problems, mut used) = (Vec::new(), Vec::new());
    for (named, entry) in &recorded {
        if let Some((gap, _)) = MISSING.iter().find(|(gap, _)| gap == named || is_message(gap, named, entry))
        {
            used.push((*gap).to_owned());
            continue;
        }
        let Some(answers) = own.get(named) else {
            problems.push(format!("{named} is not answered"));
            continue;
        };
        let theirs = &entry["response"];
        // Of several answers the one that comes nearest.
        let differences = answers.iter().map(|exchange| {
            let mut found = Vec::new();
            let mine = exchange.body.clone().unwrap_or_default();
            // Some were written down as the text that they were, and cut.
            let is_text = theirs["body"].is_string() && mine.is_object();
            match theirs["status"].as_u64() {
                Some(400..) => {
                    let said = |value: &Value| value["message"].as_str().map(worded);
                    if said(&theirs["body"]) != said(&mine) {
                        found.push(format!("says {} and not {}", mine["message"], theirs["body"]["message"]));
                    }
                }
                _ if is_text => {}
                _ => missing(&theirs["body"], &mine, "", &mut found),
            }
            let headers = theirs["headers"].as_object().into_iter().flatten();
            for (name, _) in headers.filter(|(name, _)| HEADERS.contains(&name.as_str())) {
                // Refusals had tags once.
                let is_gone = name == "etag" && exchange.answer.status >= 400;
                if !is_gone && !exchange.answer.headers.contains_key(name) {
                    found.push(format!("header {name}"));
                }
            }
            found
        });
        for difference in differences.min_by_key(Vec::len).unwrap_or_default() {
            match DIFFERENT.iter().find(|(at, what, _)| at == named && *what == difference) {
                Some((at, what, _)) => used.push(format!("{at} {what}")),
                None => problems.push(format!("{named}: {difference}")),
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    for (gap, why) in MISSING {
        assert!(used.iter().any(|used| used == gap), "{gap} is given: {why}");
    }
    for (at, what, why) in DIFFERENT {
        assert!(used.contains(&format!("{at} {what}")), "{at} {what} is no difference: {why}");
    }
}

/// A message without what it names.
fn worded(message: &str) -> String {
    message.split('\'').step_by(2).collect::<Vec<_>>().join("'…'")
}

/// Whether a gap is about this message alone: `GET /user 401: Bad credentials`.
fn is_message(gap: &str, named: &str, entry: &Value) -> bool {
    let message = entry["response"]["body"]["message"].as_str();
    message.is_some_and(|message| gap == format!("{named}: {message}"))
}
