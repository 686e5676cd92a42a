//! Two clusters that have a namespace of the same name, followed at once.

use std::time::Duration;

use gitops_core::model::Exit;
use gitops_core::model::cluster::Kind;
use jiff::Timestamp;
use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::{Value, json};

use crate::support::{InProcess, patch};

const NOW: &str = "2026-01-02T03:04:05Z";

pub(super) async fn lab(scenario: &str) -> Lab {
    let clock = Clock::Stepped(NOW.parse().expect("a time"));
    let scenario = BuiltIn::named(scenario).expect("a scenario").document();
    let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
    Lab::start(settings).await.expect("a lab")
}

/// One kubeconfig with the context of each lab under a name of its own; the first is the current one.
pub(super) fn kubeconfig(labs: &[(&str, &Lab)]) -> String {
    let mut merged = json!({"apiVersion": "v1", "kind": "Config", "current-context": labs[0].0});
    let mut lists = [("clusters", "cluster"), ("users", "user"), ("contexts", "context")]
        .map(|(list, entry)| (list, entry, Vec::new()));
    for (name, lab) in labs {
        let own: Value = serde_json::from_str(&lab.kubeconfig()).expect("JSON");
        for (list, entry, entries) in &mut lists {
            let mut value = own[&*list][0][&*entry].clone();
            if *entry == "context" {
                (value["cluster"], value["user"]) = (json!(name), json!(name));
            }
            let mut named = json!({"name": name});
            named[&*entry] = value;
            entries.push(named);
        }
    }
    for (list, _, entries) in lists {
        merged[list] = json!(entries);
    }
    merged.to_string()
}

fn documents(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a document a line")).collect()
}

/// Standing, applied revision and cluster of each environment of a document.
fn standings(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let environments = document["environments"].as_array().expect("environments");
    environments
        .iter()
        .map(|environment| (text(&environment["cluster"]), text(&environment["standing"])))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(cluster, standing)| ((*cluster).to_owned(), (*standing).to_owned())).collect()
}

#[tokio::test]
async fn facts_verdicts_and_documents_of_two_clusters_stay_apart() {
    let (east, west) = (lab("default").await, lab("suspended").await);
    let now: Timestamp = east.now().max(west.now());
    let session = InProcess::new(&kubeconfig(&[("east", &east), ("west", &west)]), now);
    let words = ["dev-hello", "--context", "east", "--context", "west", "--watch", "-o", "json"];
    let watching = session.run(&words, kubectl_gitops_status::run);
    let changing = async {
        until_written(&session, 1).await;
        // What happens on one cluster is reported for that one alone.
        let suspend = json!({"spec": {"suspend": true}});
        patch(&east, Kind::Kustomization, "hello-dev-hello-dev", suspend).await;
        until_written(&session, 2).await;
        session.signals.interrupt();
    };
    let (exit, ()) = tokio::join!(watching, changing);
    assert_eq!(exit, Exit::Interrupted, "{}", session.err());
    let written = documents(&session.out());
    assert_eq!(standings(&written[0]), pairs(&[("east", "Deployed"), ("west", "Suspended")]));
    let last = written.last().expect("documents");
    assert_eq!(standings(last), pairs(&[("east", "Suspended"), ("west", "Suspended")]));
    // Each has its own facts: what one applied is not what the other did.
    let revision = |document: &Value, place: usize| document["environments"][place]["revision"].clone();
    assert_eq!(revision(&written[0], 0), revision(last, 0));
    assert_eq!(revision(&written[0], 1), revision(last, 1));
    assert!(written[0]["context"].is_null(), "each environment names its own cluster");
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_is_listed_and_the_other_is_shown() {
    let (east, west) = (lab("default").await, lab("default").await);
    let config = kubeconfig(&[("east", &east), ("west", &west)]);
    let fault = json!({"path": "/**", "effect": {"status": {"code": 403}}});
    west.inject(serde_json::from_value(fault).expect("a fault"));
    let session = InProcess::new(&config, east.now());
    let words = ["dev-hello", "--context", "east", "--context", "west"];
    let exit = session.run(&words, kubectl_gitops_status::run).await;
    assert_eq!(exit, Exit::Done, "{}", session.err());
    let page = session.out();
    assert!(page.starts_with("CLUSTER   ENVIRONMENT   STANDING"), "{page}");
    assert!(page.contains("east      dev           Deployed"), "{page}");
    assert!(page.contains("cluster   west: everything: not allowed"), "{page}");
}

#[tokio::test]
async fn watched_too_it_is_listed_and_is_no_environment() {
    let (east, west) = (lab("default").await, lab("default").await);
    let fault = json!({"path": "/**", "effect": {"status": {"code": 403}}});
    west.inject(serde_json::from_value(fault).expect("a fault"));
    let session = InProcess::new(&kubeconfig(&[("east", &east), ("west", &west)]), east.now());
    let words = ["dev-hello", "--context", "east", "--context", "west", "--watch", "-o", "json"];
    let watching = session.run(&words, kubectl_gitops_status::run);
    let changing = async {
        until_written(&session, 1).await;
        let suspend = json!({"spec": {"suspend": true}});
        patch(&east, Kind::Kustomization, "hello-dev-hello-dev", suspend).await;
        until_standing(&session, &pairs(&[("east", "Suspended")])).await;
        session.signals.interrupt();
    };
    tokio::time::timeout(Duration::from_secs(60), async { tokio::join!(watching, changing) })
        .await
        .unwrap_or_else(|_| panic!("not told: {}", session.out()));
    for document in documents(&session.out()) {
        assert_eq!(standings(&document).len(), 1, "{document}");
        let cluster = &document["worlds"][0];
        assert_eq!(
            (&cluster["world"], &cluster["why"]),
            (&json!("cluster"), &json!("not allowed")),
            "{document}"
        );
    }
}

/// A question to a cluster that is silent takes as long as `--request-timeout`. What happens on another one is
/// told meanwhile.
#[tokio::test]
async fn a_silent_cluster_holds_up_no_news_of_another() {
    let (east, west) = (lab("default").await, lab("default").await);
    let inject = |fault: Value| west.inject(serde_json::from_value(fault).expect("a fault"));
    inject(json!({"path": "/apis/kustomize**", "watch": true, "effect": {"status": {"code": 503}}}));
    let session = InProcess::new(&kubeconfig(&[("east", &east), ("west", &west)]), east.now());
    let words = "-n dev-hello --context east --context west --request-timeout 10s --watch -o json";
    let words: Vec<&str> = words.split(' ').collect();
    let watching = session.run(&words, kubectl_gitops_status::run);
    let changing = async {
        until_written(&session, 1).await;
        west.clear_journal();
        inject(json!({"path": "/apis/kustomize**", "watch": false, "effect": "silence"}));
        let is_question =
            |request: &Value| request["target"].as_str().is_some_and(|target| target.contains("limit="));
        while !requests(&west).iter().any(is_question) {
            session.clock.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let asked = std::time::Instant::now();
        let suspend = json!({"spec": {"suspend": true}});
        patch(&east, Kind::Kustomization, "hello-dev-hello-dev", suspend).await;
        until_written(&session, 2).await;
        session.signals.interrupt();
        asked.elapsed()
    };
    let (_, elapsed) = tokio::join!(watching, changing);
    assert!(elapsed < Duration::from_secs(8), "told after {elapsed:?}, when the silent cluster was given up");
}

fn requests(lab: &Lab) -> Vec<Value> {
    let journal = lab.journal();
    journal["requests"].as_array().or(journal.as_array()).expect("requests").clone()
}

#[tokio::test]
async fn what_is_advised_acts_on_the_cluster_it_is_about() {
    let (east, west) = (lab("default").await, lab("crash-loop").await);
    let config = kubeconfig(&[("east", &east), ("west", &west)]);
    let session = InProcess::new(&config, west.now());
    let words = ["dev-hello", "--context", "east", "--context", "west"];
    session.run(&words, kubectl_gitops_status::run).await;
    let page = session.out();
    assert!(page.contains("dev in dev-hello on west: Failed"), "{page}");
    assert!(page.contains("    kubectl --context west logs -n dev-hello "), "{page}");
}

#[tokio::test]
async fn a_cluster_that_is_lost_stays_as_it_was_and_the_other_goes_on() {
    let (east, west) = (lab("default").await, lab("default").await);
    let session = InProcess::new(&kubeconfig(&[("east", &east), ("west", &west)]), east.now());
    let words = ["dev-hello", "--context", "east", "--context", "west", "--watch", "-o", "json"];
    let words: Vec<&str> = words.iter().copied().chain(["--request-timeout", "2s"]).collect();
    let watching = session.run(&words, kubectl_gitops_status::run);
    let changing = async {
        until_written(&session, 1).await;
        drop(west);
        until_written(&session, 2).await;
        let suspend = json!({"spec": {"suspend": true}});
        patch(&east, Kind::Kustomization, "hello-dev-hello-dev", suspend).await;
        until_standing(&session, &pairs(&[("east", "Suspended"), ("west", "Deployed")])).await;
        session.signals.interrupt();
    };
    tokio::time::timeout(Duration::from_secs(60), async { tokio::join!(watching, changing) })
        .await
        .unwrap_or_else(|_| panic!("not told: {}", session.out()));
    let written = documents(&session.out());
    let last = written.last().expect("documents");
    let lost = last["lostContacts"].as_array().expect("a list");
    assert_eq!((lost.len(), &lost[0]["cluster"]), (1, &json!("west")), "{last}");
    assert_eq!(last["environments"][1]["asOf"], lost[0]["since"]);
    for document in &written {
        assert_eq!(standings(document)[1].1, "Deployed", "{document}");
    }
}

/// Waits until the newest document says so of each cluster.
async fn until_standing(session: &InProcess, expected: &[(String, String)]) {
    let newest = || documents(&session.out()).last().map(standings);
    while newest().as_deref() != Some(expected) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until `count` documents were written.
async fn until_written(session: &InProcess, count: usize) {
    let enough = async {
        while session.out().lines().count() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), enough).await.expect("written within a minute");
}

#[tokio::test]
async fn a_context_that_was_named_is_in_every_command_that_is_advised() {
    let (east, west) = (lab("default").await, lab("crash-loop").await);
    let config = kubeconfig(&[("east", &east), ("west", &west)]);
    let page = async |words: &[&str]| {
        let session = InProcess::new(&config, west.now());
        session.run(words, kubectl_gitops_status::run).await;
        session.out()
    };
    let named = page(&["-n", "dev-hello", "--context", "west"]).await;
    assert!(named.contains("    kubectl --context west logs -n dev-hello "), "{named}");
    assert!(!named.contains("    kubectl logs"), "{named}");
    let current = page(&["-n", "dev-hello"]).await;
    assert!(!current.contains("--context"), "{current}");
}
