//! A webhook of the API server that nobody answers.

use serde_json::json;

use super::{DEPLOYED, MOVING, STARTING};
use crate::problem::Outcome;
use crate::scenario::Scenario;
use crate::scenario::case::{Beginning, Case};
use crate::scenario::origin::unused_port;
use crate::story::expectation::must;

pub(super) fn scenarios() -> Vec<Scenario> {
    let refused = must("Failed", "ApplyRefused").because("WebhookUnreachable");
    // What is applied already stays so.
    let again = refused.never_saying("nothing of it was applied");
    vec![
        Scenario::new(
            "webhook-down",
            "a webhook is down at the first apply; it goes, and comes again when all is applied",
            &[STARTING, &[refused], MOVING, DEPLOYED, &[again]],
            |case| Box::pin(webhook_down(case)),
        )
        .recorded(),
    ]
}

async fn webhook_down(case: &mut Case<'_>) -> Outcome {
    install(case).await?;
    let first = case.begin(Beginning::default()).await?;
    case.fails("ReconciliationFailed").await?;
    case.shown("Failed", "ApplyRefused", None).await?;
    let name = format!("{WEBHOOKS}/{}", name(case));
    case.plane.cluster.kubectl(&["delete", &name]).await?;
    case.applied(&first).await?;
    // Nothing changes in git: the interval alone applies it again.
    install(case).await?;
    case.fails("ReconciliationFailed").await?;
    case.shown("Failed", "ApplyRefused", None).await
}

const WEBHOOKS: &str = "validatingwebhookconfigurations.admissionregistration.k8s.io";

fn name(case: &Case<'_>) -> String {
    format!("policy.{}.contoso.example", case.namespace)
}

/// Registers the webhook, for this scenario's namespace alone.
async fn install(case: &Case<'_>) -> Outcome {
    let webhook = json!({
        "name": name(case),
        "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": "Fail", "timeoutSeconds": 2,
        "clientConfig": {"url": format!("https://127.0.0.1:{}/validate", unused_port())},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": case.namespace}},
        "rules": [{
            "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
            "operations": ["CREATE", "UPDATE"], "scope": "Namespaced",
        }],
    });
    let configuration = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": name(case)}, "webhooks": [webhook],
    });
    case.plane.cluster.create(&[configuration]).await
}
