//! Command lines that cannot be used: what a person reads, and what a program reads that asked for a document.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::support::{Ended, Program};

/// Every way of asking for JSON, alone and beside another mistake.
const JSON: [&[&str]; 14] = [
    &["-o", "json", "--no-such-flag"],
    &["-ojson", "--no-such-flag"],
    &["-o=json", "--no-such-flag"],
    &["--output", "json", "--no-such-flag"],
    &["--output=json", "--no-such-flag"],
    &["-wo", "json", "--no-such-flag"],
    &["-wojson", "--no-such-flag"],
    &["-wo=json", "--no-such-flag"],
    &["-vo", "json", "--no-such-flag"],
    &["--no-such-flag", "-o", "json"],
    &["-z", "-wo", "json"],
    &["-n", "Not_A_Name", "-ojson"],
    &["Surplus", "--output", "json"],
    &["-n", "-o", "json"],
];

fn check_json(ended: &Ended, what: &str) {
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{what}: {}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{what}: {}", ended.stderr);
    check_error(&serde_json::from_str(&ended.stderr).expect("JSON"), what);
}

fn check_error(document: &Value, what: &str) {
    let fields = ["apiVersion", "kind", "code"].map(|name| document[name].as_str().unwrap_or_default());
    assert_eq!(fields, ["gitops.dev/v1", "Error", "UsageInvalid"], "{what}: {document}");
    assert_eq!(document["exitCode"], 2, "{what}: {document}");
    let is_text = |name: &str| document[name].as_str().is_some_and(|text| !text.is_empty());
    assert!(is_text("message") && is_text("hint"), "{what}: {document}");
}

#[test]
fn every_way_of_asking_for_json_gets_a_line_of_it() {
    let program = Program::new();
    for words in JSON {
        check_json(&program.status(words), &format!("{words:?}"));
        let words: Vec<&str> = std::iter::once("status").chain(words.iter().copied()).collect();
        check_json(&program.run("kubectl-gitops", &words), &format!("{words:?}"));
    }
}

#[test]
fn the_front_refuses_in_json_too() {
    let program = Program::new();
    for words in [
        ["unheard", "-o", "json"].as_slice(),
        &["unheard", "-wojson"],
        &["unheard", "--output=json", "-x"],
        &["-o", "json", "status"],
        &["-n", "dev-hello", "status", "-o", "json"],
        &["--no-such-flag", "-ojson"],
        &["help", "unheard", "-o", "json"],
        &["lab", "replay", "no-such-recording", "-o", "json"],
        &["lab", "-o", "json"],
        &["lab", "reply", "-ojson"],
    ] {
        check_json(&program.run("kubectl-gitops", words), &format!("{words:?}"));
    }
}

#[test]
fn what_another_program_is_asked_for_is_not_asked_of_us() {
    let program = Program::new();
    for words in [["-n", "Not_A_Name", "--", "-o", "json"].as_slice(), &["-n", "Not_A_Name", "-nojson"]] {
        let ended = program.status(words);
        assert_eq!(ended.code, Some(2));
        assert!(ended.stderr.starts_with("error: "), "{words:?}: {}", ended.stderr);
    }
}

#[test]
fn whoever_asks_for_yaml_gets_it() {
    let program = Program::new();
    for words in [["-o", "yaml", "--no-such-flag"].as_slice(), &["--no-such-flag", "-wo", "yaml"]] {
        let ended = program.status(words);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
        check_error(&serde_saphyr::from_str(&ended.stderr).expect("YAML"), &format!("{words:?}"));
    }
}

#[test]
fn a_person_reads_the_mistake_and_what_is_nearest_to_it() {
    let program = Program::new();
    let ended = program.status(&["-A", "--wach"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert_data_eq!(
        ended.stderr,
        str![[r#"
error: unexpected argument '--wach' found

hint: a similar argument exists: '--watch'

"#]]
    );
    assert_data_eq!(
        program.status(&["-o", "jsn"]).stderr,
        str![[r#"
error: invalid value 'jsn' for '--output <FORMAT>' [possible values: table, wide, json, yaml, name]

hint: a similar value exists: 'json'

"#]]
    );
    assert_data_eq!(
        program.run("kubectl-gitops", &["lab", "replay"]).stderr,
        str![[r#"
error: the following required arguments were not provided: <NAME>, <COMMAND>...

hint: see kubectl gitops-lab replay --help

"#]]
    );
}
