//! Several contexts, at one of which nobody can sign in: the others are shown, and it is named.

use gitops_core::model::Exit;
use serde_json::{Value, json};

use super::clusters::{kubeconfig, lab};
use crate::support::InProcess;

const WORDS: [&str; 5] = ["dev-hello", "--context", "east", "--context", "west"];

/// `west` has a way of signing in that kubectl does not know any more.
fn without_sign_in(kubeconfig: &str, contexts: &[&str]) -> String {
    let mut config: Value = serde_json::from_str(kubeconfig).expect("JSON");
    for user in config["users"].as_array_mut().expect("users") {
        if contexts.iter().any(|context| user["name"] == *context) {
            user["user"] = json!({"auth-provider": {"name": "azure"}});
        }
    }
    config.to_string()
}

#[tokio::test]
async fn a_context_that_nobody_can_sign_in_at_is_a_row() {
    let (east, west) = (lab("default").await, lab("default").await);
    let config = without_sign_in(&kubeconfig(&[("east", &east), ("west", &west)]), &["west"]);
    let session = InProcess::new(&config, east.now());
    let exit = session.run(&WORDS, kubectl_gitops_status::run).await;
    assert_eq!(exit, Exit::Done, "{}", session.err());
    let page = session.out();
    assert!(page.contains("east      dev           Deployed"), "{page}");
    assert!(page.contains("1 Deployed in context east; no answer from west"), "{page}");
    assert!(page.contains("cluster   west: cannot sign in at "), "{page}");
    let exit = session.run(&[&WORDS[..], &["--exit-code"]].concat(), kubectl_gitops_status::run).await;
    assert_eq!(exit, Exit::Failed, "nobody knows whether something has failed there");
}

/// A script that reads rows alone is told on stderr what is not among them.
#[tokio::test]
async fn rows_alone_leave_what_was_not_checked_to_stderr() {
    let (east, west) = (lab("default").await, lab("default").await);
    let config = without_sign_in(&kubeconfig(&[("east", &east), ("west", &west)]), &["west"]);
    for further in [["-o", "name"], ["--no-headers", "-A"]] {
        let session = InProcess::new(&config, east.now());
        let words: Vec<&str> = WORDS.into_iter().skip(1).chain(further).collect();
        let words = if further[0] == "-o" { [&WORDS[..1], &words].concat() } else { words };
        assert_eq!(session.run(&words, kubectl_gitops_status::run).await, Exit::Done, "{}", session.err());
        assert!(session.err().starts_with("not checked in west: cannot sign in at "), "{}", session.err());
        assert!(!session.out().contains("west"), "{}", session.out());
    }
}

#[tokio::test]
async fn names_of_two_clusters_are_what_kubectl_takes() {
    let (east, west) = (lab("default").await, lab("default").await);
    let session = InProcess::new(&kubeconfig(&[("east", &east), ("west", &west)]), east.now());
    let exit = session.run(&[&WORDS[..], &["-o", "name"]].concat(), kubectl_gitops_status::run).await;
    assert_eq!(exit, Exit::Done, "{}", session.err());
    assert_eq!(session.out(), "namespace/dev-hello --context east\nnamespace/dev-hello --context west\n");
}

#[tokio::test]
async fn where_nobody_can_sign_in_at_all_it_fails() {
    let (east, west) = (lab("empty").await, lab("empty").await);
    let config = without_sign_in(&kubeconfig(&[("east", &east), ("west", &west)]), &["east", "west"]);
    let session = InProcess::new(&config, east.now());
    assert_eq!(session.run(&WORDS, kubectl_gitops_status::run).await, Exit::Failed);
    assert!(session.err().starts_with("error: cannot sign in at "), "{}", session.err());
}

/// A context that is not there is a mistake of whoever typed it.
#[tokio::test]
async fn a_context_that_is_not_there_is_a_usage_error() {
    let east = lab("empty").await;
    let session = InProcess::new(&kubeconfig(&[("east", &east)]), east.now());
    assert_eq!(session.run(&WORDS, kubectl_gitops_status::run).await, Exit::Usage, "{}", session.out());
}
