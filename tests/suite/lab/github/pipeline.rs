//! The default scenario's three repositories, as people and Flux meet them.

use std::time::Duration;

use jiff::Timestamp;
use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::{Value, json};

use super::super::client::Client;

async fn lab() -> Lab {
    let clock = Clock::Stepped("2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap());
    let scenario = BuiltIn::named("default").map(BuiltIn::document);
    Lab::start(Settings { scenario, clock, ..Settings::default() }).await.unwrap()
}

/// Asks the lab's GitHub as whoever runs the lab.
async fn ask(lab: &Lab, method: &str, target: &str, body: Value) -> Value {
    let client = Client::new(lab.authority(), lab.git_url(), lab.git_token("admin").unwrap());
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let target = format!("/api/v3{target}");
    let answer = client.send_with(method, &target, &[("User-Agent", "tests")], &body).await.whole().await;
    assert!(answer.status < 300, "{method} {target}: {}", answer.text);
    if answer.text.is_empty() { Value::Null } else { answer.json() }
}

async fn get(lab: &Lab, target: &str) -> Value {
    ask(lab, "GET", target, Value::Null).await
}

#[tokio::test]
async fn a_pipeline_is_three_repositories_that_know_each_other() {
    let lab = lab().await;
    let listed = get(&lab, "/orgs/contoso/repos").await;
    let mut names: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["hello", "hello-configs", "hello-gitops"]);
    let variable = |repository: &'static str, name: &'static str| {
        let lab = &lab;
        async move { get(lab, &format!("/repos/contoso/{repository}/{name}")).await["value"].clone() }
    };
    for (repository, name, value) in [
        ("hello", "actions/variables/MANIFESTS_REPO", "contoso/hello-gitops"),
        ("hello", "actions/variables/CONFIGS_REPO", "contoso/hello-configs"),
        ("hello", "actions/variables/START_ENVIRONMENT", "dev"),
        ("hello", "environments/dev/variables/NEXT_ENVIRONMENT", "qa"),
        ("hello-configs", "actions/variables/SRC_REPO", "contoso/hello"),
        ("hello-gitops", "actions/variables/SRC_REPO", "contoso/hello"),
    ] {
        assert_eq!(variable(repository, name).await, value, "{repository} {name}");
    }
    let source = lab.git().tip("contoso/hello", "main").unwrap().unwrap();
    let deployed = lab.git().tip("contoso/hello-gitops", "dev").unwrap().unwrap();
    let files = lab.git().files("contoso/hello-gitops", &deployed).unwrap();
    assert_eq!(files[".github/tracking/Promoted_Commit_Id"], format!("{source}\n").as_bytes());
    let statuses = get(&lab, &format!("/repos/contoso/hello/commits/{source}/status")).await;
    assert_eq!((&statuses["state"], &statuses["total_count"]), (&json!("success"), &json!(2)));
    assert_eq!(get(&lab, "/repos/contoso/hello-gitops/labels/promoted").await["color"], "0e8a16");
    let user = get(&lab, "/user").await;
    assert_eq!(user["login"], "lab");
    for (repository, workflows, runs) in [("hello", 3, 5), ("hello-configs", 1, 2), ("hello-gitops", 1, 2)] {
        let listed = get(&lab, &format!("/repos/contoso/{repository}/actions/workflows")).await;
        assert_eq!(listed["total_count"], workflows, "{repository}");
        let runs_of = format!("/repos/contoso/{repository}/actions/runs");
        assert_eq!(get(&lab, &runs_of).await["total_count"], runs, "{repository}");
        assert_eq!(
            get(&lab, &format!("{runs_of}?status=success")).await["total_count"],
            runs,
            "{repository}"
        );
    }
}

#[tokio::test]
async fn flux_pulls_over_https_what_github_merged_and_trusts_the_authority_it_is_given() {
    let lab = lab().await;
    let kubernetes = Client::of_lab(&lab);
    let secret = "/api/v1/namespaces/flux-system/secrets/hello-dev-auth";
    let patch = json!({"stringData": {"ca.crt": lab.authority()}}).to_string();
    let headers = [("Content-Type", "application/merge-patch+json")];
    assert_eq!(
        kubernetes.send_with("PATCH", secret, &headers, patch.as_bytes()).await.whole().await.status,
        200
    );
    let gitops = "/repos/contoso/hello-gitops";
    let tip = lab.git().tip("contoso/hello-gitops", "dev").unwrap().unwrap();
    let body = json!({"ref": "refs/heads/deploy/1/dev", "sha": tip});
    ask(&lab, "POST", &format!("{gitops}/git/refs"), body).await;
    let body = json!({"message": "m", "content": "MC4wLjEtMTMK", "branch": "deploy/1/dev",
        "sha": get(&lab, &format!("{gitops}/contents/.github/tracking/Version?ref=dev")).await["sha"]});
    ask(&lab, "PUT", &format!("{gitops}/contents/.github/tracking/Version"), body).await;
    let body = json!({"title": "Deploy to 'dev' '0.0.1-13'", "head": "deploy/1/dev", "base": "dev"});
    let pull = ask(&lab, "POST", &format!("{gitops}/pulls"), body).await["number"].clone();
    let merged = ask(&lab, "PUT", &format!("{gitops}/pulls/{pull}/merge"), json!({})).await;
    lab.step(Duration::from_secs(30));
    let source = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/hello-dev";
    let found = kubernetes.document(source).await;
    let revision = format!("dev@sha1:{}", merged["sha"].as_str().unwrap());
    assert_eq!(found["status"]["artifact"]["revision"], json!(revision), "{}", found["status"]);
    assert_eq!(lab.git().tip("contoso/hello-gitops", "deploy/1/dev").unwrap(), None, "its branch is gone");
    let of_merge = format!("{gitops}/actions/runs?head_sha={}", merged["sha"].as_str().unwrap());
    let notified = get(&lab, &of_merge).await;
    let run = &notified["workflow_runs"][0];
    assert_eq!((&notified["total_count"], &run["name"]), (&json!(1), &json!("notify-on-pr")));
    assert_eq!((&run["head_branch"], &run["conclusion"]), (&json!("dev"), &json!("success")));
    // The index of merges has heard of it by now.
    let pulls = get(&lab, &format!("{gitops}/commits/{}/pulls", merged["sha"].as_str().unwrap())).await;
    assert_eq!(pulls[0]["number"], pull);
}
