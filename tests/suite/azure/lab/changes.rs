//! A life of a configuration, as the client leads it.

use gitops_core::azure::{FluxConfigurationPatch, GitReference, GraphQuery, GraphScope};
use gitops_core::model::Failure;
use gitops_core::model::azure::ProvisioningState;

use super::super::changes::specification;
use super::super::client::SUBSCRIPTION;
use super::scene::{Scene, cluster};
use crate::support::Faulty;

#[tokio::test]
async fn a_configuration_is_made_changed_stopped_and_deleted() {
    let scene = Scene::set().await;
    scene
        .with_client(async |azure| {
            let cluster = cluster();
            let branch = |name: &str| GitReference::Branch(name.to_owned());
            let created =
                azure.create_flux_configuration(&cluster, "apps", &specification(branch("dev"))).await;
            let created = created.expect("created");
            assert!(created.is_new, "{created:?}");
            assert_eq!(created.configuration.provisioning, Some(ProvisioningState::Succeeded));
            let extensions = azure.extensions(&cluster).await.expect("extensions");
            assert!(
                extensions.iter().any(|extension| extension.is_flux()),
                "installed on the way: {extensions:?}"
            );

            let patch =
                FluxConfigurationPatch { reference: Some(branch("qa")), ..FluxConfigurationPatch::default() };
            let changed = azure.update_flux_configuration(&cluster, "apps", &patch).await.expect("changed");
            assert_eq!(changed.branch.as_deref(), Some("qa"));
            for suspend in [true, true, false] {
                let changed =
                    azure.suspend_flux_configuration(&cluster, "apps", suspend).await.expect("changed");
                assert_eq!(changed.is_suspended, suspend);
            }
            let again =
                azure.create_flux_configuration(&cluster, "apps", &specification(branch("prod"))).await;
            assert!(!again.expect("there").is_new);

            azure
                .create_flux_configuration(&cluster, "more", &specification(branch("dev")))
                .await
                .expect("created");
            for (name, is_forced) in [("apps", false), ("more", true), ("more", false), ("nothing", true)] {
                azure.delete_flux_configuration(&cluster, name, is_forced).await.expect(name);
                assert_eq!(azure.flux_configuration(&cluster, name).await.expect("an answer"), None);
            }
            assert!(azure.flux_configurations(&cluster).await.expect("a list").is_empty());
        })
        .await;
    assert_eq!(scene.done("PATCH", "/apps"), 3, "what is so already is not sent");
}

#[tokio::test]
async fn what_the_lab_has_is_found_by_both_services() {
    let scene = Scene::set().await;
    scene
        .with_client(async |azure| {
            let connected = azure.connected_cluster(&cluster()).await.expect("an answer").expect("a cluster");
            assert_eq!(connected.cluster, cluster());
            let scope = GraphScope::Subscriptions(vec![SUBSCRIPTION.to_owned()]);
            let query = GraphQuery::flux_configurations(None, scope);
            azure.resource_graph(&query).await.expect("rows");
            let wrong = GraphQuery::summary("where where", GraphScope::Everything);
            let error = azure.resource_graph(&wrong).await.expect_err("no query");
            assert_eq!(error.code(), "AzureInvalid", "{error}");
        })
        .await;
}
