//! The scenarios in which Azure is behind the cluster.

use kubectl_gitops_lab::BuiltIn;
use serde_json::Value;

use super::scene::{CLUSTER, STAGES, Scene};

#[tokio::test]
async fn azure_is_behind_a_cluster_that_went_on() {
    for (name, connectivity) in [("agent-offline", "Offline"), ("azure-lag", "Connected")] {
        let scene = Scene::of(BuiltIn::named(name).unwrap().document()).await;
        let commit = scene.lab.git().tip("contoso/hello-gitops", "dev").unwrap().expect("a commit");
        assert_eq!(scene.passed(&commit).await, STAGES[..6], "{name}");
        assert_eq!(scene.properties("hello-dev").await["complianceState"], "Compliant", "{name}");
        let (_, told) = scene.azure("GET", &format!("{CLUSTER}?api-version=2024-01-01"), &Value::Null).await;
        assert_eq!(told["properties"]["connectivityStatus"], connectivity, "{name}");
    }
}
