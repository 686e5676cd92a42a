//! Runs that live: what starts them, whom they wait for, and how runners end them on the lab's clock.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use kubectl_gitops_lab::{AccessToken, Area, Clock, Lab, Permissions, Scenario, Settings};
use serde_json::{Value, json};

use super::super::client::Client;
use super::scene::{FRIEND, OWNER, READER, Scene};

const HELLO: &str = "/repos/contoso/hello";

/// A repository with a workflow, whose runs are taken after 10 seconds and end 20 seconds later.
const TAKEN: &str = "
apiVersion: lab.gitops.dev/v1
kind: Scenario
metadata: {name: taken}
spec:
  runners:
    - {starts: 10s, after: 20s}
    - {workflow: broken.yml, starts: 10s, after: 20s, conclusion: failure, step: Build image}
    - {workflow: endless.yml, starts: 10s}
  repositories:
    - name: contoso/hello
      branches:
        main:
          message: Say hello
          files:
            .github/workflows/ci.yml: &ci |
              on: {push: {branches: [main]}}
              jobs:
                build: {runs-on: x, steps: [{name: Check out}, {name: Build image}, {name: Push image}]}
                dispatch: {runs-on: x, needs: build, steps: [{name: Dispatch}]}
            .github/workflows/broken.yml: *ci
            .github/workflows/endless.yml: *ci
";

/// A lab whose clock stands, and whoever runs it.
struct Stepped {
    lab: Lab,
    client: Client,
}

impl Stepped {
    async fn set(scenario: &str) -> Self {
        let clock = Clock::Stepped("2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap());
        let scenario = Some(Scenario::parse(scenario).unwrap());
        let lab = Lab::start(Settings { scenario, clock, ..Settings::default() }).await.unwrap();
        let client = Client::new(lab.authority(), lab.git_url(), lab.git_token("admin").unwrap());
        Self { lab, client }
    }

    async fn get(&self, target: &str) -> Value {
        let target = format!("/api/v3{HELLO}/actions{target}");
        self.client.send_with("GET", &target, &[("User-Agent", "tests")], b"").await.whole().await.json()
    }

    /// The only run of a workflow.
    async fn run(&self, workflow: &str) -> Value {
        let runs = self.get(&format!("/workflows/{workflow}/runs")).await;
        assert_eq!(runs["total_count"], 1, "{workflow}");
        runs["workflow_runs"][0].clone()
    }

    /// The jobs of it, each with its steps, as far as they are.
    async fn jobs(&self, workflow: &str) -> Vec<String> {
        let run = self.run(workflow).await["id"].clone();
        let jobs = self.get(&format!("/runs/{run}/jobs")).await;
        jobs["jobs"].as_array().unwrap().iter().map(described).collect()
    }
}

fn progress(value: &Value) -> String {
    let text = |field: &str| value[field].as_str().map(str::to_owned);
    text("conclusion").or_else(|| text("status")).unwrap()
}

fn described(job: &Value) -> String {
    let steps = job["steps"].as_array().unwrap().iter();
    let steps: Vec<_> =
        steps.map(|step| format!("{}={}", step["name"].as_str().unwrap(), progress(step))).collect();
    format!("{}: {}; {}", job["name"].as_str().unwrap(), progress(job), steps.join(", "))
}

#[tokio::test]
async fn a_runner_takes_and_ends_a_run_on_the_labs_clock() {
    let scene = Stepped::set(TAKEN).await;
    let queued = scene.run("ci.yml").await;
    assert_eq!((&queued["status"], &queued["event"]), (&json!("queued"), &json!("push")));
    assert_eq!(scene.jobs("ci.yml").await, ["build: queued; "], "the second job needs the first one");
    scene.lab.step(Duration::from_secs(10));
    let running = "build: in_progress; Set up job=success, Check out=in_progress, Build image=queued, \
                   Push image=queued, Complete job=queued";
    assert_eq!(scene.jobs("ci.yml").await, [running]);
    scene.lab.step(Duration::from_secs(20));
    for (workflow, conclusion, jobs) in [
        (
            "ci.yml",
            "success",
            vec![
                "build: success; Set up job=success, Check out=success, Build image=success, Push image=success, Complete job=success",
                "dispatch: success; Set up job=success, Dispatch=success, Complete job=success",
            ],
        ),
        (
            "broken.yml",
            "failure",
            vec![
                "build: failure; Set up job=success, Check out=success, Build image=failure, Push image=skipped, Complete job=success",
                "dispatch: skipped; ",
            ],
        ),
    ] {
        let run = scene.run(workflow).await;
        let told = [&run["status"], &run["conclusion"], &run["updated_at"]];
        assert_eq!(told, ["completed", conclusion, "2026-03-01T12:00:30Z"], "{workflow}");
        assert_eq!(scene.jobs(workflow).await, jobs, "{workflow}");
    }
    scene.lab.step(Duration::from_secs(3 * 24 * 3600));
    assert_eq!(scene.run("endless.yml").await["status"], "in_progress");
}

impl Scene {
    async fn write(&self, token: &str, branch: &str, path: &str, text: &str, message: &str) -> Value {
        let body = json!({"message": message, "content": STANDARD.encode(text), "branch": branch});
        let answer = self.ask(token, "PUT", &format!("{HELLO}/contents/{path}"), body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    /// What pushes have started: workflow, branch and title, the oldest first.
    async fn pushed(&self) -> Vec<String> {
        let runs = self.document(&format!("{HELLO}/actions/runs?event=push")).await;
        let text = |run: &Value, field: &str| run[field].as_str().unwrap().to_owned();
        let line = |run: &Value| {
            let path = text(run, "path");
            let file = path.rsplit('/').next().unwrap();
            format!("{file} {}: {}", text(run, "head_branch"), text(run, "display_title"))
        };
        let mut lines: Vec<_> = runs["workflow_runs"].as_array().unwrap().iter().map(line).collect();
        lines.reverse();
        lines
    }
}

#[tokio::test]
async fn a_push_starts_what_its_own_branch_says() {
    let scene = Scene::set().await;
    let folder = ".github/workflows";
    let notify = "on: {push: {branches: ['*', '!main'], paths: ['**/values.yaml']}}\njobs: {a: {runs-on: x}}";
    scene
        .write(OWNER, "main", &format!("{folder}/ci.yml"), "on: push\njobs: {a: {runs-on: x}}", "Add ci")
        .await;
    scene.write(OWNER, "main", &format!("{folder}/notify.yml"), notify, "Add notify").await;
    scene.branch("dev", "dev/values.yaml", "a: 1").await;
    scene.write(OWNER, "dev", "readme2", "x", "Describe it").await;
    scene.write(OWNER, "main", "skipped", "x", "Describe it [skip ci]").await;
    let may = Permissions::of(&[Area::Contents.write()]);
    scene.server.host().issue("job", AccessToken::job("contoso/hello", 7, &may));
    scene.write("job", "main", "written-by-a-job", "x", "Count up").await;
    scene.done(204, "PUT", &format!("{HELLO}/actions/workflows/ci.yml/disable"), Value::Null).await;
    scene.write(OWNER, "main", "unheard", "x", "Nobody listens").await;
    scene.done(204, "PUT", &format!("{HELLO}/actions/workflows/ci.yml/enable"), Value::Null).await;
    let expected = [
        "ci.yml main: Add ci",
        "ci.yml main: Add notify",
        "ci.yml dev: Add notify",
        "ci.yml dev: write dev/values.yaml",
        "notify.yml dev: write dev/values.yaml",
        "ci.yml dev: Describe it",
    ];
    assert_eq!(scene.pushed().await, expected);
}

#[tokio::test]
async fn a_run_waits_for_the_reviewers_of_an_environment() {
    let scene = Scene::set().await;
    scene.with_workflows().await;
    let grace = scene.ask(FRIEND, "GET", "/user", Value::Null).await.json()["id"].clone();
    let reviewers = json!({"reviewers": [{"type": "User", "id": grace}], "prevent_self_review": true});
    let environment = scene.done(200, "PUT", &format!("{HELLO}/environments/dev-approval"), reviewers).await;
    let deploy = format!("{HELLO}/actions/workflows/deploy.yml/dispatches");
    let body = json!({"ref": "main", "return_run_details": true,
        "inputs": {"environment": "dev", "version": "1"}});
    let mut runs = Vec::new();
    for _ in 0..2 {
        let run = scene.done(200, "POST", &deploy, body.clone()).await["workflow_run_id"].clone();
        runs.push(format!("{HELLO}/actions/runs/{run}"));
    }
    let waiting =
        scene.document(&format!("{HELLO}/actions/runs?status=waiting&head_sha={}", scene.tip("main"))).await;
    assert_eq!(waiting["total_count"], 2);
    let pending = format!("{}/pending_deployments", runs[0]);
    let shown = scene.document(&pending).await[0].clone();
    let told = (&shown["environment"]["name"], &shown["reviewers"][0]["reviewer"]["login"]);
    assert_eq!(told, (&json!("dev-approval"), &json!("grace")));
    assert_eq!(shown["current_user_can_approve"], false);
    assert_eq!(
        scene.ask(FRIEND, "GET", &pending, Value::Null).await.json()[0]["current_user_can_approve"],
        true
    );
    let review = |state: &str| json!({"environment_ids": [environment["id"]], "state": state, "comment": ""});
    assert_eq!(scene.refused(OWNER, "POST", &pending, review("approved")).await.0, 403);
    assert_eq!(scene.refused(READER, "POST", &pending, review("approved")).await.0, 403);
    assert_eq!(scene.refused(FRIEND, "POST", &pending, review("maybe")).await.0, 422);
    let other = json!({"environment_ids": [1], "state": "approved", "comment": ""});
    let told = (422, "No pending deployment requests to approve or reject".to_owned());
    assert_eq!(scene.refused(FRIEND, "POST", &pending, other).await, told);
    for (run, state, status, conclusion) in
        [(&runs[0], "approved", "queued", Value::Null), (&runs[1], "rejected", "completed", json!("failure"))]
    {
        let target = format!("{run}/pending_deployments");
        let deployments = scene.ask(FRIEND, "POST", &target, review(state)).await;
        assert_eq!(
            (deployments.status, &deployments.json()[0]["environment"]),
            (200, &json!("dev-approval"))
        );
        let shown = scene.document(run).await;
        assert_eq!((&shown["status"], &shown["conclusion"]), (&json!(status), &conclusion));
        assert_eq!(scene.document(&target).await, json!([]));
        assert_eq!(scene.refused(FRIEND, "POST", &target, review(state)).await.0, 422);
    }
}
