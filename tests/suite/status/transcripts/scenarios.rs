//! The transcript of every scenario of a pipeline: the table, the wide one, what documents hold, and how it ends. They
//! are read by reviewers: whoever sees the table alone must know what to do next.

use std::fmt::Write;

use kubectl_gitops_lab::{ScenarioGroup, scenarios};
use regex::Regex;
use snapbox::{Data, assert_data_eq};

use super::described::described;
use super::scene::{Scene, file};

/// Scenarios whose exit code is shown, where it is asked for.
const WITH_EXIT_CODE: [&str; 3] = ["deployment-failed", "held", "next-behind"];

/// Scenarios of a cluster alone that show what no pipeline's does.
const OF_CLUSTERS: [&str; 4] = ["suspended", "azure-lag", "bad-token", "controller-stopped"];

async fn transcript(name: &str) -> String {
    let scene = Scene::set(name).await;
    let mut text = String::new();
    // Where a commit stands is told to whoever asks for it: one that was replaced, and one that is not fetched yet.
    let commit = match name {
        "superseded" => scene.lab.git().ancestor("contoso/hello-gitops", "dev", 1),
        "merged-not-fetched" => scene.lab.git().ancestor("contoso/hello-gitops", "dev", 0),
        _ => None,
    };
    let commit = commit.unwrap_or_default();
    let of_commit = ["--environment", "dev", "--revision", &commit];
    let of_commit = (!commit.is_empty()).then_some(&of_commit[..]);
    let exit_code = WITH_EXIT_CODE.contains(&name).then_some(&["--no-headers", "--exit-code"][..]);
    let all = [&[][..], &["-o", "wide"], &["-o", "json"]];
    for words in all.into_iter().chain(exit_code).chain(of_commit) {
        let ended = scene.status(words).await;
        let shown_text = match words {
            ["-o", "json"] => described(&serde_json::from_str(&ended.stdout).expect("JSON")),
            _ => scene.normalised(&ended.stdout),
        };
        let shown = [&["$ kubectl gitops-status -n dev-hello"], words].concat().join(" ");
        writeln!(text, "{shown}").expect("a text");
        text += &shown_text;
        text += &scene.normalised(&ended.stderr);
        writeln!(text, "[exit {}]\n", ended.code.expect("a code")).expect("a text");
    }
    text
}

/// The scenarios that have a transcript.
fn transcribed() -> impl Iterator<Item = &'static str> {
    let of_pipelines = scenarios().iter().filter(|scenario| scenario.group == ScenarioGroup::Pipeline);
    of_pipelines.map(|scenario| scenario.name).chain(OF_CLUSTERS)
}

/// That every third scenario is told as its transcript has it, beginning with this one.
async fn compare_transcripts(first: usize) {
    for name in transcribed().skip(first).step_by(3) {
        let expected = Data::read_from(&file(name), None);
        assert_data_eq!(transcript(name).await, expected.raw());
    }
}

#[tokio::test]
async fn every_scenario_is_told_as_its_transcript_has_it() {
    compare_transcripts(0).await;
}

#[tokio::test]
async fn every_scenario_is_told_as_its_transcript_has_it_from_the_second() {
    compare_transcripts(1).await;
}

#[tokio::test]
async fn every_scenario_is_told_as_its_transcript_has_it_from_the_third() {
    compare_transcripts(2).await;
}

/// Who reads a transcript sees the version that the scenario's commits speak of: their tracking files say so, too.
#[test]
fn scenarios_track_the_versions_that_they_deploy() {
    let deployed = Regex::new(r#"with: "hello:([^"]+)""#).expect("a pattern");
    for scenario in scenarios() {
        for version in deployed.captures_iter(scenario.text) {
            let tracked = format!(".github/tracking/Version: \"{}\\n\"", &version[1]);
            assert!(scenario.text.contains(&tracked), "{} does not track {}", scenario.name, &version[1]);
        }
    }
}
