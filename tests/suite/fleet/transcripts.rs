//! The transcript of a fleet in each format, of names that are as they should be and of hostile ones. They are read by
//! reviewers; nothing in them may be raw.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::{Value, json};
use snapbox::{Data, assert_data_eq};

use super::azure::{HEAD, asked, azure, id, row};

const OLDER: &str = "0a0a0a02f941f7a0787e29e428e569152f66e7bf";

/// Some of everything.
fn mixed() -> (Vec<Value>, Vec<Value>) {
    let of = |cluster: &str, columns: Value| {
        let mut row = row(&columns);
        row["id"] = json!(id(cluster, "hello-dev"));
        row
    };
    let list = vec![
        of("edge-1", json!({"state": "Non-Compliant", "error": "health check failed after 30s"})),
        of("edge-2", json!({"state": "Suspended", "suspended": "true"})),
        of("edge-3", json!({"connectivity": "Offline"})),
        of("edge-4", json!({"waits": "no"})),
        of("edge-5", json!({"applied": "no"})),
        of("edge-6", json!({"state": "Non-Compliant", "missing": "yes"})),
    ];
    let mut summary = list.clone();
    summary.push(row(&json!({"configurations": 41})));
    summary.push(row(&json!({"configurations": 3, "branch": "qa", "revision": format!("qa@sha1:{OLDER}")})));
    (summary, list)
}

/// The same with names that nobody should see as they are.
fn hostile() -> (Vec<Value>, Vec<Value>) {
    let long = "x".repeat(10_000);
    let texts = [
        "a\u{1b}[2J\u{1b}]0;title\u{7}b",
        "b\u{1b}]8;;https://evil.example\u{1b}\\c\u{9b}31m",
        "c\nd\r\te\u{2028}f",
        "\u{202e}drowssap\u{2066}\u{200f}",
        long.as_str(),
        "$(touch /tmp/x); `id` | '\"",
    ];
    let of = |(number, text): (usize, &&str)| {
        row(&json!({
            "id": id(&format!("edge-{number}"), text), "branch": text, "url": format!("https://github.com/contoso/{text}"),
            "revision": format!("{text}@sha1:{HEAD}"), "error": text, "state": if number == 1 { text } else { "Non-Compliant" },
            "connectivity": if number == 2 { text } else { "Connected" }, "provisioning": text,
        }))
    };
    let rows: Vec<Value> = texts.iter().enumerate().map(of).collect();
    (rows.clone(), rows)
}

fn transcript((summary, list): (Vec<Value>, Vec<Value>)) -> String {
    let mut text = String::new();
    for format in ["table", "wide", "json", "name"] {
        let (_, ended) = asked(azure(summary.clone(), list.clone()), &["-o", format]);
        writeln!(text, "$ kubectl gitops-status --fleet -o {format}").expect("a text");
        // A reader needs no ten thousand letters to see that they are cut.
        let shown = ended.stdout.replace(&"x".repeat(10_000), "<10,000 letters>");
        writeln!(text, "{shown}{}[exit {}]\n", ended.stderr, ended.code.expect("a code")).expect("a text");
    }
    text
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(format!("{}/golden/fleet/{name}.txt", env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn a_fleet_is_told_as_its_transcript_has_it() {
    assert_data_eq!(transcript(mixed()), Data::read_from(&file("mixed"), None).raw());
}

#[test]
fn hostile_names_reach_no_terminal_raw() {
    let text = transcript(hostile());
    let steers = |c: &char| {
        c.is_control() && *c != '\n'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}')
    };
    assert_eq!(text.chars().find(steers), None);
    assert_data_eq!(text, Data::read_from(&file("hostile"), None).raw());
}
