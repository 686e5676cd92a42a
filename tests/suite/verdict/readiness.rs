//! READY, beside every standing.

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::verdict::{Ready, Reason, Standing};
use serde_json::{Value, json};

use super::down::*;
use super::least::*;
use super::timeline::cluster;

#[test]
fn what_is_expected_and_missing_counts() {
    let two = json!({ "entries": [
        { "id": "dev-hello_hello_apps_Deployment", "v": "v1" },
        { "id": "dev-hello_db_apps_StatefulSet", "v": "v1" },
    ] });
    let without = |inventory: Value| with(kustomization(), &[("/status/inventory", inventory)]);
    let jobs = json!({ "entries": [{ "id": "dev-hello_nightly_batch_CronJob", "v": "v1" }, { "id": "dev-hello_once_batch_Job", "v": "v1" }] });
    let scaled =
        with(deployment(), &[("/spec/replicas", json!(0)), ("/status", json!({ "observedGeneration": 1 }))]);
    for (objects, expected) in [
        (vec![kustomization(), deployment()], "1/1"),
        (vec![kustomization()], "0/1"),
        (vec![without(two.clone()), deployment()], "1/2"),
        (vec![without(two)], "0/2"),
        (vec![without(jobs)], "-"),
        (vec![without(json!({ "entries": [] }))], "-"),
        (vec![kustomization(), scaled], "0/0"),
        (vec![kustomization(), deployment_of_two(1, json!([]))], "1/2"),
    ] {
        let environment = seen(&[vec![source()], objects].concat());
        assert_eq!(ready(&environment), expected, "{}", environment.message);
        assert!(environment.ready.known);
    }
}

#[test]
fn several_kustomizations_are_summed_and_what_two_of_them_miss_counts_once() {
    let other = |inventory: &str| {
        let inventory = json!({ "entries": [{ "id": inventory, "v": "v1" }] });
        let changes = [
            ("/metadata/name", json!("other")),
            ("/metadata/uid", json!("o")),
            ("/status/inventory", inventory),
        ];
        with(kustomization(), &changes)
    };
    let web = with(
        deployment_of_two(2, json!([])),
        &[("/metadata/name", json!("web")), ("/metadata/uid", json!("w"))],
    );
    let both = seen(&[source(), kustomization(), other("dev-hello_web_apps_Deployment"), deployment(), web]);
    assert_eq!(ready(&both), "3/3");
    let missed = seen(&[source(), kustomization(), other("dev-hello_hello_apps_Deployment")]);
    assert_eq!(ready(&missed), "0/1");
}

#[test]
fn what_may_not_be_read_is_not_known_whatever_the_standing() {
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true))]);
    let failing = with(
        kustomization(),
        &[("/status/conditions", json!([condition("Ready", "False", "BuildFailed", 9)]))],
    );
    let first = with(kustomization(), &[("/status", json!({}))]);
    for (kustomization, standing) in [
        (kustomization(), Standing::Deployed),
        (suspended, Standing::Suspended),
        (failing, Standing::Failed),
        (first, Standing::Unknown),
    ] {
        for (answer, reason) in
            [(Answer::Forbidden, Reason::NotReadable), (Answer::silent("gone"), Reason::NoAnswer)]
        {
            let mut answers = cluster(NAMESPACE, &[source(), kustomization.clone(), deployment()]);
            answers.replace(Scope::namespace(Kind::Deployment, NAMESPACE), answer);
            let environment = &judged(&answers).environments[0];
            assert_eq!((environment.standing, ready(environment).as_str()), (standing, "?"));
            let remark = environment.remarks.iter().find(|remark| remark.reason == reason).expect("a remark");
            assert!(
                remark.message.starts_with(
                    "whether its workloads run is not known: list deployments.apps in dev-hello"
                ),
                "{}",
                remark.message
            );
        }
    }
}

#[test]
fn a_release_or_a_job_that_may_not_be_read_is_said_and_is_no_success() {
    for (kind, entry) in [
        (Kind::HelmRelease, "dev-hello_shop_helm.toolkit.fluxcd.io_HelmRelease"),
        (Kind::Job, "dev-hello_migrate_batch_Job"),
        (Kind::CronJob, "dev-hello_nightly_batch_CronJob"),
    ] {
        let entries = ["dev-hello_hello_apps_Deployment", entry].map(|id| json!({ "id": id, "v": "v1" }));
        let listing = with(kustomization(), &[("/status/inventory", json!({ "entries": entries }))]);
        for (answer, reason) in
            [(Answer::Forbidden, Reason::NotReadable), (Answer::silent("gone"), Reason::NoAnswer)]
        {
            let mut answers = cluster(NAMESPACE, &[source(), listing.clone(), deployment()]);
            answers.replace(Scope::namespace(kind, NAMESPACE), answer);
            let environment = &judged(&answers).environments[0];
            assert_eq!(environment.standing, Standing::Deployed);
            let said = environment.remarks.iter().find(|remark| remark.reason == reason).expect("a remark");
            assert!(said.message.contains(&kind.resource()), "{}", said.message);
            assert!(environment.is_failing() && !environment.next.is_empty(), "{:?}", environment.next);
        }
    }
}

#[test]
fn a_kind_that_nobody_expects_may_be_refused() {
    let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
    answers.replace(Scope::namespace(Kind::StatefulSet, NAMESPACE), Answer::Forbidden);
    let environment = &judged(&answers).environments[0];
    assert_eq!(ready(environment), "1/1");
    assert!(environment.remarks.is_empty(), "{:?}", environment.remarks);
}

#[test]
fn what_is_kept_elsewhere_is_not_known() {
    let remote = with(kustomization(), &[("/spec/kubeConfig", json!({ "secretRef": { "name": "edge" } }))]);
    assert_eq!(ready(&seen(&[source(), remote])), "?");
    let release =
        json!({ "entries": [{ "id": "dev-hello_hello_helm.toolkit.fluxcd.io_HelmRelease", "v": "v2" }] });
    let through_helm = with(kustomization(), &[("/status/inventory", release)]);
    let mut answers = cluster(NAMESPACE, &[source(), through_helm.clone()]);
    answers.replace(Scope::namespace(Kind::HelmRelease, NAMESPACE), Answer::Forbidden);
    assert_eq!(ready(&judged(&answers).environments[0]), "?", "the release may not be read");
    assert_eq!(ready(&seen(&[source(), through_helm])), "0/1", "the release is gone, with what it installed");
}

#[test]
fn where_followers_are_not_known_everything_in_the_namespace_counts() {
    let unread = |refused: &[Kind]| {
        let mut answers = cluster(NAMESPACE, &[source(), kustomization(), down(600)]);
        for kind in refused {
            answers.replace(Scope::namespace(*kind, NAMESPACE), Answer::Forbidden);
        }
        let environment = judged(&answers).environments.remove(0);
        assert_eq!(environment.standing, Standing::Unknown);
        environment
    };
    let environment = unread(&[Kind::Kustomization, Kind::GitRepository]);
    assert_eq!(ready(&environment), "0/2");
    assert_eq!(environment.remarks[0].reason, Reason::WorkloadNotReady, "{:?}", environment.remarks);
    let environment = unread(&[Kind::Kustomization, Kind::GitRepository, Kind::DaemonSet]);
    assert_eq!(ready(&environment), "?");
}

#[test]
fn what_wants_no_pod_is_not_down() {
    let scaled = with(down(600), &[("/spec/replicas", json!(0))]);
    let environment = seen(&[source(), kustomization(), scaled]);
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(ready(&environment), "0/0");
    assert!(environment.remarks.is_empty() && environment.next.is_empty(), "{:?}", environment.remarks);
}

#[test]
fn a_suspension_hides_no_outage() {
    let suspended = with(kustomization(), &[("/spec/suspend", json!(true))]);
    let environment = seen(&[source(), suspended.clone(), down(600)]);
    assert_stands(&environment, Standing::Suspended, Reason::KustomizationSuspended);
    assert_eq!(ready(&environment), "0/2");
    assert!(
        environment.message.ends_with("; Deployment dev-hello/hello has no ready pod"),
        "{}",
        environment.message
    );
    assert!(environment.remarks.iter().any(|remark| remark.message.contains("0 of 2 pods are ready")));
    let commands: Vec<&str> = environment.next.iter().map(|step| step.command.as_str()).collect();
    assert_eq!(commands[0], "kubectl describe -n dev-hello deployment/hello");
    assert!(commands[1].starts_with("kubectl patch kustomization/"), "{commands:?}");
    let environment = seen(&[source(), suspended]);
    assert_eq!(ready(&environment), "0/1");
    assert!(environment.message.ends_with("; Deployment dev-hello/hello is gone"), "{}", environment.message);
    assert!(environment.remarks.iter().any(|remark| remark.reason == Reason::WorkloadMissing));
}

#[test]
fn an_outage_is_told_beside_every_other_failure() {
    let failed_fetch = json!([condition("FetchFailed", "True", "GitOperationFailed", 600)]);
    let failed_build = json!([condition("Ready", "False", "BuildFailed", 9)]);
    for (source, kustomization, reason) in [
        (with(source(), &[("/status/conditions", failed_fetch)]), kustomization(), Reason::FetchFailed),
        (source(), with(kustomization(), &[("/status/conditions", failed_build)]), Reason::BuildFailed),
    ] {
        let environment = seen(&[source, kustomization, down(10)]);
        assert_stands(&environment, Standing::Failed, reason);
        assert_eq!(ready(&environment), "0/2");
        assert!(
            environment.remarks.iter().any(|remark| remark.reason == Reason::WorkloadNotReady),
            "{:?}",
            environment.remarks
        );
        let last = environment.next.last().expect("a next step");
        assert_eq!(last.command, "kubectl describe -n dev-hello deployment/hello");
    }
    let other = with(kustomization(), &[("/spec/sourceRef", json!({ "kind": "Tarball", "name": "hello" }))]);
    let environment = seen(&[other, down(600)]);
    assert_stands(&environment, Standing::Unknown, Reason::SourceKindNotFollowed);
    assert_eq!(
        (ready(&environment).as_str(), environment.remarks[0].reason),
        ("0/2", Reason::WorkloadNotReady)
    );
}

#[test]
fn readiness_is_written_with_what_it_rests_on() {
    let ready = Ready { ready: 1, desired: 3, known: true, workloads: 2 };
    let written = serde_json::to_value(ready).expect("JSON");
    assert_eq!(written, json!({ "ready": 1, "desired": 3, "known": true, "workloads": 2 }));
    for (ready, shown) in [
        (Ready { known: false, ..ready }, "?"),
        (Ready { known: false, ..Ready::NONE }, "?"),
        (Ready::NONE, "-"),
        (Ready { workloads: 1, ..Ready::NONE }, "0/0"),
    ] {
        assert_eq!(ready.to_string(), shown);
    }
}
