//! What the client reads while the worlds are apart: Resource Manager has not heard of a merge yet, and then Resource
//! Graph has not.

use gitops_core::azure::{Azure, GraphQuery, GraphScope};
use gitops_core::model::azure::{ArcCluster, ClusterKind, ComplianceState, FluxConfiguration};
use gitops_core::model::compliance::{AppliedConfiguration, ComplianceCase, ComplianceFinding};
use gitops_core::model::verdict::{Reason, Standing};
use gitops_core::wire::Clock;
use jiff::SignedDuration;

use super::super::client::{SUBSCRIPTION, access_of};
use crate::lab::arc::scene::Scene;

const NAME: &str = "hello-dev";

/// A client of the scene's Azure.
fn client(scene: &Scene) -> Azure {
    let identity = scene.lab.azure_client();
    let url = scene.lab.azure_url();
    let mut access = access_of(scene.lab.authority(), url, url);
    access.credentials.tenant = Some(identity.tenant);
    access.credentials.client = Some(identity.client);
    access.credentials.client_secret = Some(identity.secret);
    access.open(Clock::manual(scene.lab.now())).expect("a client")
}

fn cluster() -> ArcCluster {
    ArcCluster::new(SUBSCRIPTION, "rg-contoso-edge", ClusterKind::Connected, "edge-1").expect("a cluster")
}

/// What Resource Graph has of the configuration.
async fn row(azure: &Azure) -> FluxConfiguration {
    let scope = GraphScope::Subscriptions(vec![SUBSCRIPTION.to_owned()]);
    let query = GraphQuery::flux_configurations(Some("contoso/hello-gitops"), scope);
    let found = azure.resource_graph(&query).await.expect("rows");
    let configurations = found.rows.iter().filter_map(FluxConfiguration::read);
    configurations.into_iter().find(|found| found.name == NAME).expect("a row")
}

/// What is made of both, where the cluster has applied `commit` and is well.
async fn finding(scene: &Scene, azure: &Azure, commit: &str) -> ComplianceFinding {
    let document = azure.flux_configuration(&cluster(), NAME).await.expect("an answer").expect("a document");
    let connected = azure.connected_cluster(&cluster()).await.expect("an answer");
    let row = row(azure).await;
    let configuration = AppliedConfiguration {
        name: NAME.to_owned(),
        commits: vec![commit.to_owned()],
        applied: Some(commit.to_owned()),
        ..AppliedConfiguration::default()
    };
    ComplianceCase {
        cluster: &cluster(),
        configuration: &configuration,
        standing: Standing::Deployed,
        since: None,
        document: Ok(Some(&document)),
        connected: Ok(connected.as_ref()),
        row: Some(&row),
        now: scene.lab.now(),
        clock_offset: SignedDuration::ZERO,
    }
    .decide()
}

/// Steps until a commit has passed a joint.
async fn pass(scene: &Scene, commit: &str, joint: &str) {
    for _ in 0..150 {
        if scene.passed(commit).await.contains(&joint) {
            return;
        }
        scene.step(1);
    }
    panic!("{commit} does not come to be {joint}");
}

#[tokio::test]
async fn what_is_older_than_the_merge_is_no_proof_of_it() {
    let scene = Scene::set().await;
    let azure = client(&scene);
    let before = scene.lab.now();
    let commit = scene.merge(&[("hello:0.0.1-12", "hello:0.0.1-13")]).await;
    pass(&scene, &commit, "healthy").await;
    let early = finding(&scene, &azure, &commit).await;
    assert_eq!(early.compliance.state, Some(ComplianceState::Compliant), "of the commit before");
    assert_eq!(early.compliance.reason, Some(Reason::ComplianceLags), "{:?}", early.compliance);
    assert!(early.compliance.as_of.is_some_and(|reported| reported <= before), "{:?}", early.compliance);

    pass(&scene, &commit, "told to Azure").await;
    let told = finding(&scene, &azure, &commit).await;
    assert_eq!((told.compliance.state, told.compliance.reason), (Some(ComplianceState::Compliant), None));
    assert!(told.remarks.is_empty(), "that Resource Graph lags is no contradiction: {:?}", told.remarks);

    pass(&scene, &commit, "found in Resource Graph").await;
    let found = finding(&scene, &azure, &commit).await;
    assert_eq!((found.compliance.reason, found.remarks.len()), (None, 0), "{:?}", found.remarks);
}
