//! An Azure of the lab with a connected cluster that has no agents, and clients of it on the lab's clock.

use std::time::Duration;

use gitops_core::azure::Azure;
use gitops_core::model::azure::{ArcCluster, ClusterKind};
use gitops_core::wire::Clock;
use kubectl_gitops_lab::{BuiltIn, Fault, Lab, Settings};

use super::super::client::{SUBSCRIPTION, TestAccess, access_of};
use crate::lab::client::Client;
use crate::support::Faulty;

/// When the lab begins.
const START: &str = "2026-01-01T00:00:00Z";

pub(super) struct Scene {
    pub(super) lab: Lab,
}

/// A cluster that no site of the lab is: nothing happens to it but what is asked for.
pub(super) fn cluster() -> ArcCluster {
    ArcCluster::new(SUBSCRIPTION, "rg-contoso-edge", ClusterKind::Connected, "edge-9").expect("a cluster")
}

impl Scene {
    /// Azure as scenario `arc` leaves it, with one more cluster.
    pub(super) async fn set() -> Self {
        let scenario = BuiltIn::named("arc").expect("a scenario").document();
        let clock = kubectl_gitops_lab::Clock::Stepped(START.parse().expect("a time"));
        let lab = Lab::start(Settings { scenario: Some(scenario), clock, ..Settings::default() });
        let lab = lab.await.expect("a lab");
        let identity = lab.azure_client().client;
        let token = lab.with_azure(|azure, now| azure.token(&identity, now));
        let client = Client::new(lab.authority(), lab.azure_url(), &token);
        let target = format!("{}?api-version=2024-01-01", cluster().id());
        let body = br#"{"location":"westeurope","identity":{"type":"SystemAssigned"}}"#;
        let headers = [("Content-Type", "application/json")];
        let answer = client.send_with("PUT", &target, &headers, body).await.whole().await;
        assert!(answer.status < 300, "{}", answer.text);
        lab.step(Duration::from_secs(10));
        Self { lab }
    }

    pub(super) fn access(&self) -> TestAccess {
        let identity = self.lab.azure_client();
        let mut access = access_of(self.lab.authority(), self.lab.azure_url(), self.lab.azure_url());
        access.credentials.tenant = Some(identity.tenant);
        access.credentials.client = Some(identity.client);
        access.credentials.client_secret = Some(identity.secret);
        access
    }

    /// Runs `work` with a client. Whenever it waits, the lab goes on.
    pub(super) async fn with_client<T>(&self, work: impl AsyncFnOnce(Azure) -> T) -> T {
        let clock = Clock::manual(START.parse().expect("a time"));
        let azure = self.access().open(clock.clone()).expect("a client");
        let ticks = async {
            loop {
                if clock.waiting() > 0 {
                    self.lab.step(Duration::from_secs(1));
                    clock.advance(Duration::from_secs(1));
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            result = work(azure.with_operation_limit(Duration::from_secs(60))) => result,
            () = ticks => unreachable!("it ticks for ever"),
        }
    }
}

impl Faulty for Scene {
    fn inject(&self, fault: Fault) {
        self.lab.inject(fault);
    }

    fn clear_faults(&self) {
        self.lab.clear_faults();
    }

    fn journal(&self) -> serde_json::Value {
        self.lab.journal()
    }
}
