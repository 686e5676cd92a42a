//! Each way in which the gate ends, as its transcript in `golden/gate`: the page, wide and in 80 columns, and the exit code.
//! Ages are left out, and so are the spaces that align what stands beside them.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use snapbox::{Data, assert_data_eq};

use super::scene::GateScene;

/// What of a page is the same in every run.
fn steady(text: &str, scene: &GateScene, commits: &[String]) -> String {
    let mut text = text.replace(scene.lab.git_url().trim_start_matches("https://"), "git.example");
    for (number, commit) in commits.iter().enumerate() {
        let name = format!("COMMIT{}", number + 1);
        text = text.replace(commit, &name).replace(&commit[..7], &name);
    }
    text.lines().map(line_without_ages).collect()
}

fn line_without_ages(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.first() == Some(&"$") {
        return format!("{line}\n");
    }
    let ago = |at: usize| words[at..].iter().take(3).skip(1).any(|word| word.starts_with("ago"));
    let steady = words.iter().enumerate().map(|(at, word)| match word {
        word if is_age(word) => "AGE",
        word if ago(at) && word.parse::<u32>().is_ok() => "SOME",
        word => word,
    });
    format!("{}{}\n", &line[..indent], steady.collect::<Vec<_>>().join(" "))
}

/// `95s`, `7m`, `2h5m`, and the number before `min ago`.
fn is_age(word: &str) -> bool {
    let rest = word.trim_end_matches(['s', 'm', 'h', 'd']);
    rest.len() < word.len()
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || "smhd".contains(c))
}

/// The gate in a table and wide, each in a scene of its own; `set` returns the commits that it made.
async fn assert_ends(name: &str, words: &[&str], set: impl AsyncFn(&GateScene) -> Vec<String>) {
    let mut text = String::new();
    for format in ["table", "wide"] {
        let scene = GateScene::set().await;
        let commits = set(&scene).await;
        let first = commits.first().map_or("", String::as_str).to_owned();
        let words: Vec<&str> =
            words.iter().map(|word| if *word == "COMMIT1" { &first } else { *word }).collect();
        let ended = scene.gate(&[&words[..], &["-o", format]].concat()).await;
        let lines = format!(
            "$ kubectl gitops-status {} -o {format}\n{}exit code {}\n\n",
            [&["--wait"], &words[..]].concat().join(" "),
            ended.out,
            ended.exit.code()
        );
        text += &steady(&lines, &scene, &commits);
    }
    let file = format!("{}/golden/gate/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    assert_data_eq!(text, Data::read_from(Path::new(&file), None).raw());
}

#[tokio::test]
async fn passed() {
    assert_ends("passed", &[], async |scene| vec![scene.deploy("0.0.1-13")]).await;
}

#[tokio::test]
async fn superseded() {
    let set = async |scene: &GateScene| vec![scene.deploy("0.0.1-13"), scene.deploy("0.0.1-14")];
    assert_ends("superseded", &["--revision", "COMMIT1"], set).await;
}

#[tokio::test]
async fn suspended() {
    let set = async |scene: &GateScene| {
        scene.change("lab-2", json!({"suspend": true})).await;
        vec![scene.deploy("0.0.1-13")]
    };
    assert_ends("suspended", &[], set).await;
}

#[tokio::test]
async fn offline_and_deferred() {
    let set = async |scene: &GateScene| {
        scene.lab.cut_from_azure("lab-2", true);
        scene.lab.step(Duration::from_secs(1800));
        vec![scene.deploy("0.0.1-13")]
    };
    assert_ends("offline", &[], set).await;
    assert_ends("deferred", &["--offline", "defer"], set).await;
}

#[tokio::test]
async fn cluster_missing() {
    let set = async |scene: &GateScene| {
        scene.keep_to("    clusters: [edge-1, lab-2, edge-9]\n");
        vec![scene.deploy("0.0.1-13")]
    };
    assert_ends("cluster-missing", &[], set).await;
}

#[tokio::test]
async fn no_configuration() {
    assert_ends("no-configuration", &["--target", "nowhere"], async |_| vec![]).await;
}

#[tokio::test]
async fn failed() {
    assert_ends("failed", &["--timeout", "1h"], async |scene| vec![scene.deploy("0.0.1-66")]).await;
}

#[tokio::test]
async fn still_pending_at_the_deadline() {
    let set = async |scene: &GateScene| {
        scene.stop_controller("lab-2").await;
        vec![scene.deploy("0.0.1-13")]
    };
    assert_ends("pending", &["--timeout", "10m"], set).await;
}

#[tokio::test]
async fn readiness_unknown() {
    let set = async |scene: &GateScene| {
        let unawaited = json!({"kustomizations": {"hello-dev": {"path": "./hello/", "wait": false}}});
        scene.change("lab-2", unawaited).await;
        vec![scene.deploy("0.0.1-13")]
    };
    assert_ends("readiness-unknown", &["--timeout", "30m"], set).await;
}

/// What a cluster says reaches no terminal raw, whatever it is.
#[tokio::test]
async fn hostile_texts_are_told_harmless() {
    let scene = GateScene::set().await;
    let manifest = "apiVersion: v1\nkind: \"Con\\e[31mfig\\u202e\\u0007Map\"\nmetadata: {name: \"x\\r\\n::error::y\\e]8;;https://evil.example\\e\\\\\"}\n";
    scene.commit(super::scene::GITOPS, "dev", "break it", &[("hello/gen_manifests.yaml", manifest)]);
    for format in ["table", "wide", "json", "yaml", "name"] {
        let ended = scene.gate(&["-o", format, "--timeout", "30m"]).await;
        ended.assert_exit(3);
        for text in [&ended.out, &ended.err] {
            let raw =
                text.chars().find(|c| c.is_control() && *c != '\n' || ('\u{202a}'..='\u{202e}').contains(c));
            assert_eq!(raw, None, "{format}: {text:?}");
        }
    }
}
