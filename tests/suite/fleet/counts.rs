//! What is counted and what is listed.

use serde_json::{Value, json};

use super::scene::Scene;

/// The numbers of a list, each with the word before it.
fn numbers(list: &Value) -> Vec<(String, u64)> {
    let entries = list.as_array().into_iter().flatten();
    let pair = |entry: &Value| Some((entry["standing"].as_str()?.to_owned(), entry["count"].as_u64()?));
    entries.filter_map(pair).collect()
}

#[tokio::test]
async fn every_repository_is_counted_where_none_is_named() {
    let scene = Scene::of(400).await;
    let status = scene.document(scene.with_github(), &["-o", "json", "--limit", "3"]).await;
    assert_eq!(status["totals"], json!({"configurations": 402, "clusters": 101, "subscriptions": 1}));
    let expected = [("Failed", 17), ("Suspended", 7), ("Unknown", 4), ("Reconciling", 13), ("Deployed", 361)];
    let expected: Vec<(String, u64)> = expected.map(|(word, count)| (word.to_owned(), count)).to_vec();
    assert_eq!(numbers(&status["standings"]), expected);
    let listed = status["configurations"].as_array().expect("a list");
    assert!(listed.iter().all(|row| row["standing"] == "Failed"), "the worst first: {listed:?}");
    assert_eq!((listed.len(), &status["notListed"]), (3, &json!(38)));
    let versions: Vec<&Value> = status["counts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|count| count["repository"] == "contoso/hello-gitops")
        .map(|count| &count["version"])
        .collect();
    assert_eq!(versions, ["0.0.1-12", "0.0.1-12"], "GitHub tells which versions commits are");
    assert_eq!(scene.queries(), 3);
}

#[tokio::test]
async fn a_pipeline_is_found_from_a_namespace_a_project_or_by_convention() {
    let scene = Scene::of(40).await;
    for (program, words, configurations) in [
        (scene.with_github(), &["-n", "dev-hello", "-o", "json"][..], 2),
        (scene.program(), &["-n", "dev-hello", "-o", "json"], 2),
        (scene.with_github(), &["--project", "contoso/hello", "-o", "json"], 2),
        (scene.program(), &["--project", "contoso/hello", "--env", "qa", "-o", "json"], 1),
        (scene.program(), &["--project", "Contoso/Fleet", "-o", "json"], 40),
        (scene.with_github(), &["--project", "contoso/fleet", "--env", "main", "-o", "json"], 12),
    ] {
        let status = scene.document(program, words).await;
        assert_eq!(status["totals"]["configurations"], configurations, "{words:?}");
    }
}

#[tokio::test]
async fn nothing_that_follows_a_repository_is_not_found_and_says_who_looked() {
    let scene = Scene::of(0).await;
    let ended = scene.asked(scene.program(), &["--project", "contoso/nothing"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""));
    assert_eq!(
        ended.stderr.lines().next(),
        Some(
            "error: no Flux configuration that the credential from AZURE_CLIENT_SECRET may see follows contoso/nothing-gitops"
        )
    );
}

#[tokio::test]
async fn the_exit_code_tells_a_failure_where_that_is_wanted() {
    let scene = Scene::of(400).await;
    for (words, code) in [
        (&["--project", "contoso/fleet"][..], 0),
        (&["--project", "contoso/fleet", "--exit-code"], 3),
        (&["--project", "contoso/hello", "--exit-code"], 0),
    ] {
        let ended = scene.asked(scene.program(), words).await;
        assert_eq!(ended.code, Some(code), "{words:?}: {}", ended.stderr);
    }
}
