//! Tables of cases: clusters that were not asked, as Azure tells of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::scene::{APPLIED, OLDER, at};
use super::{AzureAnswer, AzureAnswers, AzureQuestion, FollowedRepository, Follower, Followers, join};
use crate::model::azure::{ArcCluster, ClusterKind};
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::fleet::BranchKnowledge;
use crate::model::pipeline::{ClusterCount, ClusterRef};
use crate::model::verdict::{EnvironmentStatus, Picture, Reason, Standing};

const ADDRESS: &str = "https://github.com/contoso/hello-gitops";

/// A row of Resource Graph: a configuration of a cluster that follows `qa` and has applied its newest commit.
fn row(cluster: &str, columns: &Value) -> Value {
    let id = format!(
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kubernetes/connectedClusters/{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/hello-qa"
    );
    let mut row = json!({
        "id": id, "url": format!("{ADDRESS}.git"), "branch": "qa", "state": "Compliant", "suspended": "false",
        "provisioning": "Succeeded", "connectivity": "Connected", "revision": format!("qa@sha1:{APPLIED}"), "applied": "yes",
    });
    for (name, value) in columns.as_object().into_iter().flatten() {
        row[name] = value.clone();
    }
    let applied = row["messages"].as_str().unwrap_or(APPLIED).to_owned();
    let mut statuses = json!([{
        "kind": "Kustomization", "name": "hello-qa-hello-qa", "namespace": FLUX_NAMESPACE, "complianceState": "Compliant",
        "statusConditions": [{"type": "Ready", "status": "True", "reason": "ReconciliationSucceeded", "message": format!("Applied revision: qa@sha1:{applied}")}],
    }]);
    if let Some(says) = row["says"].as_str() {
        statuses[0]["statusConditions"] =
            json!([{"type": "Ready", "status": "False", "reason": "ArtifactFailed", "message": says}]);
    }
    let kustomizations = json!({"hello-qa": {"path": "./hello", "wait": row["wait"]}});
    row["properties"] = json!({
        "kustomizations": kustomizations,
        "complianceState": row["state"], "provisioningState": row["provisioning"], "suspend": row["suspended"] == "true",
        "sourceSyncedCommitId": row["revision"], "statusUpdatedAt": at(960).to_string(), "statuses": statuses,
        "gitRepository": {"url": ADDRESS, "repositoryRef": {"branch": "qa"}},
    });
    row
}

fn followers(rows: &[Value]) -> AzureAnswers {
    let rows = rows.iter().map(|row| Follower::read(row).expect("a follower")).collect();
    let mut answers = AzureAnswers::default();
    let repository = FollowedRepository::new("git@github.com:Contoso/Hello-GitOps").expect("an address");
    answers.insert(
        AzureQuestion::Followers(repository),
        AzureAnswer::Followers(Followers { rows, summary: None }),
    );
    answers
}

/// The rows of a picture that no cluster was asked for.
fn seen(rows: &[Value]) -> Vec<EnvironmentStatus> {
    let mut picture = Picture {
        observed_at: at(1000),
        clusters: Vec::new(),
        environments: Vec::new(),
        pipelines: Vec::new(),
        remarks: Vec::new(),
        lost_contacts: Vec::new(),
        unanswered: Vec::new(),
        followed: Vec::new(),
        namespace_exists: None,
        has_flux: false,
    };
    let named = BTreeSet::from([FollowedRepository::new(ADDRESS).expect("an address")]);
    join(&mut picture, Ok(&followers(rows)), &named, at(1000));
    assert_eq!(picture.unanswered, Vec::new());
    picture.environments
}

#[test]
fn an_environment_that_no_asked_cluster_has_stands_where_azure_says() {
    for (columns, standing, reason) in [
        (json!({}), Standing::Deployed, Reason::Applied),
        (json!({"messages": OLDER}), Standing::Reconciling, Reason::Progressing),
        (json!({"suspended": "true"}), Standing::Suspended, Reason::ConfigurationSuspended),
        (json!({"connectivity": "Offline"}), Standing::Unknown, Reason::ClusterOffline),
        (json!({"connectivity": "Expired"}), Standing::Unknown, Reason::CertificateExpired),
        (json!({"provisioning": "Failed", "messages": OLDER}), Standing::Failed, Reason::ProvisioningFailed),
        (json!({"revision": null, "state": "Pending"}), Standing::NotDeployed, Reason::SourceNotReady),
        (json!({"wait": false}), Standing::Unknown, Reason::ReadinessUnknown),
        (
            json!({"state": "Non-Compliant", "says": "kustomization path not found: stat /tmp/x"}),
            Standing::NotDeployed,
            Reason::PathMissing,
        ),
    ] {
        let environments = seen(&[row("edge-2", &columns)]);
        let [environment] = environments.as_slice() else { panic!("one row: {environments:?}") };
        assert_eq!((environment.standing, environment.reason), (standing, reason), "{columns}");
        assert_eq!(environment.id.to_string(), "edge-2/qa-hello");
        assert!(matches!(environment.id.cluster, ClusterRef::Arc(_)));
        assert_eq!(environment.next.is_empty(), standing == Standing::Deployed, "{columns}");
        let says: Vec<&str> = environment.evidence.iter().map(|evidence| evidence.name.as_str()).collect();
        assert_eq!(says, ["edge-2/hello-qa"]);
    }
}

/// A row says of no commit that it is applied which is only fetched.
#[test]
fn each_sentence_names_the_commit_that_it_speaks_of() {
    for (columns, sentence, version) in [
        (json!({}), "d61d370 is applied, and what it applied is ready", Some(APPLIED)),
        (
            json!({"messages": OLDER}),
            "d61d370 is fetched and not applied yet: still applied is 0a0a0a0",
            Some(OLDER),
        ),
        (
            json!({"wait": false}),
            &format!(
                "d61d370 is applied; Kustomization {FLUX_NAMESPACE}/hello-qa-hello-qa awaits no readiness (wait: false)"
            ),
            Some(APPLIED),
        ),
        (
            json!({"state": "Non-Compliant", "says": "kustomization path not found: stat /tmp/x"}),
            "the repository has no such folder at d61d370: nothing was merged yet, or the path is misspelt",
            None,
        ),
    ] {
        let environments = seen(&[row("edge-2", &columns)]);
        assert_eq!(environments[0].headline, sentence);
        assert_eq!(environments[0].message, format!("on edge-2 in rg, {sentence}"));
        assert_eq!(environments[0].revision.as_deref(), version);
    }
}

#[test]
fn clusters_that_were_asked_count_as_they_say_themselves() {
    let rows = ["edge-1", "edge-2"].map(|cluster| row(cluster, &Value::Null));
    let rows: Vec<Follower> = rows.iter().map(|row| Follower::read(row).expect("a follower")).collect();
    let followers = Followers { rows, summary: None };
    let own = |cluster: &str, is_well| {
        let cluster = ArcCluster::new("s", "rg", ClusterKind::Connected, cluster).expect("a cluster");
        BTreeMap::from([(cluster, is_well)])
    };
    for (own, compliant, all) in [
        (BTreeMap::new(), 2, 2),
        (own("edge-1", false), 1, 2),
        (own("edge-1", true), 2, 2),
        // Resource Graph has not heard of it yet.
        (own("edge-3", true), 3, 3),
        (own("edge-3", false), 2, 3),
    ] {
        let knowledge = BranchKnowledge { head: Some(APPLIED), is_tracked: true };
        let count = followers.count("qa", knowledge, &own, at(1000));
        assert_eq!(count, ClusterCount { compliant, all }, "{own:?}");
    }
}

#[test]
fn a_few_clusters_are_a_row_each_and_many_are_one() {
    let rows = |count: usize| -> Vec<Value> {
        let failed = json!({"provisioning": "Failed", "messages": OLDER});
        (0..count)
            .map(|number| row(&format!("edge-{number}"), if number == 1 { &failed } else { &Value::Null }))
            .collect()
    };
    let three = seen(&rows(3));
    let told: Vec<String> = three.iter().map(|row| format!("{} {}", row.id.cluster, row.standing)).collect();
    assert_eq!(told, ["edge-1 Failed", "edge-0 Deployed", "edge-2 Deployed"]);
    assert!(three.iter().all(|row| row.clusters == Some(ClusterCount { compliant: 2, all: 3 })));
    let many = seen(&rows(40));
    assert_eq!(many.len(), 1);
    assert_eq!(many[0].clusters, Some(ClusterCount { compliant: 39, all: 40 }));
    assert!(
        many[0].message.starts_with("the worst of 40 clusters: on edge-1 in rg, "),
        "{}",
        many[0].message
    );
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let failed = json!({"provisioning": "Failed", "messages": OLDER});
    let mut rows =
        vec![row("a", &Value::Null), row("b", &failed), row("c", &json!({"connectivity": "Offline"}))];
    let before = seen(&rows);
    rows.reverse();
    assert_eq!(seen(&rows), before);
}
