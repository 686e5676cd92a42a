//! What counts as the same answer: everything but what every cluster gives anew (`tests/golden/README.md`), and
//! what the lab does not serve.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// Fields whose values every cluster gives anew, and the descriptions that `explain` prints. That they are there
/// counts.
const ANEW: [&str; 10] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "deletionTimestamp",
    "remainingItemCount",
    "continue",
    "serverAddress",
    "ca.crt",
    "pod-template-hash",
    "description",
];

/// Lists of what is served, by the field that names their items.
const SERVED: [(&str, &str); 5] = [
    ("groups", "name"),
    ("items", "metadata.name"),
    ("resources", "name"),
    ("resources", "resource"),
    ("subresources", "subresource"),
];

/// Times, durations, identifiers, addresses, generated endings, hashes of templates, and numbers of two digits and more.
static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    let parts = [
        r"\d{4}-\d\d-\d\dT[\d:.]+Z?",
        r"\b\d+(\.\d+)?(ms|s|m|h|d)(\d+s)?\b",
        r"[0-9a-f]{8}-[0-9a-f-]{27}",
        r"\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b",
        r"-[bcdfghjklmnpqrstvwxz2456789]{5}\b",
        r"[-=][456789bcdf]{8,10}\b",
        r"\.[0-9a-f]{16}\b",
        r"\b\d{2,}\b",
    ];
    Regex::new(&parts.join("|")).unwrap()
});

/// The first thing in which `here` is not what was `recorded`. `is_discovery`: what the recording has and the
/// lab does not serve is set aside.
pub(super) fn difference(recorded: &Value, here: &Value, is_discovery: bool) -> Option<String> {
    compare(recorded, here, "", is_discovery)
}

fn compare(recorded: &Value, here: &Value, path: &str, is_discovery: bool) -> Option<String> {
    match (recorded, here) {
        (Value::Object(one), Value::Object(other)) => {
            let mut names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            names.find_map(|name| {
                let (one, other) = (recorded.get(name), here.get(name));
                let path = format!("{path}.{name}");
                // A list of which nothing is served is not told at all.
                let unserved = is_discovery && SERVED.iter().any(|served| served.0 == name);
                match (one, other) {
                    (Some(_), Some(_)) if ANEW.contains(&name.as_str()) => None,
                    (Some(one), Some(other)) => compare(one, other, &path, is_discovery),
                    (Some(_), None) if unserved => None,
                    (one, _) => {
                        Some(format!("{path}: {}", if one.is_some() { "missing" } else { "too much" }))
                    }
                }
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            let one: Vec<&Value> =
                one.iter().filter(|item| !is_discovery || is_served(item, other)).collect();
            if one.len() != other.len() {
                return Some(format!("{path}: {} recorded, {} here", one.len(), other.len()));
            }
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(index, (one, other))| {
                compare(one, other, &format!("{path}[{index}]"), is_discovery)
            })
        }
        (Value::String(one), Value::String(other)) if plain(one) == plain(other) => None,
        (one, other) if one == other => None,
        (one, other) => Some(format!("{path}: recorded {one}, here {other}")),
    }
}

fn plain(text: &str) -> String {
    STAMP.replace_all(text, "~").into_owned()
}

/// Whether an item of a recorded list is among those that are served here; what has no name always is.
fn is_served(item: &Value, here: &[Value]) -> bool {
    SERVED.iter().all(|(_, path)| {
        let name =
            |item: &Value| path.split('.').try_fold(item.clone(), |value, field| value.get(field).cloned());
        name(item).is_none_or(|name_of_item| here.iter().any(|one| name(one).as_ref() == Some(&name_of_item)))
    })
}

#[test]
fn a_difference_is_found_and_what_is_given_anew_is_none() {
    let recorded =
        serde_json::json!({"metadata": {"uid": "1", "name": "a-x2k4p"}, "rows": [{"cells": ["a", "3s"]}]});
    let alike =
        serde_json::json!({"metadata": {"uid": "2", "name": "a-zzzzz"}, "rows": [{"cells": ["a", "9s"]}]});
    assert_eq!(difference(&recorded, &alike, false), None);
    for (other, told) in [
        (
            serde_json::json!({"metadata": {"uid": "2", "name": "b-x2k4p"}, "rows": [{"cells": ["a", "3s"]}]}),
            ".metadata.name",
        ),
        (
            serde_json::json!({"metadata": {"uid": "2", "name": "a-x2k4p"}, "rows": []}),
            ".rows: 1 recorded, 0 here",
        ),
        (serde_json::json!({"metadata": {"uid": "2", "name": "a-x2k4p"}}), ".rows: missing"),
        (
            serde_json::json!({"metadata": {"name": "a-x2k4p"}, "rows": [{"cells": ["a", "3s"]}]}),
            ".metadata.uid: missing",
        ),
        (
            serde_json::json!({"metadata": {"uid": "2", "name": "a-x2k4p", "b": 1}, "rows": [{"cells": ["a", "3s"]}]}),
            ".metadata.b: too much",
        ),
    ] {
        let found = difference(&recorded, &other, false).unwrap();
        assert!(found.starts_with(told), "{found}");
    }
    let told = |hash: &str| serde_json::json!(format!("ReplicaSet \"hello-{hash}\" is progressing."));
    assert_eq!(difference(&told("5978497f6c"), &told("5dbf7cdb8"), false), None);
    let groups = serde_json::json!({"groups": [{"name": "apps"}, {"name": "policy"}]});
    let fewer = serde_json::json!({"groups": [{"name": "apps"}]});
    assert_eq!(difference(&groups, &fewer, true), None);
    assert!(difference(&fewer, &groups, true).is_some(), "more than a real server has");
}
