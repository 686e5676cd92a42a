//! An Azure with a connected cluster, and a way to ask it.

use std::time::Duration;

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::{Value, json};

use super::super::client::{Answer, Client};

pub(super) const SUBSCRIPTION: &str = "/subscriptions/11111111-1111-4111-8111-111111111111";
pub(super) const GROUP: &str =
    "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-contoso-edge";
/// A cluster that no site of the lab is: it has no agents, and nothing happens to it but what is asked for.
pub(super) const CLUSTER: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-contoso-edge/providers/Microsoft.Kubernetes/connectedClusters/edge-9";
/// The version of Flux configurations.
pub(super) const VERSION: &str = "api-version=2025-04-01";

/// A lab whose clock is stepped.
pub(super) struct Scene {
    pub(super) lab: Lab,
    token: String,
}

impl Scene {
    /// Azure as scenario `arc` leaves it, asked by whoever runs the lab.
    pub(super) async fn set() -> Self {
        let scenario = BuiltIn::named("arc").unwrap().document();
        let clock = Clock::Stepped("2026-01-01T00:00:00Z".parse().unwrap());
        let lab = Lab::start(Settings { scenario: Some(scenario), clock, ..Settings::default() });
        let scene = Self::beside(lab.await.unwrap());
        let body = json!({"location": "westeurope", "identity": {"type": "SystemAssigned"}});
        scene.done(201, "PUT", &format!("{CLUSTER}?api-version=2024-01-01"), &body).await;
        let flux = json!({
            "identity": {"type": "SystemAssigned"},
            "properties": {"extensionType": "microsoft.flux", "autoUpgradeMinorVersion": true},
        });
        scene.done(201, "PUT", &extension("flux"), &flux).await;
        scene.step(10);
        scene
    }

    /// The Azure of a lab.
    pub(super) fn beside(lab: Lab) -> Self {
        let client = lab.azure_client().client;
        let token = lab.with_azure(|azure, now| azure.token(&client, now));
        Self { lab, token }
    }

    pub(super) fn step(&self, seconds: u64) {
        self.lab.step(Duration::from_secs(seconds));
    }

    /// Asks with a token; an empty one is none.
    pub(super) async fn ask_with(&self, token: &str, method: &str, target: &str, body: &Value) -> Answer {
        let mut client = Client::new(self.lab.authority(), self.lab.azure_url(), token);
        client.token = client.token.filter(|token| !token.is_empty());
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let headers = [("Content-Type", "application/json")];
        client.send_with(method, target, &headers, &body).await.whole().await
    }

    /// Asks as whoever runs the lab.
    pub(super) async fn ask(&self, method: &str, target: &str, body: &Value) -> Answer {
        self.ask_with(&self.token, method, target, body).await
    }

    /// Asks, and is answered with this status: the document.
    pub(super) async fn done(&self, status: u16, method: &str, target: &str, body: &Value) -> Value {
        let answer = self.ask(method, target, body).await;
        assert_eq!(answer.status, status, "{method} {target}: {}", answer.text);
        if answer.text.is_empty() { Value::Null } else { answer.json() }
    }

    pub(super) async fn get(&self, target: &str) -> Value {
        self.done(200, "GET", target, &Value::Null).await
    }

    /// The code with which something is refused, and the whole of it.
    pub(super) async fn refused(&self, method: &str, target: &str, body: &Value) -> (u16, String, Value) {
        let answer = self.ask(method, target, body).await;
        assert!(answer.status >= 400, "{method} {target}: {} {}", answer.status, answer.text);
        let told = answer.json();
        (answer.status, told["error"]["code"].as_str().unwrap().to_owned(), told)
    }

    /// The properties of a configuration of the cluster.
    pub(super) async fn properties(&self, name: &str) -> Value {
        self.get(&configuration(name)).await["properties"].take()
    }

    /// What is asked at the address of an operation, which is followed as it is.
    pub(super) async fn operation(&self, answer: &Answer) -> Value {
        let address = &answer.headers["azure-asyncoperation"];
        let target = address.strip_prefix(self.lab.azure_url()).expect(address);
        self.get(target).await
    }
}

/// The address of a configuration of the cluster.
pub(super) fn configuration(name: &str) -> String {
    format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}?{VERSION}")
}

/// The address of an extension of the cluster.
pub(super) fn extension(name: &str) -> String {
    let version = "api-version=2025-03-01";
    format!("{CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions/{name}?{version}")
}

/// A configuration that follows a branch over https.
pub(super) fn following(branch: &str) -> Value {
    json!({"properties": {
        "scope": "cluster",
        "namespace": "flux-system",
        "sourceKind": "GitRepository",
        "gitRepository": {
            "url": "https://git.example/contoso/hello-gitops",
            "repositoryRef": {"branch": branch},
            "httpsUser": "git",
        },
        "configurationProtectedSettings": {"httpsKey": "aHVudGVyMg=="},
        "kustomizations": {"app": {"path": "./apps/app", "prune": true}},
    }})
}

impl Scene {
    /// The same with a new token: one is good for an hour.
    pub(super) fn signed_in_again(self) -> Self {
        let client = self.lab.azure_client().client;
        let token = self.lab.with_azure(|azure, now| azure.token(&client, now));
        Self { token, ..self }
    }
}
