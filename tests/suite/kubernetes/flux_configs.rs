//! FluxConfigs, which the agents of Azure Arc keep in a cluster, read in the version that it serves.

use gitops_core::kubernetes::{Connection, Options};
use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::objects::FluxConfig;
use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::json;

use crate::support::{Reply, Server, connection, refused};

const GROUP: &str = "/apis/clusterconfig.azure.com";

async fn connect(server: &Server) -> Connection {
    let home = tempfile::TempDir::new().expect("a folder");
    let kubeconfig = home.path().join("kubeconfig");
    std::fs::write(&kubeconfig, server.kubeconfig()).expect("a kubeconfig");
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    Connection::open(options).await.expect("a connection")
}

/// The FluxConfigs of Flux's namespace, in order of name.
async fn flux_configs(connection: &Connection) -> Vec<FluxConfig> {
    let answer = connection.ask(&Scope::namespace(Kind::FluxConfig, "flux-system")).await;
    let Answer::Objects(objects) = answer else { panic!("{answer:?}") };
    let mut read: Vec<FluxConfig> = objects.iter().map(FluxConfig::read).collect();
    read.sort_by(|a, b| a.meta.name.cmp(&b.meta.name));
    read
}

#[tokio::test]
async fn what_agents_made_of_configurations_is_read() {
    let scenario = BuiltIn::named("default").map(BuiltIn::document);
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
    let lab = Lab::start(Settings { scenario, clock, ..Settings::default() }).await.expect("a lab");
    let read = flux_configs(&connection(&lab).await).await;
    let names: Vec<&str> = read.iter().map(|config| config.meta.name.as_str()).collect();
    assert_eq!(names, ["hello-dev", "hello-qa"]);
    for (config, branch) in read.iter().zip(["dev", "qa"]) {
        let label = config.meta.labels.get("clusterconfig.azure.com/name");
        assert_eq!(label, Some(&config.meta.name));
        assert_eq!(config.spec["gitRepository"]["repositoryRef"]["branch"], branch, "{}", config.spec);
    }
}

#[tokio::test]
async fn another_version_is_found_once_and_a_cluster_without_any_has_none() {
    let item = json!({"metadata": {"name": "hello-dev"}, "spec": {"newer": true}, "status": "of any form"});
    let server = Server::start(move |call| match call.path.strip_prefix(GROUP) {
        Some("") => Reply::Json(200, json!({"versions": [{"version": "v1beta1"}]})),
        Some("/v1beta1") => Reply::Json(200, json!({"resources": [{"name": "fluxconfigs"}]})),
        Some("/v1beta1/namespaces/flux-system/fluxconfigs") => Reply::Json(
            200,
            json!({"kind": "FluxConfigList", "apiVersion": "clusterconfig.azure.com/v1beta1", "metadata": {}, "items": [item]}),
        ),
        _ => refused(404),
    });
    let other = connect(&server).await;
    for calls in [4, 5] {
        let read = flux_configs(&other).await;
        assert_eq!((read[0].meta.name.as_str(), &read[0].spec["newer"]), ("hello-dev", &json!(true)));
        assert_eq!(server.calls().len(), calls, "the version is looked for once");
    }
    let server = Server::start(|_| refused(404));
    let without = connect(&server).await;
    let answer = without.ask(&Scope::namespace(Kind::FluxConfig, "flux-system")).await;
    assert_eq!(answer, Answer::Absent);
}
