//! What workflows read, workflows, and their runs as records.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::scene::{FRIEND, OWNER, READER, Scene};

const HELLO: &str = "/repos/contoso/hello";
const DEPLOY: &str = "\
name: deploy
run-name: deploy ${{ inputs.environment }} ${{ inputs.version }}
on:
  workflow_dispatch:
    inputs:
      environment: {required: true, type: choice, options: [dev, qa]}
      version: {required: true}
      promotion: {default: 'y'}
jobs:
  approve: {runs-on: ubuntu-24.04, environment: '${{ inputs.environment }}-approval'}
  deploy: {name: Deploy, needs: approve, runs-on: ubuntu-24.04, steps: [{name: Render}, {name: Push}]}
";

impl Scene {
    /// The repository with two workflows.
    pub(super) async fn with_workflows(&self) {
        let listening = "on: {repository_dispatch: {types: [ready]}, push: {}}\njobs: {a: {runs-on: x}}";
        for (name, text) in [("deploy.yml", DEPLOY), ("listen.yaml", listening)] {
            let body = json!({"message": "m", "content": STANDARD.encode(text)});
            self.done(201, "PUT", &format!("{HELLO}/contents/.github/workflows/{name}"), body).await;
        }
    }

    /// Seals a secret as clients do, and sends it.
    pub(super) async fn seal(&self, level: &str, name: &str, value: &str) -> u16 {
        let key = self.document(&format!("{HELLO}/{level}/secrets/public-key")).await;
        let bytes = STANDARD.decode(key["key"].as_str().unwrap()).unwrap();
        let public = crypto_box::PublicKey::from_slice(&bytes).unwrap();
        let sealed = public.seal(&mut crypto_box::aead::OsRng, value.as_bytes()).unwrap();
        let body = json!({"key_id": key["key_id"], "encrypted_value": STANDARD.encode(sealed)});
        self.ask(OWNER, "PUT", &format!("{HELLO}/{level}/secrets/{name}"), body).await.status
    }
}

#[tokio::test]
async fn a_secret_arrives_sealed_and_is_told_to_nobody() {
    let scene = Scene::set().await;
    scene.done(200, "PUT", &format!("{HELLO}/environments/dev"), Value::Null).await;
    assert_eq!(scene.seal("actions", "cd_bootstrap_token", "hunter2").await, 201);
    assert_eq!(scene.seal("actions", "CD_BOOTSTRAP_TOKEN", "hunter3").await, 204, "names know no case");
    assert_eq!(scene.seal("environments/dev", "AZURE", "hunter4").await, 201);
    let told = scene.get(&format!("{HELLO}/actions/secrets")).await;
    assert_eq!((told.json()["total_count"].clone(), told.text.contains("hunter")), (json!(1), false));
    assert_eq!(told.json()["secrets"][0]["name"], "CD_BOOTSTRAP_TOKEN");
    scene.server.with_github(|hub, _| {
        assert_eq!(hub.secret("contoso/hello", None, "CD_BOOTSTRAP_TOKEN").as_deref(), Some("hunter3"));
        assert_eq!(hub.secret("contoso/hello", Some("dev"), "AZURE").as_deref(), Some("hunter4"));
        let debug = format!("{hub:?}");
        assert!(!debug.contains("hunter") && !debug.contains(OWNER), "what is written down keeps secrets");
    });
    let secret = format!("{HELLO}/actions/secrets");
    let key = scene.document(&format!("{secret}/public-key")).await["key_id"].clone();
    for (name, body, told) in [
        (
            "GITHUB_X",
            json!({"key_id": key, "encrypted_value": "AAAA"}),
            "Secret names must not start with GITHUB_.",
        ),
        ("X", json!({"key_id": key, "encrypted_value": "AAAA"}), "improperly encrypted secret"),
        ("X", json!({"encrypted_value": "AAAA"}), "Invalid request.\n\n\"key_id\" wasn't supplied."),
    ] {
        assert_eq!(
            scene.refused(OWNER, "PUT", &format!("{secret}/{name}"), body).await,
            (422, told.to_owned())
        );
    }
    scene.done(204, "DELETE", &format!("{secret}/CD_BOOTSTRAP_TOKEN"), Value::Null).await;
    assert_eq!(scene.get(&format!("{secret}/CD_BOOTSTRAP_TOKEN")).await.status, 404);
}

#[tokio::test]
async fn variables_are_the_repositorys_or_an_environments() {
    let scene = Scene::set().await;
    scene.done(200, "PUT", &format!("{HELLO}/environments/dev%2Fone"), json!({"wait_timer": 5})).await;
    let shown = scene.document(&format!("{HELLO}/environments/dev%2Fone")).await;
    assert_eq!((&shown["name"], &shown["protection_rules"][0]["wait_timer"]), (&json!("dev/one"), &json!(5)));
    for level in ["actions", "environments/dev%2Fone"] {
        let all = format!("{HELLO}/{level}/variables");
        let body = json!({"name": "next_environment", "value": "qa"});
        scene.done(201, "POST", &all, body.clone()).await;
        let twice = (409, "Already exists - Variable already exists".to_owned());
        assert_eq!(scene.refused(OWNER, "POST", &all, body).await, twice);
        let one = format!("{all}/NEXT_ENVIRONMENT");
        scene.done(204, "PATCH", &one, json!({"value": "prod"})).await;
        assert_eq!(scene.document(&one).await["value"], "prod");
        assert_eq!(scene.document(&all).await["total_count"], 1);
        scene.done(204, "DELETE", &one, Value::Null).await;
        assert_eq!(scene.get(&one).await.status, 404);
    }
    scene.done(204, "DELETE", &format!("{HELLO}/environments/dev%2Fone"), Value::Null).await;
    assert_eq!(scene.get(&format!("{HELLO}/environments/dev%2Fone/variables")).await.status, 404);
    assert_eq!(scene.refused(FRIEND, "PUT", &format!("{HELLO}/environments/x"), Value::Null).await.0, 403);
}

#[tokio::test]
async fn a_dispatch_names_its_run() {
    let scene = Scene::set().await;
    scene.with_workflows().await;
    let workflows = scene.document(&format!("{HELLO}/actions/workflows")).await;
    let names: Vec<_> =
        workflows["workflows"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["deploy", ".github/workflows/listen.yaml"]);
    let dispatches = format!("{HELLO}/actions/workflows/deploy.yml/dispatches");
    let inputs = json!({"environment": "dev", "version": "0.0.1-7"});
    let body = json!({"ref": "main", "inputs": inputs, "return_run_details": true});
    let run = scene.done(200, "POST", &dispatches, body).await["workflow_run_id"].as_u64().unwrap();
    scene.done(204, "POST", &dispatches, json!({"ref": "main", "inputs": inputs})).await;
    let shown = scene.document(&format!("{HELLO}/actions/runs/{run}")).await;
    assert_eq!((&shown["display_title"], &shown["status"]), (&json!("deploy dev 0.0.1-7"), &json!("queued")));
    scene.server.with_github(|hub, _| {
        assert_eq!(hub.inputs("contoso/hello", run).unwrap()["promotion"], "y", "defaults are given");
    });
    let runs = scene.document(&format!("{HELLO}/actions/workflows/deploy.yml/runs?branch=main")).await;
    assert_eq!((&runs["total_count"], &runs["workflow_runs"][0]["run_number"]), (&json!(2), &json!(2)));
    let listening = format!("{HELLO}/actions/workflows/listen.yaml/dispatches");
    for (target, body, told) in [
        (
            &dispatches,
            json!({"ref": "main", "inputs": {"environment": "dev"}}),
            "Required input 'version' not provided",
        ),
        (
            &dispatches,
            json!({"ref": "main", "inputs": {"environment": "x", "version": "1"}}),
            "Provided value 'x' for input 'environment' not in the list of allowed values",
        ),
        (
            &dispatches,
            json!({"ref": "main", "inputs": {"other": "x"}}),
            "Unexpected inputs provided: [\"other\"]",
        ),
        (&dispatches, json!({"ref": "none"}), "No ref found for: none"),
        (&dispatches, json!({}), "Invalid request.\n\n\"ref\" wasn't supplied."),
        (&listening, json!({"ref": "main"}), "Workflow does not have 'workflow_dispatch' trigger"),
    ] {
        assert_eq!(scene.refused(OWNER, "POST", target, body).await, (422, told.to_owned()));
    }
    let refused = scene.refused(READER, "POST", &dispatches, json!({"ref": "main"})).await;
    assert_eq!(refused, (403, "Resource not accessible by personal access token".to_owned()));
}

#[tokio::test]
async fn a_run_ends_once_and_its_log_lies_elsewhere() {
    let scene = Scene::set().await;
    scene.with_workflows().await;
    scene.done(204, "POST", &format!("{HELLO}/dispatches"), json!({"event_type": "other"})).await;
    scene
        .done(
            204,
            "POST",
            &format!("{HELLO}/dispatches"),
            json!({"event_type": "ready", "client_payload": {"a": 1}}),
        )
        .await;
    let runs = scene.document(&format!("{HELLO}/actions/runs?event=repository_dispatch")).await;
    assert_eq!(runs["total_count"], 1);
    let run = runs["workflow_runs"][0]["id"].as_u64().unwrap();
    let one = format!("{HELLO}/actions/runs/{run}");
    let job = scene.document(&format!("{one}/jobs")).await["jobs"][0]["id"].clone();
    let log = format!("{HELLO}/actions/jobs/{job}/logs");
    assert_eq!(scene.get(&log).await.status, 404, "nothing is printed yet");
    assert!(scene.server.with_github(|hub, now| hub.conclude(
        "contoso/hello",
        run,
        "success",
        "it works\n",
        now
    )));
    let found = scene.get(&log).await;
    assert_eq!(found.status, 302);
    let location = found.headers["location"].strip_prefix(scene.server.url()).unwrap().to_owned();
    let client = super::super::client::Client::new(scene.server.authority(), scene.server.url(), "");
    assert_eq!(client.get(&location).await.text, "it works\n");
    let other = if location.ends_with('0') { '1' } else { '0' };
    let guessed = format!("{}{other}", &location[..location.len() - 1]);
    assert_ne!(client.get(&guessed).await.text, "it works\n");
    let told = (409, "Cannot cancel a workflow run that is completed.".to_owned());
    assert_eq!(scene.refused(OWNER, "POST", &format!("{one}/cancel"), Value::Null).await, told);
    scene.done(201, "POST", &format!("{one}/rerun"), Value::Null).await;
    assert_eq!(scene.document(&one).await["run_attempt"], 2);
    scene.done(202, "POST", &format!("{one}/cancel"), Value::Null).await;
    scene.done(204, "DELETE", &one, Value::Null).await;
    assert_eq!(scene.get(&one).await.status, 404);
    let workflow = format!("{HELLO}/actions/workflows/listen.yaml");
    scene.done(204, "PUT", &format!("{workflow}/disable"), Value::Null).await;
    let told = (403, "Unable to disable a workflow that is not active.".to_owned());
    assert_eq!(scene.refused(OWNER, "PUT", &format!("{workflow}/disable"), Value::Null).await, told);
}
