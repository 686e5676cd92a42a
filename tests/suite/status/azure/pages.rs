//! What Azure says, on pages and in documents.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use super::scene::{
    APPLIED, AZURE_TOKEN, NOW, OLDER, SECRET, asked, azure_calls, both, cluster, configuration, document,
    graph_rows, is_azure, is_configuration, is_graph, is_sign_in, not_found, well, with_answer, with_cluster,
    with_configuration,
};
use crate::support::{Call, Reply};

#[test]
fn compliance_has_a_column_with_the_age_of_the_report() {
    let (server, ended) = asked(well, &[]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   COMPLIANCE        REASON
dev           Deployed   -         2/2     5m    Compliant (40s)   Applied

1 Deployed in context test

"#]]
    );
    let calls = azure_calls(&server);
    let paths: Vec<&str> =
        calls.iter().map(|call| call.path.rsplit('/').next().unwrap_or_default()).collect();
    assert_eq!(paths.len(), 4, "{paths:?}");
    let expected = ["token", "edge-1", "hello-dev", "resources"];
    assert!(expected.iter().all(|path| paths.contains(path)), "{paths:?}");
    let asked_arm = calls.iter().filter(|call| !is_sign_in(call) && !is_graph(call));
    assert!(asked_arm.into_iter().all(|call| call.token == AZURE_TOKEN && call.method == "GET"));
    let others = server.calls().into_iter().filter(|call| !is_azure(call));
    assert!(others.into_iter().all(|call| call.token == "t0ken"), "each world has its own token");
    assert!(ended.stderr.contains("Azure credential from"), "{}", ended.stderr);
}

#[test]
fn programs_get_the_whole_of_it() {
    let json = document(well);
    assert_eq!(json["worlds"][2], json!({"world": "azure", "answer": "complete", "missing": []}));
    let id = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-edge/providers/Microsoft.Kubernetes/connectedClusters/edge-1/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev";
    assert_eq!(
        json["environments"][0]["compliance"],
        json!({
            "state": "Compliant", "asOf": "2026-11-23T02:59:20Z", "configuration": "hello-dev", "resourceId": id,
            "revision": APPLIED, "provisioning": "Succeeded", "connectivity": "Connected",
        })
    );
}

#[test]
fn what_azure_was_told_otherwise_is_told_with_what_to_type() {
    let status = json!({ "name": "hello-dev-hello-dev", "namespace": "flux-system", "kind": "Kustomization", "complianceState": "Non-Compliant", "statusConditions": [{ "type": "Ready", "status": "False", "message": "path not found" }] });
    let azure = with_configuration(json!({ "complianceState": "Non-Compliant", "statuses": [status] }));
    let (_server, ended) = asked(azure, &[]);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION   READY   AGE   COMPLIANCE             REASON
dev           Deployed   -         2/2     5m    Non-Compliant? (40s)   Applied

1 Deployed in context test

dev in dev-hello: Deployed, Applied
  d61d370 is applied
  Azure says Non-Compliant, as reported 40 s ago (hello-dev on edge-1 in rg-edge)
  - ComplianceDisagrees: Azure was told Non-Compliant 40 s ago (Kustomization flux-system/hello-dev-hello-dev: path not found); the cluster says Deployed
  next:
    # what Azure was told of it
    az k8s-configuration flux show -g rg-edge -c edge-1 -t connectedClusters --subscription 11111111-1111-4111-8111-111111111111 -n hello-dev

"#]]
    );
}

/// Each reason why a state is not known or cannot be relied on, over the wire.
#[test]
fn why_a_state_cannot_be_relied_on_is_told() {
    type Answer = Box<dyn Fn(&Call) -> Reply + Send + Sync>;
    let lagging = json!({ "sourceSyncedCommitId": format!("dev/{OLDER}") });
    let unreported =
        json!({ "complianceState": "Unknown", "statusUpdatedAt": null, "sourceSyncedCommitId": null });
    let cases: [(Answer, Value, &str, &str); 9] = [
        (
            Box::new(with_configuration(lagging)),
            json!("Compliant"),
            "ComplianceLags",
            "Azure has not heard of d61d370 yet; it knows 0a0a0a0, told 40 s ago",
        ),
        (
            Box::new(with_configuration(
                json!({ "complianceState": "Pending", "statusUpdatedAt": "2026-11-23T02:50:00Z" }),
            )),
            json!("Pending"),
            "ComplianceLags",
            "Azure was told Pending 10 min ago, before that; the cluster says Deployed",
        ),
        (
            Box::new(with_configuration(unreported)),
            json!("Unknown"),
            "ComplianceUnknown",
            "the cluster's agent has not reported on hello-dev yet",
        ),
        (
            Box::new(with_configuration(
                json!({ "provisioningState": "Failed", "errorMessage": "no quota" }),
            )),
            json!("Compliant"),
            "ProvisioningFailed",
            "the last change of hello-dev in Azure is Failed: no quota",
        ),
        (
            Box::new(with_configuration(json!({ "provisioningState": "Deleting" }))),
            json!("Compliant"),
            "ConfigurationChanging",
            "hello-dev is being deleted in Azure",
        ),
        (
            Box::new(with_configuration(json!({ "suspend": true }))),
            json!("Compliant"),
            "ConfigurationSuspended",
            "hello-dev is suspended in Azure, and the cluster has not heard of it",
        ),
        (
            Box::new(with_cluster(json!({ "connectivityStatus": "offline" }))),
            json!("Compliant"),
            "ClusterOffline",
            "edge-1 in rg-edge, which Azure heard 2 min ago, is Offline: what Azure says of it is from before",
        ),
        (
            Box::new(
                |call: &Call| {
                    if is_configuration(call) { not_found("ResourceNotFound") } else { well(call) }
                },
            ),
            Value::Null,
            "ConfigurationMissing",
            "Azure has no Flux configuration hello-dev of edge-1 in rg-edge, and objects that it made are here",
        ),
        (
            Box::new(with_answer(|| not_found("ResourceGroupNotFound"))),
            Value::Null,
            "ConfigurationMissing",
            "Azure has no cluster edge-1 in rg-edge, or hides it from whoever asks",
        ),
    ];
    for (azure, state, reason, why) in cases {
        let document = document(azure);
        let environment = &document["environments"][0];
        let compliance = &environment["compliance"];
        assert_eq!(
            (&compliance["state"], &compliance["reason"], &compliance["why"]),
            (&state, &json!(reason), &json!(why))
        );
        assert_eq!(environment["remarks"], json!([{ "reason": reason, "message": why }]));
        assert_eq!(environment["standing"], "Deployed", "Azure decides no standing");
        assert_eq!(document["worlds"][2]["answer"], "complete");
    }
}

#[test]
fn a_terminal_of_80_columns_has_room_for_it() {
    use crate::support::InProcess;
    use gitops_core::cli::Streams;
    let (server, program) = both(|call| cluster("edge-1", call), well);
    let roots = program.file("roots.pem", server.authority());
    let url = server.url();
    let variables = [
        ("GITOPS_CA_FILE", roots.as_str()),
        ("GITOPS_ARM_ENDPOINT", &url),
        ("AZURE_AUTHORITY_HOST", &url),
        ("AZURE_TENANT_ID", "t"),
        ("AZURE_CLIENT_ID", "c"),
        ("AZURE_CLIENT_SECRET", SECRET),
    ];
    let (streams, captured) = Streams::captured("");
    let streams = (streams.on_terminal(80, 24), captured);
    let session =
        InProcess::with_streams(&server.kubeconfig(), NOW.parse().expect("a time"), streams, &variables);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(session.run(&["-n", "dev-hello"], kubectl_gitops_status::run));
    let out = session.out();
    assert!(out.contains("Compliant (40s)"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
}

/// A row of Resource Graph: a configuration of another cluster that follows a branch of the same repository.
fn follower(cluster: &str, branch: &str, state: &str) -> Value {
    let id = format!(
        "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-edge/providers/Microsoft.Kubernetes/connectedClusters/{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-{branch}"
    );
    let mut row = configuration(&id, &json!({ "complianceState": state, "statuses": [] }));
    let columns = json!({
        "url": "git@git.example:Contoso/hello-gitops.git", "branch": branch, "state": state, "suspended": "false",
        "provisioning": "Succeeded", "connectivity": "Connected", "revision": format!("{branch}@sha1:{APPLIED}"), "applied": "yes",
    });
    for (name, value) in columns.as_object().into_iter().flatten() {
        row[name] = value.clone();
    }
    row
}

#[test]
fn clusters_that_follow_the_same_branch_are_counted_and_a_failure_there_is_told() {
    let azure = |call: &Call| match is_graph(call) {
        true => graph_rows(&[
            follower("edge-1", "dev", "Compliant"),
            follower("edge-2", "dev", "Compliant"),
            follower("edge-3", "dev", "Non-Compliant"),
            follower("edge-4", "qa", "Compliant"),
        ]),
        false if call.path.contains("/edge-1") || is_sign_in(call) => well(call),
        // Whoever asks may read no other cluster: Resource Graph's word is all that there is.
        false => not_found("ResourceNotFound"),
    };
    let document = document(azure);
    let environment = &document["environments"][0];
    assert_eq!(environment["standing"], "Deployed");
    assert_eq!(environment["clusters"], json!({ "compliant": 2, "all": 3 }));
    let remark = &environment["remarks"][0];
    assert_eq!(remark["reason"], "NonCompliant", "{environment:#}");
    let message = remark["message"].as_str().unwrap_or_default();
    assert!(
        message.starts_with("1 of 2 other clusters that follow dev failed, first edge-3 in rg-edge: "),
        "{message}"
    );
    assert_eq!(document["worlds"][2]["answer"], "complete");
}
