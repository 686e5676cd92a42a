//! The cluster that the recorder had in front of it: what is in its git repository, and the objects of Flux that
//! follow it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kubectl_gitops_lab::{Change, Clock, Lab, Right, Settings};
use serde_json::{Value, json};

use super::super::client::Client;

/// The end-to-end test of the exercise.
pub(super) const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: e2e-test, labels: {test-type: e2e}}
spec:
  backoffLimit: 0
  template:
    metadata: {labels: {app: e2e-test}}
    spec: {restartPolicy: Never, containers: [{name: probe, image: 'contoso.example/e2e:1'}]}
";

/// What a person applies.
pub(super) const APP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: dev-proj}
data: {k: v}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hello, namespace: dev-proj}
spec:
  selector: {matchLabels: {app: hello}}
  template: {metadata: {labels: {app: hello}}, spec: {containers: [{name: app, image: \"nginx:1\"}]}}
";

/// Definitions that the lab has and the recorded server had not.
const UNRECORDED: [&str; 2] = ["fluxconfigs.clusterconfig.azure.com", "helmreleases.helm.toolkit.fluxcd.io"];
/// How long the lab's clock may go on until something is so.
const PATIENCE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(50);

const FILES: [(&str, &str); 4] = [
    (
        "dev/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- app.yaml\n- \
         settings.yaml\n- service.yaml\n",
    ),
    (
        "dev/app.yaml",
        "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: hello, namespace: dev-hello}
spec:
  replicas: 2
  selector: {matchLabels: {app: hello}}
  template:
    metadata: {labels: {app: hello, app.kubernetes.io/name: hello}}
    spec: {containers: [{name: app, image: 'nginx:1'}]}
",
    ),
    (
        "dev/settings.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: dev-hello}\ndata: {v: '1'}\n",
    ),
    (
        "dev/service.yaml",
        "\
apiVersion: v1
kind: Service
metadata: {name: hello, namespace: dev-hello}
spec: {selector: {app: hello}, ports: [{port: 80, targetPort: 8080}]}
",
    ),
];

/// A lab without what the recorded server had not. Its clock is stepped, so that a slow machine makes nothing
/// older, and it is behind kubectl's: nothing is from the future.
pub(super) async fn lab() -> (Lab, Client) {
    let clock = Clock::Stepped(Timestamp::now() - SignedDuration::from_hours(1));
    let lab = Lab::start(Settings { clock, ..Settings::default() }).await.unwrap();
    let client = Client::of_lab(&lab);
    for name in UNRECORDED {
        let path = format!("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}");
        assert_eq!(client.ask("DELETE", &path, "application/json").await.status, 200, "{name}");
    }
    (lab, client)
}

/// The lab with what the kata's lines are about, applied and well.
pub(super) async fn kata() -> (Lab, Client) {
    let (lab, client) = lab().await;
    let git = lab.git();
    git.create("contoso/hello", "dev").unwrap();
    git.grant("t0ken", "contoso/hello", Right::Read);
    let change = Change { message: "first", files: &FILES, removed: &[], at: lab.now() };
    git.commit("contoso/hello", "dev", &change).unwrap();
    for name in ["dev-hello", "flux-system", "golden-hello"] {
        make(&client, "/api/v1/namespaces", &json!({"metadata": {"name": name}})).await;
    }
    install(&lab, &client).await;
    let secret = json!({
        "metadata": {"name": "hello-auth"},
        "stringData": {"username": "git", "password": "t0ken", "ca.crt": lab.authority()},
    });
    make(&client, "/api/v1/namespaces/flux-system/secrets", &secret).await;
    let source = json!({"metadata": {"name": "hello-dev"}, "spec": {
        "interval": "10s",
        "url": format!("{}/contoso/hello", lab.git_url()),
        "ref": {"branch": "dev"},
        "secretRef": {"name": "hello-auth"},
    }});
    make(&client, "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories", &source).await;
    let kustomizations = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations";
    let kustomization = json!({"metadata": {"name": "hello-dev-hello-dev"}, "spec": {
        "interval": "10s",
        "path": "./dev",
        "prune": true,
        "wait": true,
        "timeout": "60s",
        "sourceRef": {"kind": "GitRepository", "name": "hello-dev"},
    }});
    make(&client, kustomizations, &kustomization).await;
    until(&lab, &client, &format!("{kustomizations}/hello-dev-hello-dev"), is_ready).await;
    // The last event comes a little later.
    lab.step(Duration::from_secs(1));
    (lab, client)
}

/// Flux works where its controllers run. The recorder's ran outside of the cluster: nothing tells of them.
async fn install(lab: &Lab, client: &Client) {
    for name in ["source-controller", "kustomize-controller"] {
        let labels = json!({"app": name});
        let containers = json!([{"name": "manager", "image": format!("ghcr.io/fluxcd/{name}:v1.9.3")}]);
        let template = json!({"metadata": {"labels": labels}, "spec": {"containers": containers}});
        let spec = json!({"replicas": 1, "selector": {"matchLabels": labels}, "template": template});
        let deployments = "/apis/apps/v1/namespaces/flux-system/deployments";
        make(client, deployments, &json!({"metadata": {"name": name}, "spec": spec})).await;
        until(lab, client, &format!("{deployments}/{name}"), |object| object["status"]["readyReplicas"] == 1)
            .await;
    }
    let events = "/api/v1/namespaces/flux-system/events";
    assert_eq!(client.ask("DELETE", events, "application/json").await.status, 200);
}

/// Lets time pass until what is at `path` is so.
async fn until(lab: &Lab, client: &Client, path: &str, is_so: fn(&Value) -> bool) {
    let deadline = lab.now() + PATIENCE;
    let mut object = client.document(path).await;
    while !is_so(&object) {
        assert!(lab.now() < deadline, "{object}");
        lab.step(TICK);
        object = client.document(path).await;
    }
}

/// Lets time pass for those who wait.
pub(super) async fn go_on(lab: &Lab) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(TICK).await;
        lab.step(TICK);
    }
}

async fn make(client: &Client, path: &str, object: &Value) {
    let headers = [("Content-Type", "application/json")];
    let body = object.to_string();
    let answer = client.send_with("POST", path, &headers, body.as_bytes()).await.whole().await;
    assert!([201, 409].contains(&answer.status), "{path}: {}", answer.text);
}

fn is_ready(object: &Value) -> bool {
    let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
    conditions.into_iter().any(|one| one["type"] == "Ready" && one["status"] == "True")
        && object["status"]["observedGeneration"] == object["metadata"]["generation"]
}
