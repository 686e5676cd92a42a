//! The transcript of every scenario of a pipeline: the table, the wide one, what documents hold, and how it ends. They
//! are read by reviewers: whoever sees the table alone must know what to do next.

use std::fmt::Write;

use kubectl_gitops_lab::ScenarioGroup;
use serde_json::Value;
use snapbox::{Data, assert_data_eq};

use super::scene::{Scene, file};

/// What a program reads of each environment, in lines.
fn described(document: &Value) -> String {
    let mut text = String::new();
    for environment in document["environments"].as_array().into_iter().flatten() {
        let id = environment["namespace"].as_str().or(environment["id"]["namespace"].as_str());
        let word = |value: &Value| value.as_str().map_or(String::new(), |word| format!(" {word}"));
        let line = |value: &Value| {
            format!("{}{}{}", word(&value["standing"]), word(&value["reason"]), word(&value["cause"]))
        };
        writeln!(text, "{}:{}", id.unwrap_or_default(), line(environment)).expect("a text");
        for remark in environment["remarks"].as_array().into_iter().flatten() {
            writeln!(text, "  remark{}", line(remark)).expect("a text");
        }
        for next in environment["next"].as_array().into_iter().flatten() {
            let (why, command) = (next["why"].as_str(), next["command"].as_str());
            writeln!(text, "  next {}: {}", why.expect("why"), verb(command.expect("a command")))
                .expect("a text");
        }
    }
    text
}

/// The beginning of a command: the transcript has the whole of it above.
fn verb(command: &str) -> String {
    command.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

async fn transcript(name: &str) -> String {
    let scene = Scene::set(name).await;
    let mut text = String::new();
    // Whether a commit was superseded is told to whoever asks for it.
    let before = scene.lab.git().ancestor("contoso/hello-gitops", "dev", 1).unwrap_or_default();
    let of_revision = ["--environment", "dev", "--revision", &before];
    let superseded = (name == "superseded").then_some(&of_revision[..]);
    for words in [&[][..], &["-o", "wide"], &["-o", "json"]].into_iter().chain(superseded) {
        let ended = scene.status(words).await;
        let told = match words {
            ["-o", "json"] => described(&serde_json::from_str(&ended.stdout).expect("JSON")),
            _ => scene.normalised(&ended.stdout),
        };
        let shown = [&["$ kubectl gitops-status -n dev-hello"], words].concat().join(" ");
        writeln!(text, "{shown}").expect("a text");
        text += &told;
        text += &scene.normalised(&ended.stderr);
        writeln!(text, "[exit {}]\n", ended.code.expect("a code")).expect("a text");
    }
    text
}

#[tokio::test]
async fn every_scenario_of_a_pipeline_is_told_as_its_transcript_has_it() {
    let of_pipelines =
        kubectl_gitops_lab::scenarios().iter().filter(|scenario| scenario.group == ScenarioGroup::Pipeline);
    for scenario in of_pipelines {
        let expected = Data::read_from(&file(scenario.name), None);
        assert_data_eq!(transcript(scenario.name).await, expected.raw());
    }
}
