//! Environments with several kustomizations, what is suspended, and what environments have in common.

use gitops_core::model::verdict::{EnvironmentStatus, Reason, Standing};
use serde_json::{Value, json};

use super::least::*;

/// Another kustomization of the environment, `flux-system/infra`, which follows a source of its own.
fn infra(changes: &[(&str, Value)]) -> [Value; 2] {
    let source = with(
        source(),
        &[
            ("/metadata/name", json!("fleet")),
            ("/metadata/uid", json!("f")),
            ("/spec/url", json!("https://git.example/contoso/fleet")),
            ("/spec/ref/branch", json!("main")),
            ("/status/artifact/revision", json!(OLDER)),
        ],
    );
    let kustomization = with(
        kustomization(),
        &[
            ("/metadata/name", json!("a-infra")),
            ("/metadata/uid", json!("i")),
            ("/spec/sourceRef/name", json!("fleet")),
            ("/spec/targetNamespace", json!(NAMESPACE)),
            ("/status/lastAttemptedRevision", json!(OLDER)),
            ("/status/lastAppliedRevision", json!(OLDER)),
            ("/status/inventory", json!(null)),
        ],
    );
    [source, with(kustomization, changes)]
}

#[test]
fn a_healthy_kustomization_is_named_beside_a_failed_one() {
    let failed = json!([condition("Ready", "False", "BuildFailed", 30)]);
    let infra = infra(&[("/status/conditions", failed)]);
    let environment = seen(&[&infra, [source(), kustomization(), deployment()].as_slice()].concat());
    assert_stands(&environment, Standing::Failed, Reason::BuildFailed);
    assert!(environment.message.starts_with("dev-hello/a-infra: 46abddd failed "), "{}", environment.message);
    let healthy = "dev-hello/hello-dev-hello-dev is Deployed: d61d370 is applied";
    assert!(environment.remarks.iter().any(|remark| remark.message == healthy), "{:?}", environment.remarks);
}

#[test]
fn source_and_revision_are_those_of_what_runs_and_agree_with_the_name() {
    let environment = seen(
        &[&infra(&[("/spec/suspend", json!(true))]), [source(), kustomization(), deployment()].as_slice()]
            .concat(),
    );
    assert_stands(&environment, Standing::Suspended, Reason::KustomizationSuspended);
    assert_eq!((environment.project.as_str(), environment.environment.as_str()), ("hello", "dev"));
    let source = environment.source.expect("a source");
    assert_eq!((source.branch.as_deref(), source.revision.as_deref()), (Some("dev"), Some(REVISION)));
    assert_eq!(environment.revision.as_deref(), Some(REVISION));
    assert_eq!(environment.kustomizations[0].name, "a-infra", "the worst first");
}

#[test]
fn where_all_are_well_all_are_in_the_sentence() {
    let environment = seen(&[&infra(&[]), [source(), kustomization(), deployment()].as_slice()].concat());
    assert_eq!(
        environment.message,
        "dev-hello/hello-dev-hello-dev: d61d370 is applied; dev-hello/a-infra: 46abddd is applied"
    );
    assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
}

/// The kustomization, suspended by a manager.
fn suspended(manager: Option<&str>) -> Value {
    let fields = json!({ "f:spec": { "f:suspend": {} } });
    let entry =
        |manager| json!({ "manager": manager, "operation": "Update", "time": ago(60), "fieldsV1": fields });
    let managed: Vec<Value> = manager.map(entry).into_iter().collect();
    with(
        kustomization(),
        &[
            ("/spec/suspend", json!(true)),
            ("/metadata/managedFields", json!(managed)),
            ("/status/lastAppliedRevision", json!(OLDER)),
        ],
    )
}

#[test]
fn what_is_suspended_says_what_is_fetched_and_not_applied() {
    let environment = seen(&[source(), suspended(None), deployment()]);
    assert_eq!(
        environment.message,
        "Kustomization dev-hello/hello-dev-hello-dev is suspended; still running 46abddd; d61d370 is fetched and not applied"
    );
}

#[test]
fn what_kubectl_suspended_kubectl_resumes_and_azure_the_rest() {
    let labels =
        json!({ "clusterconfig.azure.com/is-managed": "true", "clusterconfig.azure.com/name": "hello-dev" });
    let resume = |kustomization: Value| {
        let command = seen(&[source(), kustomization, deployment()]).next.remove(0).command;
        command.split(' ').next().map(str::to_owned)
    };
    let of_azure = |manager| with(suspended(manager), &[("/metadata/labels", labels.clone())]);
    for (kustomization, program) in [
        (suspended(Some("flux")), "kubectl"),
        (of_azure(Some("fluxconfig-agent")), "az"),
        (of_azure(None), "az"),
        (of_azure(Some("kubectl-patch")), "kubectl"),
        (of_azure(Some("flux")), "kubectl"),
    ] {
        assert_eq!(resume(kustomization).as_deref(), Some(program));
    }
}

fn failed_with(message: &str, applied: &str) -> EnvironmentStatus {
    let failed =
        with(condition("Ready", "False", "ReconciliationFailed", 9), &[("/message", json!(message))]);
    let changes = [("/status/conditions", json!([failed])), ("/status/lastAppliedRevision", json!(applied))];
    seen(&[source(), with(kustomization(), &changes), deployment()])
}

#[test]
fn a_revision_that_is_applied_again_and_refused_was_not_left_out() {
    let refused = "Deployment/dev-hello/hello dry-run failed (Invalid): no\n";
    let newer = failed_with(refused, OLDER);
    assert!(newer.message.ends_with("dry-run failed (Invalid): no; last good: 46abddd"), "{}", newer.message);
    let again = failed_with(refused, REVISION);
    assert!(again.message.ends_with("; it was applied before, and stays applied"), "{}", again.message);
}

#[test]
fn environments_that_share_a_cause_share_its_headline() {
    let failing = || {
        with(
            source(),
            &[("/status/conditions", json!([condition("FetchFailed", "True", "AuthenticationFailed", 90)]))],
        )
    };
    let older = with(kustomization(), &[("/status/lastAppliedRevision", json!(OLDER))]);
    let of = |kustomization: Value| seen(&[failing(), kustomization, deployment()]);
    let (applied, behind) = (of(kustomization()), of(older));
    assert_ne!(applied.message, behind.message);
    assert_eq!(applied.headline, behind.headline);
    assert!(!applied.headline.contains("last try"), "{}", applied.headline);
}
