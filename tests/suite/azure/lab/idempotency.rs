//! Changes that are cut at any request and run again end like changes that were not: nothing twice, nothing half.

use gitops_core::azure::{AzureError, FluxConfigurationPatch, GitReference};
use gitops_core::model::azure::ProvisioningState;
use kubectl_gitops_lab::{Effect, FaultStatus};

use super::super::changes::specification;
use super::scene::{Scene, cluster};
use crate::support::{Loss, Sample, fail_once_at_every_request, lose_everything_after_every_request};

/// One configuration that is made, changed and stopped, and another that is deleted.
async fn change(scene: &Scene) -> Result<(), AzureError> {
    scene
        .with_client(async |azure| {
            let cluster = cluster();
            let branch = |name: &str| GitReference::Branch(name.to_owned());
            azure.create_flux_configuration(&cluster, "apps", &specification(branch("dev"))).await?;
            let patch =
                FluxConfigurationPatch { reference: Some(branch("qa")), ..FluxConfigurationPatch::default() };
            azure.update_flux_configuration(&cluster, "apps", &patch).await?;
            azure.suspend_flux_configuration(&cluster, "apps", true).await?;
            azure.delete_flux_configuration(&cluster, "old", false).await
        })
        .await
}

/// A cluster with the configuration that is to go.
async fn set_up() -> Scene {
    let scene = Scene::set().await;
    let old = specification(GitReference::Branch("dev".to_owned()));
    scene
        .with_client(async |azure| azure.create_flux_configuration(&cluster(), "old", &old).await.map(drop))
        .await
        .expect("created");
    scene
}

async fn is_right(scene: &Scene, case: &str) {
    let found =
        scene.with_client(async |azure| azure.flux_configurations(&cluster()).await).await.expect(case);
    assert_eq!(found.len(), 1, "{case}: {found:?}");
    let apps = &found[0];
    assert_eq!(
        (apps.name.as_str(), apps.branch.as_deref(), apps.is_suspended),
        ("apps", Some("qa"), true),
        "{case}"
    );
    assert_eq!(apps.provisioning, Some(ProvisioningState::Succeeded), "{case}");
}

#[tokio::test]
async fn cut_at_any_request_and_run_again_it_ends_the_same() {
    let requests = lose_everything_after_every_request(Sample::Every, set_up, change, is_right).await;
    assert!(requests > 10, "{requests}");
}

#[tokio::test]
async fn one_mishap_at_any_request_costs_nothing_or_an_error() {
    let bad_gateway = Effect::Status(FaultStatus { code: 502, ..FaultStatus::default() });
    let mishaps = [
        (Effect::Half, Loss::Answer),
        (Effect::Cut(0), Loss::Request),
        (bad_gateway.clone(), Loss::Request),
        (bad_gateway, Loss::Answer),
    ];
    fail_once_at_every_request(Sample::Every, &mishaps, set_up, change, is_right).await;
}
