//! Deployments of Flux's controllers, played by kwok.
//!
//! The real controllers run outside the cluster. Without a Deployment each they would be absent, which a verdict
//! must not overlook.

use serde_json::{Value, json};

use crate::plane::cluster::Cluster;
use crate::plane::flux::NAMESPACE;
use crate::problem::Outcome;

/// Makes them, and waits until their pods run.
pub(crate) async fn create(cluster: &Cluster, controllers: &[&str]) -> Outcome {
    let objects: Vec<Value> = controllers.iter().map(|name| deployment(name)).collect();
    cluster.create(&objects).await?;
    for name in controllers {
        cluster.wait(NAMESPACE, &format!("deployment/{name}"), "condition=Available").await?;
    }
    Ok(())
}

/// As `flux install` writes it, as far as anybody reads it.
fn deployment(name: &str) -> Value {
    let labels = json!({
        "app.kubernetes.io/component": name,
        "app.kubernetes.io/instance": NAMESPACE,
        "app.kubernetes.io/part-of": "flux",
        "control-plane": "controller",
    });
    let container = json!({"name": "manager", "image": format!("ghcr.io/fluxcd/{name}:v1.9.3")});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    })
}
