//! Whose answer is given: another person's never, whatever says who signs in, and none that the cluster has refused
//! since.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::cache::kept;
use super::line::Typist;
use crate::support::{Server, listed, refused};

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().expect("a time")
}

/// A cluster with one namespace, called after the token of the one who asks.
fn cluster() -> Server {
    Server::start(|call| {
        listed(&[json!({ "kind": "Namespace", "metadata": { "name": format!("of-{}", call.token) } })], call)
    })
}

/// The same home with other variables.
fn with_variables(typist: &Typist, variables: &[(&str, &str)]) -> Typist {
    let home = typist.home.path().to_string_lossy().into_owned();
    let kubeconfig = format!("{home}/kubeconfig");
    let own = [("HOME", home.as_str()), ("KUBECONFIG", kubeconfig.as_str())];
    Typist::with_variables("", now(), &[&own, variables].concat())
}

#[tokio::test]
async fn a_variable_that_a_credential_plugin_reads_is_another_person() {
    let server = cluster();
    let typist = Typist::new("", now());
    let script = typist.home.path().join("credentials");
    let answer =
        r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}"#;
    std::fs::write(&script, format!("#!/bin/sh\nprintf '{answer}' \"$PROFILE\"\n")).expect("a file");
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).expect("permissions");
    let exec = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "command": script,
    }});
    std::fs::write(typist.home.path().join("kubeconfig"), server.kubeconfig_with(&exec)).expect("a file");
    for profile in ["jane", "joe"] {
        let typist = with_variables(&typist, &[("PROFILE", profile)]);
        assert_eq!(typist.words("status -n ").await, format!("of-{profile}"));
    }
    let asked = server.calls().len();
    let volatile =
        [("PROFILE", "jane"), ("PWD", "/elsewhere"), ("SHLVL", "7"), ("_", "x"), ("COMP_LINE", "kubectl x")];
    assert_eq!(with_variables(&typist, &volatile).words("status -n ").await, "of-jane");
    assert_eq!(server.calls().len(), asked, "what a shell changes by itself is no other person");
}

#[tokio::test]
async fn another_text_in_a_token_file_is_another_person() {
    let server = cluster();
    let typist = Typist::new("", now());
    let token = typist.home.path().join("token");
    let user = json!({ "tokenFile": token });
    std::fs::write(typist.home.path().join("kubeconfig"), server.kubeconfig_with(&user)).expect("a file");
    for person in ["jane", "joe"] {
        std::fs::write(&token, person).expect("a file");
        assert_eq!(typist.words("status -n ").await, format!("of-{person}"));
    }
}

#[tokio::test]
async fn an_answer_is_not_given_any_more_once_the_cluster_refuses() {
    for code in [401, 403] {
        let status = Arc::new(AtomicU16::new(200));
        let current = status.clone();
        let server = Server::start(move |call| match current.load(Ordering::SeqCst) {
            200 => listed(&[json!({ "kind": "Namespace", "metadata": { "name": "team-a" } })], call),
            code => refused(code),
        });
        let typist = Typist::new(&server.kubeconfig(), now());
        assert_eq!(typist.words("status -n ").await, "team-a");
        status.store(code, Ordering::SeqCst);
        typist.session.clock.advance(Duration::from_secs(6));
        assert_eq!(typist.words("status -n ").await, "dev-hello", "{code}: what the kubeconfig names");
        let kept = kept(&typist, "json");
        assert_eq!(kept.len(), 1);
        assert!(!std::fs::read_to_string(&kept[0]).expect("a file").contains("team-a"), "{code}");
    }
}
