//! Flux in a served lab: from a commit on its git host to a running deployment, and back when something is wrong.

use std::time::Duration;

use jiff::Timestamp;
use kubectl_gitops_lab::{Change, Clock, Lab, Reachability, Right, Settings};
use serde_json::{Value, json};

use super::client::Client;

const NAME: &str = "contoso/hello-gitops";
const SOURCES: &str = "/apis/source.toolkit.fluxcd.io/v1/namespaces/dev/gitrepositories";
const KUSTOMIZATIONS: &str = "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/dev/kustomizations";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/dev/deployments";

/// A lab with Flux, a repository and what follows it.
struct Scene {
    lab: Lab,
    client: Client,
}

impl Scene {
    async fn set(text: &str) -> Self {
        let clock = Clock::Stepped("2030-01-01T00:00:00Z".parse().unwrap());
        let lab = Lab::start(Settings { clock, ..Settings::default() }).await.unwrap();
        let scene = Self { client: Client::of_lab(&lab), lab };
        for namespace in ["flux-system", "dev"] {
            scene.create("/api/v1/namespaces", &json!({"metadata": {"name": namespace}})).await;
        }
        for name in ["source-controller", "kustomize-controller"] {
            let labels = json!({"app": name});
            let containers = json!([{"name": "manager", "image": name}]);
            let template = json!({"metadata": {"labels": labels}, "spec": {"containers": containers}});
            let spec = json!({"selector": {"matchLabels": labels}, "template": template});
            let deployment = json!({"metadata": {"name": name}, "spec": spec});
            scene.create("/apis/apps/v1/namespaces/flux-system/deployments", &deployment).await;
        }
        scene.lab.git().create(NAME, "main").unwrap();
        scene.lab.git().grant("t0ken", NAME, Right::Read);
        scene.commit("first", text);
        let secret =
            json!({"metadata": {"name": "hello"}, "stringData": {"username": "git", "password": "t0ken"}});
        scene.create("/api/v1/namespaces/dev/secrets", &secret).await;
        let source = json!({
            "interval": "30s",
            "timeout": "10s",
            "url": format!("{}/{NAME}", scene.lab.git_url()),
            "ref": {"branch": "main"},
            "secretRef": {"name": "hello"},
        });
        scene.create(SOURCES, &json!({"metadata": {"name": "hello"}, "spec": source})).await;
        let kustomization = json!({
            "interval": "1h",
            "path": "./hello",
            "prune": true,
            "wait": true,
            "targetNamespace": "dev",
            "postBuild": {"substitute": {"version": "1.27"}},
            "sourceRef": {"kind": "GitRepository", "name": "hello"},
        });
        scene.create(KUSTOMIZATIONS, &json!({"metadata": {"name": "hello"}, "spec": kustomization})).await;
        scene
    }

    fn commit(&self, message: &str, text: &str) -> String {
        let files = [("hello/app.yaml", text)];
        let change = Change { message, files: &files, removed: &[], at: Timestamp::UNIX_EPOCH };
        self.lab.git().commit(NAME, "main", &change).unwrap()
    }

    async fn create(&self, path: &str, object: &Value) {
        let body = object.to_string();
        let json = ("Content-Type", "application/json");
        let answer = self.client.send_with("POST", path, &[json], body.as_bytes()).await.whole().await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
    }

    async fn object(&self, path: &str) -> Value {
        self.client.document(&format!("{path}/hello")).await
    }

    /// Reason and message of `Ready`.
    async fn ready(&self, path: &str) -> (String, String) {
        let object = self.object(path).await;
        let conditions = object["status"]["conditions"].as_array().unwrap().clone();
        let ready = conditions.into_iter().find(|condition| condition["type"] == "Ready").unwrap();
        let text = |field: &str| ready[field].as_str().unwrap().to_owned();
        (text("reason"), text("message"))
    }
}

fn deployment(image: &str) -> String {
    let app = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: hello\nspec:\n  selector:\n    matchLabels: {app: hello}\n";
    format!(
        "{app}  template:\n    metadata:\n      labels: {{app: hello}}\n    spec:\n      containers:\n      - name: app\n        image: {image}\n"
    )
}

#[tokio::test]
async fn a_commit_on_the_git_host_is_deployed() {
    let scene = Scene::set(&deployment("nginx:${version:-none}")).await;
    scene.lab.step(Duration::from_secs(15));
    let image = "/spec/template/spec/containers/0/image";
    let deployed = scene.object(DEPLOYMENTS).await;
    assert_eq!(
        (deployed.pointer(image), &deployed["status"]["readyReplicas"]),
        (Some(&json!("nginx:1.27")), &json!(1))
    );

    let second = scene.commit("second", &deployment("nginx:2"));
    scene.lab.step(Duration::from_secs(60));
    assert_eq!(scene.object(DEPLOYMENTS).await.pointer(image), Some(&json!("nginx:2")));
    let status = scene.object(KUSTOMIZATIONS).await["status"].clone();
    assert_eq!(status["lastAppliedRevision"], format!("main@sha1:{second}"));
    assert_eq!(status["history"].as_array().unwrap().len(), 2);
    assert_eq!(status["inventory"]["entries"], json!([{"id": "dev_hello_apps_Deployment", "v": "v1"}]));
}

#[tokio::test]
async fn what_the_git_host_refuses_is_told_in_its_words() {
    let scene = Scene::set(&deployment("nginx:1")).await;
    scene.lab.step(Duration::from_secs(15));
    scene.lab.git().revoke("t0ken");
    scene.lab.step(Duration::from_secs(60));
    let url = format!("{}/{NAME}", scene.lab.git_url());
    let (reason, message) = scene.ready(SOURCES).await;
    assert_eq!(reason, "GitOperationFailed");
    let refused =
        format!("unable to list remote for '{url}': authentication required: Invalid username or token.");
    assert!(message.contains(&refused), "{message}");

    scene.lab.git().grant("t0ken", NAME, Right::Read);
    scene.lab.git().set_reachability(scene.lab.git_url(), Reachability::Silent);
    scene.lab.step(Duration::from_secs(120));
    let (_, message) = scene.ready(SOURCES).await;
    assert!(message.ends_with("context deadline exceeded"), "{message}");

    scene.lab.git().set_reachability(scene.lab.git_url(), Reachability::Up);
    scene.lab.step(Duration::from_secs(600));
    assert_eq!(scene.ready(SOURCES).await.0, "Succeeded");
}

#[tokio::test]
async fn a_token_is_good_for_flux_until_its_end() {
    let scene = Scene::set(&deployment("nginx:1")).await;
    scene.lab.step(Duration::from_secs(15));
    scene.lab.git().expire("t0ken", scene.lab.now() + Duration::from_secs(300));
    scene.lab.step(Duration::from_secs(240));
    assert_eq!(scene.ready(SOURCES).await.0, "Succeeded");
    scene.lab.step(Duration::from_secs(120));
    let (reason, message) = scene.ready(SOURCES).await;
    assert_eq!(reason, "GitOperationFailed");
    assert!(message.contains("authentication required: Invalid username or token."), "{message}");
}

#[tokio::test]
async fn a_controller_without_a_pod_does_nothing() {
    let scene = Scene::set(&deployment("nginx:1")).await;
    scene.lab.step(Duration::from_secs(15));
    let first = scene.object(KUSTOMIZATIONS).await["status"]["lastAppliedRevision"].clone();
    let scale = |replicas: u64| {
        let path = "/apis/apps/v1/namespaces/flux-system/deployments/kustomize-controller";
        let body = json!({"spec": {"replicas": replicas}}).to_string();
        let client = &scene.client;
        async move {
            let merge = ("Content-Type", "application/merge-patch+json");
            let answer = client.send_with("PATCH", path, &[merge], body.as_bytes()).await.whole().await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    };
    scale(0).await;
    scene.lab.step(Duration::from_secs(60));
    let second = scene.commit("second", &deployment("nginx:2"));
    scene.lab.step(Duration::from_secs(120));
    let artifact = scene.object(SOURCES).await["status"]["artifact"]["revision"].clone();
    assert_eq!(artifact, format!("main@sha1:{second}"));
    assert_eq!(scene.object(KUSTOMIZATIONS).await["status"]["lastAppliedRevision"], first);
    scale(1).await;
    scene.lab.step(Duration::from_secs(60));
    assert_eq!(scene.object(KUSTOMIZATIONS).await["status"]["lastAppliedRevision"], artifact);
}
