//! What a kubeconfig and clusters offer: by a deadline, followed namespaces first, never more than may be read, and
//! nothing that a shell would run.

use std::time::Duration;

use clap::{Arg, Command};
use gitops_core::cli::COMPLETION_DEADLINE;
use jiff::Timestamp;
use kubectl_gitops_lab::{BuiltIn, Clock, Fault, Lab, Settings};
use serde_json::{Value, json};

use super::line::{Typist, words};
use crate::support::{Reply, Server, listed, refused};

const NOW: &str = "2026-01-02T03:04:05Z";

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

async fn lab() -> Lab {
    let scenario = BuiltIn::named("default").expect("the default").document();
    let settings = Settings { scenario: Some(scenario), clock: Clock::Stepped(now()), ..Settings::default() };
    Lab::start(settings).await.expect("a lab")
}

fn refusal(path: &str) -> Fault {
    let fault = json!({ "method": "GET", "path": path, "effect": { "status": { "code": 403 } } });
    serde_json::from_value(fault).expect("a fault")
}

#[tokio::test]
async fn namespaces_that_are_followed_come_first_and_say_of_what() {
    let lab = lab().await;
    let typist = Typist::new(&lab.kubeconfig(), now());
    let completion = typist.completion("status -n ").await.to_string();
    let lines: Vec<&str> = completion.lines().collect();
    assert_eq!(lines[..2], ["dev-hello\tenvironment dev of hello", "qa-hello\tenvironment qa of hello"]);
    assert!(lines[2..].contains(&"kube-system") && lines[2..].contains(&"flux-system"), "{completion}");
    assert_eq!(lines.last(), Some(&":36"), "{completion}");
}

#[tokio::test]
async fn every_spelling_of_a_namespace_is_completed() {
    let lab = lab().await;
    let typist = Typist::new(&lab.kubeconfig(), now());
    let first = |words: String| words.split(' ').next().map(str::to_owned);
    for (line, expected) in [
        ("status d", "dev-hello"),
        ("status dev-hello ", "qa-hello"),
        ("status -n q", "qa-hello"),
        ("status -nq", "-nqa-hello"),
        ("status -n=q", "qa-hello"),
        ("status -wnq", "-wnqa-hello"),
        ("status --namespace=q", "qa-hello"),
        ("reconcile --namespace ", "dev-hello"),
        ("reconcile -yn ", "dev-hello"),
        ("status --environment ", "dev"),
        ("status --env=q", "qa"),
        ("status --wait --target ", "hello"),
        ("status --target=h", "hello"),
    ] {
        assert_eq!(first(typist.words(line).await).as_deref(), Some(expected), "{line}");
    }
    for line in ["status -n x ", "status -A ", "reconcile ", "status -n nonsense"] {
        assert_eq!(typist.words(line).await, "", "{line}");
    }
}

#[tokio::test]
async fn a_value_is_known_by_its_name_in_help() {
    let lab = lab().await;
    let typist = Typist::new(&lab.kubeconfig(), now());
    let of = |name: &'static str| {
        let arguments =
            [Arg::new("target").long("target").value_name(name), Arg::new("context").long("context")];
        Command::new("later").args(arguments)
    };
    let offered = async |name: &'static str| words(&typist.completion_of(&of(name), "--target ").await);
    assert_eq!(offered("ENVIRONMENT").await, "dev qa");
    assert!(offered("NAMESPACE").await.starts_with("dev-hello qa-hello "));
    assert_eq!(offered("CONTEXT").await, "lab lab-viewer");
    assert_eq!(offered("TARGET").await, "hello");
    assert_eq!(offered("OTHER").await, "");
}

/// Another file, another context and another person are another question.
#[tokio::test]
async fn the_flags_of_the_line_select_the_cluster_and_the_person() {
    let server = cluster();
    let other = Server::start(|call| listed(&[namespace("elsewhere")], call));
    let typist = Typist::new(&server.kubeconfig(), now());
    let file = typist.home.path().join("other");
    std::fs::write(&file, other.kubeconfig()).expect("a file");
    let file = file.display();
    for line in [
        format!("status --kubeconfig {file} -n e"),
        format!("status --kubeconfig={file} -n e"),
        format!("status -w --kubeconfig={file} e"),
        "status --kubeconfig ~/other -n e".to_owned(),
    ] {
        assert_eq!(typist.words(&line).await, "elsewhere", "{line}");
    }
    assert_eq!(typist.words("status --context absent -n ").await, "");
    let before = server.calls().len();
    assert_eq!(typist.words("status --as=jane --as-group g -n team").await, "team-a");
    assert_eq!(typist.words("status --as jane --as-group=g -n team").await, "team-a");
    assert!(server.calls().len() > before, "another person was not asked for");
    let after = server.calls().len();
    assert_eq!(typist.words("status --as jane -n team").await, "team-a");
    assert!(server.calls().len() > after, "without the group it is another person");
}

#[tokio::test]
async fn contexts_are_read_without_asking_anybody() {
    let server = cluster();
    let hostile = ["$(touch x)", "a;b", "`touch x`", "a\nb", "\u{1b}[31m", "-n", "a b"];
    let mut kubeconfig: Value = serde_json::from_str(&server.kubeconfig()).expect("JSON");
    let contexts = kubeconfig["contexts"].as_array_mut().expect("contexts");
    for name in hostile.into_iter().chain(["edge"]) {
        contexts.push(json!({ "name": name, "context": { "cluster": "$(touch <(x))", "user": "u" } }));
    }
    let typist = Typist::new(&kubeconfig.to_string(), now());
    let completion = typist.completion("status --context ").await.to_string();
    assert_eq!(completion, "test\tcluster c, the current one\nedge\tcluster (touch \u{2039}(x))\n:36\n");
    assert_eq!(typist.words("status --context test --context ").await, "edge", "each once");
    assert!(server.calls().is_empty());
    let broken = Typist::new("contexts: {", now());
    assert_eq!(broken.completion("status --context ").await.to_string(), ":36\n");
    assert_eq!(broken.completion("status -n ").await.to_string(), ":36\n");
}

#[tokio::test]
async fn names_that_a_shell_would_run_are_not_offered() {
    let objects = ["$(touch x)", "a;b", "a\nb", "-A", "well"].map(namespace);
    let server = Server::start(move |call| listed(&objects, call));
    let typist = Typist::new(&server.kubeconfig(), now());
    for _ in ["from the cluster", "from the cache"] {
        assert_eq!(typist.words("status -n ").await, "well");
    }
}

#[tokio::test]
async fn what_may_not_be_read_is_taken_from_what_may() {
    let lab = lab().await;
    let typist = Typist::new(&lab.kubeconfig(), now());
    lab.inject(refusal("/api/v1/namespaces"));
    let words = typist.words("status -n ").await;
    assert!(words.starts_with("dev-hello qa-hello") && !words.contains("kube-system"), "{words}");
    lab.inject(refusal("/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations"));
    let typist = Typist::new(&lab.kubeconfig(), now());
    let words = typist.words("status -n ").await;
    assert!(words.starts_with("dev-hello qa-hello"), "those of Flux's own namespace: {words}");
    let server = Server::start(|_| refused(403));
    let typist = Typist::new(&server.kubeconfig(), now());
    assert_eq!(typist.words("status -n ").await, "dev-hello", "the namespace that the context names");
}

#[tokio::test]
async fn a_silent_cluster_costs_no_more_than_the_deadline() {
    let server = Server::start(|_| Reply::Hang);
    let typist = Typist::new(&server.kubeconfig(), now());
    let clock = typist.session.clock.clone();
    let waiting = typist.words("status -n ");
    let moved = async {
        while server.calls().is_empty() {
            tokio::task::yield_now().await;
        }
        clock.advance(COMPLETION_DEADLINE - Duration::from_millis(1));
        while clock.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_millis(1));
    };
    let (words, ()) = tokio::join!(waiting, moved);
    assert_eq!(words, "dev-hello", "what the kubeconfig names");
    assert_eq!(typist.session.clock.now().duration_since(now()).unsigned_abs(), COMPLETION_DEADLINE);
    assert!(COMPLETION_DEADLINE < Duration::from_millis(300));
}

/// A cluster with two namespaces.
fn cluster() -> Server {
    Server::start(|call| listed(&[namespace("team-a"), namespace("other")], call))
}

fn namespace(name: &str) -> Value {
    json!({ "kind": "Namespace", "metadata": { "name": name }, "status": { "phase": "Active" } })
}
