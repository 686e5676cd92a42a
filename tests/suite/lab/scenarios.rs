//! What a lab begins with.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Scenario, Settings};
use serde_json::{Value, json};

use super::client::Client;

async fn lab_of(scenario: Scenario) -> (Lab, Client) {
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().unwrap());
    let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
    let lab = Lab::start(settings).await.unwrap();
    let client = Client::of_lab(&lab);
    (lab, client)
}

fn parsed(spec: &str) -> Scenario {
    let text =
        format!("apiVersion: lab.gitops.dev/v1\nkind: Scenario\nmetadata: {{name: own}}\nspec: {spec}");
    Scenario::parse(&text).unwrap()
}

#[tokio::test]
async fn an_empty_lab_is_there_at_once() {
    let begin = Instant::now();
    let rounds = 5;
    for _ in 0..rounds {
        Lab::start(Settings::default()).await.unwrap();
    }
    let each = begin.elapsed() / rounds;
    assert!(each < Duration::from_millis(500), "{each:?}; 50 ms is what it should be on a machine at rest");
}

/// A lab that began with the default so long ago, at a time.
async fn default_at(ago: SignedDuration, now: Timestamp) -> Lab {
    let mut scenario = BuiltIn::named("default").unwrap().document();
    scenario.spec.ago = ago;
    let settings = Settings { scenario: Some(scenario), clock: Clock::Stepped(now), ..Settings::default() };
    Lab::start(settings).await.unwrap()
}

/// What Flux says of the default's objects, without counts and addresses.
fn told_by_flux(lab: &Lab) -> Vec<Value> {
    let names = ["dev", "qa"].into_iter().flat_map(|environment| {
        [
            format!("source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/hello-{environment}"),
            format!(
                "kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/hello-{environment}-hello-{environment}"
            ),
        ]
    });
    let status = |name: String| {
        let mut status = lab.get(&format!("/apis/{name}")).unwrap()["status"].clone();
        // How long a check of health took is another number every time.
        for condition in status["conditions"].as_array_mut().unwrap() {
            let message = condition["message"].as_str().unwrap();
            let unnumbered = message.split_once("passed in ").map(|(told, _)| json!(told));
            condition["message"] = unnumbered.unwrap_or_else(|| condition["message"].clone());
        }
        json!([
            name,
            status["conditions"],
            status["observedGeneration"],
            status["history"][0]["lastReconciled"]
        ])
    };
    names.map(status).collect()
}

#[tokio::test]
async fn what_is_left_out_of_the_past_leaves_no_trace() {
    let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    let minutes = SignedDuration::from_mins(3);
    let begun = default_at(minutes, now).await;
    // A past of ten milliseconds, and then every round of three minutes.
    let instant = SignedDuration::from_millis(10);
    let played = default_at(instant, now - minutes + instant).await;
    played.step((minutes - instant).unsigned_abs());
    // Both tell of the same commits, which are named after their times.
    let (begun, played) = (told_by_flux(&begun), told_by_flux(&played));
    assert_eq!(begun.len(), 4);
    assert_eq!(begun, played);
    assert!(begun.iter().all(|told| told[1][0]["status"] == "True"), "{begun:?}");
}

/// How often a lab's cluster was written to.
fn writes(lab: &Lab) -> u64 {
    let namespaces = lab.get("/api/v1/namespaces").unwrap();
    namespaces["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_longer_past_takes_no_longer_to_play() {
    let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
    let (minutes, half_an_hour) = (SignedDuration::from_mins(3), SignedDuration::from_mins(30));
    let (default, older) = (default_at(minutes, now).await, default_at(half_an_hour, now).await);
    // What stands for the time that it takes: 673 writes when every round was played.
    assert!((300..450).contains(&writes(&default)), "{}", writes(&default));
    assert!(writes(&older) < writes(&default) + 30, "{}", writes(&older));
}

#[tokio::test]
async fn the_default_is_a_cluster_with_arc_and_a_pipeline() {
    let (lab, client) = lab_of(BuiltIn::named("default").unwrap().document()).await;
    let azure = client.document("/api/v1/namespaces/azure-arc/configmaps/azure-clusterconfig").await;
    assert_eq!(azure["data"]["AZURE_RESOURCE_NAME"], "edge-1");
    for (namespace, least) in [("azure-arc", 8), ("flux-system", 6)] {
        let pods = client.document(&format!("/api/v1/namespaces/{namespace}/pods")).await;
        let ready = |pod: &&Value| pod["status"]["phase"] == "Running";
        assert_eq!(pods["items"].as_array().unwrap().iter().filter(ready).count(), least, "{namespace}");
    }
    let source = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories/hello-dev";
    let source = client.document(source).await;
    assert_eq!(source["spec"]["url"], format!("{}/contoso/hello-gitops", lab.git_url()));
    for branch in ["dev", "qa"] {
        let url = format!("{}/contoso/hello-gitops", lab.git_url());
        let found = lab.git().find(&url, lab.git_token("pull"), &format!("refs/heads/{branch}")).unwrap();
        let files = lab.git().files(&found.repository, &found.commit).unwrap();
        assert_eq!(files[".github/tracking/Version"], b"0.0.1-12\n");
    }
    assert_eq!(lab.git_token("nobody"), None);
}

#[tokio::test]
async fn a_scenario_of_ones_own_can_build_on_another_and_happen_earlier() {
    let spec = r#"
  base: arc
  ago: 5m
  kubernetesVersion: v1.31.14
  namespaces: [{name: own}]
  fates: [{image: "shaky:*", outcome: crash}]
  deployments: [{namespace: own, name: shaky, image: "shaky:1"}]
  faults: [{path: /readyz, times: 1, effect: {status: {code: 500}}}]
  objects:
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: azure-clusterconfig, namespace: azure-arc}, data: {AZURE_REGION: northeurope}}
"#;
    let (lab, client) = lab_of(parsed(spec)).await;
    assert_eq!(client.get("/readyz").await.status, 500);
    assert_eq!(client.document("/version").await["gitVersion"], "v1.31.14");
    let nodes = client.document("/api/v1/nodes").await;
    assert_eq!(nodes["items"][0]["status"]["nodeInfo"]["kubeletVersion"], "v1.31.14");
    assert_eq!(client.document("/openapi/v3/api/v1").await["info"]["version"], "v1.31.14");
    let azure = client.document("/api/v1/namespaces/azure-arc/configmaps/azure-clusterconfig").await;
    assert_eq!(azure["data"]["AZURE_REGION"], "northeurope");
    assert_eq!(azure["data"]["AZURE_RESOURCE_NAME"], "edge-1", "what is not given stays");
    let created = |object: &Value| -> Timestamp {
        object["metadata"]["creationTimestamp"].as_str().unwrap().parse().unwrap()
    };
    let own = client.document("/api/v1/namespaces/own").await;
    assert_eq!(lab.now().duration_since(created(&own)).as_mins(), 5);
    assert_eq!(lab.now().duration_since(created(&azure)).as_mins(), 60);
    let pods = client.document("/api/v1/namespaces/own/pods").await;
    let state = &pods["items"][0]["status"]["containerStatuses"][0]["state"];
    assert_eq!(state["waiting"]["reason"], "CrashLoopBackOff", "{state}");
}

#[tokio::test]
async fn a_scenario_that_cannot_be_put_on_says_why() {
    for (spec, told) in [
        ("{base: nowhere}", "there is no scenario nowhere to build on"),
        ("{base: default, ago: 2h}", "scenario own is not later than scenario default, which it builds on"),
        (
            "{objects: [{apiVersion: v9, kind: Pod, metadata: {name: a}}]}",
            "object Pod a cannot be made: v9 Pod is not served",
        ),
        (
            "{objects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: nowhere}}]}",
            "object ConfigMap nowhere/a cannot be made: namespaces \"nowhere\" not found",
        ),
        ("{objects: [{kind: \"${lab.gti}\"}]}", "there is no ${lab.gti}"),
        (
            "{base: default, repositories: [{name: contoso/hello-gitops, branches: {dev: {message: m, edits: {a: [{find: b, with: c}]}}}}]}",
            "a of contoso/hello-gitops has no \"b\" to edit",
        ),
        ("{repositories: [{name: hello}]}", "repository cannot be made"),
        (
            "{faults: [{path: /a, site: lab-9, effect: half}]}",
            "the fault of /a cannot happen: there is no site \"lab-9\", only lab",
        ),
    ] {
        let settings = Settings { scenario: Some(parsed(spec)), ..Settings::default() };
        let error = Lab::start(settings).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.to_string(), told, "{spec}");
    }
}

#[tokio::test]
async fn objects_whose_state_is_told_acknowledge_what_is_asked() {
    let annotated = json!({"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": "now"}}});
    for (scenario, path) in [
        ("helm", "/apis/helm.toolkit.fluxcd.io/v2/namespaces/prod-shop/helmreleases/shop"),
        ("oci", "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/ocirepositories/fleet"),
    ] {
        let (_lab, client) = lab_of(BuiltIn::named(scenario).unwrap().document()).await;
        for (patch, is_observed, handled) in [
            (json!({"spec": {"suspend": true}}), false, None),
            (annotated.clone(), false, None),
            (json!({"spec": {"suspend": false}}), true, Some("now")),
        ] {
            let media = ("Content-Type", "application/merge-patch+json");
            let sent =
                client.send_with("PATCH", path, &[media], patch.to_string().as_bytes()).await.whole().await;
            assert_eq!(sent.status, 200, "{scenario}: {}", sent.text);
            let object = client.document(path).await;
            let (generation, status) = (&object["metadata"]["generation"], &object["status"]);
            let observed = [&status["observedGeneration"], &status["conditions"][0]["observedGeneration"]];
            assert_eq!(
                observed.map(|observed| observed == generation),
                [is_observed; 2],
                "{scenario} {patch}"
            );
            assert_eq!(status["lastHandledReconcileAt"].as_str(), handled, "{scenario} {patch}");
        }
    }
    let (_lab, client) = lab_of(BuiltIn::named("oci-unverified").unwrap().document()).await;
    let source = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/ocirepositories/fleet";
    assert_eq!(client.document(source).await["spec"]["ref"], json!({"semver": ">=1.3.0"}));
}

#[tokio::test]
async fn tokens_of_a_scenario_are_what_github_issues() {
    let spec = r#"
  ago: 10m
  repositories:
    - {name: contoso/hello, branches: {main: {message: first, files: {readme: "hello\n"}}}}
  tokens:
    - {name: pull, repositories: contoso/*, right: read}
    - {name: writer, actor: ada, role: write, repositories: contoso/hello, permissions: {contents: write}, expires: 1h}
    - {name: classic, actor: ada, scopes: [repo]}
    - {name: app, kind: installation, actor: "promoter[bot]", repositories: [contoso/hello], permissions: {statuses: write}}
    - {name: run, run: 7, repositories: contoso/hello, permissions: {contents: read}}
"#;
    let (lab, _) = lab_of(parsed(spec)).await;
    let ask = async |token: &str, method: &str, rest: &str, body: &str| {
        let client = Client::new(lab.authority(), lab.git_url(), lab.git_token(token).unwrap());
        let target = format!("/api/v3/repos/contoso/hello{rest}");
        client.send_with(method, &target, &[("User-Agent", "tests")], body.as_bytes()).await.whole().await
    };
    let tip = lab.git().tip("contoso/hello", "main").unwrap().unwrap();
    let (blob, statuses) = (r#"{"content": "x"}"#, format!("/statuses/{tip}"));
    for (token, method, rest, body, status) in [
        ("pull", "GET", "/contents/readme", "", 200),
        ("pull", "POST", "/git/blobs", blob, 403),
        ("writer", "POST", "/git/blobs", blob, 201),
        ("writer", "GET", "/pulls", "", 403),
        ("classic", "POST", "/git/blobs", blob, 201),
        ("classic", "PATCH", "", "{}", 403),
        ("app", "POST", &statuses, r#"{"state": "success"}"#, 201),
        ("app", "GET", "/contents/readme", "", 403),
        ("run", "GET", "/contents/readme", "", 200),
        ("run", "POST", "/git/blobs", blob, 403),
    ] {
        let answer = ask(token, method, rest, body).await;
        assert_eq!(answer.status, status, "{token} {method} {rest}: {}", answer.text);
    }
    let statuses = ask("run", "GET", &format!("/commits/{tip}/statuses"), "").await;
    assert_eq!(statuses.status, 403, "{}", statuses.text);
    let actor = lab.git().actor(lab.git_token("app").unwrap()).unwrap();
    assert_eq!((actor.login(), actor.starts_workflows()), ("promoter[bot]", true));
    // An hour after it happened is fifty minutes from here.
    lab.step(Duration::from_secs(49 * 60));
    assert_eq!(ask("writer", "POST", "/git/blobs", blob).await.status, 201);
    lab.step(Duration::from_secs(60));
    assert_eq!(ask("writer", "POST", "/git/blobs", blob).await.status, 401);
    assert_eq!(ask("classic", "POST", "/git/blobs", blob).await.status, 201);
}
