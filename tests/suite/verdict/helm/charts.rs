//! The chart of a Helm release: awaited, newer, out of reach.

use super::super::least::*;
use super::objects::*;
use gitops_core::model::verdict::{Outlook, Reason, Standing};
use serde_json::{Value, json};

#[test]
fn a_newer_chart_is_awaited_for_a_minute() {
    let environment = both(&release(), &[deployment(), chart("1.5.0", 20)]);
    assert_stands(&environment, Standing::Syncing, Reason::NewRevision);
    assert!(environment.message.starts_with("runner 1.5.0 is fetched and not applied yet"));
    let environment = both(&release(), &[deployment(), chart("1.5.0", 90)]);
    assert_stands(&environment, Standing::Unknown, Reason::ControllerNotRunning);
    assert!(environment.message.starts_with("helm-controller does not run"), "{}", environment.message);
}

#[test]
fn a_first_chart_is_awaited_for_as_long_as_its_fetch_may_take() {
    let untried =
        [("/status/lastAttemptedRevision", json!(null)), ("/status/lastAttemptedReleaseAction", json!(null))];
    for (seconds, standing, reason) in [
        (20, Standing::NotDeployed, Reason::ChartNotReady),
        (7200, Standing::Unknown, Reason::DeadlineExceeded),
    ] {
        let created = [("/metadata/creationTimestamp", json!(ago(seconds)))];
        let release = with(first(json!([]), &untried), &created);
        let unfetched = with(
            with(chart("1.4.0", 600), &[("/status", json!({ "observedGeneration": 1 }))]),
            &[("/metadata/creationTimestamp", json!(ago(seconds)))],
        );
        let environment = both(&release, &[unfetched]);
        assert_stands(&environment, standing, reason);
        assert!(environment.message.contains("is not fetched yet"), "{}", environment.message);
        let has_end = matches!(environment.outlook, Outlook::MayMend { until: Some(_) });
        assert_eq!(has_end, standing == Standing::NotDeployed, "{:?}", environment.outlook);
        assert!(!environment.next.is_empty());
    }
}

#[test]
fn a_chart_that_cannot_be_fetched_any_more_blocks_newer_ones() {
    for (seconds, standing) in [(30, Standing::Deployed), (90, Standing::Failed)] {
        let failing = json!([
            condition("Ready", "False", "ChartPullError", seconds),
            condition("FetchFailed", "True", "ChartPullError", seconds),
        ]);
        let chart = with(chart("1.4.0", 3600), &[("/status/conditions", failing)]);
        let environment = both(&release(), &[deployment(), chart]);
        assert_eq!(environment.standing, standing, "{}", environment.message);
        let is_told = environment.reason == Reason::ChartNotReady || !environment.remarks.is_empty();
        assert!(is_told, "after {seconds} s");
    }
}

#[test]
fn a_release_has_its_own_chart_asked_for_and_no_other_source() {
    use gitops_core::model::cluster::{Kind, Scope};
    use gitops_core::model::verdict::{Selection, wants};
    let asked = |objects: &[Value]| {
        let cluster = crate::verdict::timeline::cluster(NAMESPACE, objects);
        let wants = wants(&cluster, &Selection::Namespace(NAMESPACE.into()));
        let of_sources = [
            Kind::HelmChart,
            Kind::HelmRepository,
            Kind::OciRepository,
            Kind::Bucket,
            Kind::ExternalArtifact,
        ];
        let is_asked = |kind: &Kind| wants.iter().any(|scope: &Scope| scope.kind == *kind);
        of_sources.into_iter().filter(is_asked).collect::<Vec<Kind>>()
    };
    assert_eq!(asked(&[source(), kustomization(), deployment()]), []);
    assert_eq!(asked(&[release(), deployment()]), [Kind::HelmChart, Kind::HelmRepository]);
    let spec = json!({ "interval": "10m", "chartRef": { "kind": "OCIRepository", "name": "runner" } });
    let by_reference = with(release(), &[("/spec", spec), ("/status/helmChart", json!(null))]);
    assert_eq!(asked(&[by_reference, deployment()]), [Kind::OciRepository]);
}

#[test]
fn a_newer_chart_is_told_of_a_release_that_gave_up() {
    let gave_up = trying(gave_up("RetriesExceeded"), json!([failed(), before()]), &[]);
    let newer = "; runner 1.6.0 is fetched, and Flux has not tried it";
    for (fetched, is_told) in [("1.5.0", false), ("1.6.0", true)] {
        let environment = both(&gave_up, &[deployment(), chart(fetched, 20)]);
        assert_stands(&environment, Standing::Failed, Reason::Stalled);
        assert_eq!(environment.message.ends_with(newer), is_told, "{}", environment.message);
    }
}
