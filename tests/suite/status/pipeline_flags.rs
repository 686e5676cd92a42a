//! Flags that select a pipeline by its name, and what of it is shown.

use std::collections::BTreeSet;

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::Value;

use super::objects::{environment, replaced};
use crate::support::{Program, Server, listed};

fn cluster() -> Vec<Value> {
    let neighbour = replaced(environment("dev-world"), &[("world-gitops", "hello-gitops")]);
    let stranger = replaced(environment("prod-hello"), &[("contoso/hello-gitops", "fabrikam/hello-gitops")]);
    let targets = replaced(environment("qa-hello"), &[(r#""path":"hello""#, r#""path":"./hello/east/""#)]);
    [environment("dev-hello"), targets, neighbour, stranger].concat()
}

fn program() -> (Server, Program) {
    let objects = cluster();
    let server = Server::start(move |call| listed(&objects, call));
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    (server, program)
}

#[test]
fn flags_leave_of_a_pipeline_what_is_asked_for() {
    let (_server, program) = program();
    for (words, expected) in [
        (&["--project", "contoso/hello"][..], &["dev-hello", "qa-hello"][..]),
        (&["--project", "Contoso/Hello"], &["dev-hello", "qa-hello"]),
        (&["--project", "contoso/hello-gitops"], &["dev-hello", "qa-hello"]),
        (&["--project", "hello", "--org", "fabrikam"], &["prod-hello"]),
        (&["--project", "contoso/world", "-n", "dev-hello"], &["dev-world"]),
        (&["-n", "dev-hello", "--environment", "QA"], &["qa-hello"]),
        (&["-n", "dev-hello", "--env", "dev"], &["dev-hello"]),
        (&["-A", "--environment", "dev"], &["dev-hello", "dev-world"]),
        (&["-n", "dev-hello", "--target", "hello"], &["dev-hello"]),
        (&["-n", "dev-hello", "--target", "./hello/"], &["dev-hello"]),
        (&["-n", "dev-hello", "--target", "hello/east"], &["qa-hello"]),
    ] {
        let ended = program.status(&[words, &["-o", "json"]].concat());
        assert_eq!(ended.code, Some(0), "{words:?}: {}", ended.stderr);
        let document: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let environments = document["environments"].as_array().expect("environments").iter();
        let namespaces: Vec<&str> = environments.filter_map(|one| one["namespace"].as_str()).collect();
        assert_eq!(namespaces, expected, "{words:?}");
    }
}

#[test]
fn what_is_not_there_is_told_with_what_there_is() {
    let (_server, program) = program();
    for (words, code, error, hint) in [
        (
            &["-n", "dev-hello", "--environment", "prod"][..],
            5,
            "there is no environment prod",
            "choose one of: dev, qa",
        ),
        (
            &["-n", "dev-hello", "--target", "hello/west/"],
            5,
            "there is no deployment target hello/west",
            "choose one of: hello, hello/east",
        ),
        (
            &["-n", "dev-hello", "--environment", "dev", "--target", "hello/east"],
            5,
            "there is no deployment target hello/east",
            "choose one of: hello",
        ),
        (
            &["--project", "contoso/none"],
            1,
            "nothing is known of project contoso/none",
            "check the name, and that the token may read the repository",
        ),
        (&["--project", "contoso/hello", "-A"], 2, "--project selects a pipeline", "leave one of them out"),
        (
            &["--project", "contoso/hello", "dev-hello"],
            2,
            "--project selects a pipeline",
            "leave one of them out",
        ),
        (&["--project", "hello"], 2, "project hello has no organisation", "--project <organisation>/hello"),
        (
            &["--project", "a/b/c"],
            2,
            "--project is not the name of a repository",
            "write <organisation>/<repository>",
        ),
    ] {
        let ended = program.status(words);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(code), ""), "{words:?}: {}", ended.stderr);
        assert!(ended.stderr.starts_with(&format!("error: {error}")), "{words:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(hint), "{words:?}: {}", ended.stderr);
    }
}

/// Where nothing is selected and the context's namespace follows nothing, the workflow's repository stands in for it.
#[test]
fn a_workflow_sees_the_pipeline_of_its_repository() {
    let (server, _) = program();
    let kubeconfig = server.kubeconfig().replace("dev-hello", "default");
    let program = Program::with_kubeconfig(&kubeconfig).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    let alone = program.status(&[]);
    assert_eq!(alone.code, Some(5), "{}", alone.stdout);
    let program = program.with("GITHUB_REPOSITORY", "contoso/hello");
    let ended = program.status(&[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let first: BTreeSet<&str> =
        ended.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(first.contains("dev") && first.contains("qa"), "{}", ended.stdout);
    let told = "shown is the pipeline of contoso/hello, from GITHUB_REPOSITORY";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert_eq!(program.status(&["-n", "default"]).code, Some(5), "what is asked for is not replaced");
}

async fn lab() -> Lab {
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
    let scenario = Some(BuiltIn::named("default").expect("the default").document());
    Lab::start(Settings { scenario, clock, ..Settings::default() }).await.expect("a lab")
}

/// What is said with GitHub alone: there is no kubeconfig.
async fn without_cluster(lab: &Lab, words: &'static [&'static str]) -> crate::support::Ended {
    let program = Program::new();
    let roots = program.file("roots.pem", lab.authority());
    let program = program
        .with("GITOPS_NOW", &lab.now().to_string())
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_SERVER_URL", lab.git_url())
        .with("GH_TOKEN", lab.git_token("push").expect("a token"));
    tokio::task::spawn_blocking(move || program.status(words)).await.expect("it ends")
}

#[tokio::test]
async fn a_project_is_shown_without_kubernetes_at_all() {
    let lab = lab().await;
    let ended = without_cluster(&lab, &["--project", "contoso/hello"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let rows: Vec<Vec<&str>> =
        ended.stdout.lines().skip(1).take(2).map(|line| line.split_whitespace().take(2).collect()).collect();
    assert_eq!(rows, [["dev", "Unknown"], ["qa", "Unknown"]], "{}", ended.stdout);
    assert!(ended.stdout.contains("cluster   no kubeconfig: "), "{}", ended.stdout);
    assert!(!ended.stdout.contains("github   "), "GitHub answered: {}", ended.stdout);
    let narrowed = without_cluster(&lab, &["--project", "contoso/hello", "--env", "qa", "-o", "json"]).await;
    let document: Value = serde_json::from_str(&narrowed.stdout).expect("JSON");
    let environments = document["environments"].as_array().expect("environments");
    assert_eq!(environments.len(), 1, "{document}");
    assert_eq!(environments[0]["environment"], "qa");
}

#[tokio::test]
async fn a_commit_that_no_repository_has_ends_with_where_it_was_looked_for() {
    let lab = lab().await;
    let ended = without_cluster(&lab, &["--project", "contoso/hello", "--revision", "abcdef1234567"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""), "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error: there is no commit abcdef1234567 in "), "{}", ended.stderr);
    // A watch that is asked for it ends alike, rather than wait for a commit that nobody has.
    let words = &["--project", "contoso/hello", "--revision", "abcdef1234567", "--watch", "-o", "json"];
    let watched = without_cluster(&lab, words).await;
    assert_eq!((watched.code, watched.stdout.as_str()), (Some(5), ""), "{}", watched.stderr);
    assert!(ended.stderr.contains("contoso/hello"), "{}", ended.stderr);
}
