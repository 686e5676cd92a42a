//! The verdict on an environment: that of the worst of what delivers to it, with everything that the others say.

use std::collections::BTreeMap;

use super::evidence::evidence;
use super::fetch_failure::FetchFailure;
use super::observation::Observation;
use super::readiness::{ready, remark_on_unread_workloads, unanswered};
use super::status::{Delivery, EnvironmentStatus, FailedFetch, FollowedSource, ReleaseDelivery};
use super::workload_remarks::of_unmanaged_workloads;
use super::{
    Cause, Finding, Outlook, Reason, Remark, Standing, kustomization_case, next_commands, release_case,
    rules, terminating_namespace,
};
use crate::model::cluster::{EnvironmentFacts, Kind, KustomizationFacts, ReleaseFacts, Scope, ScopeOutcome};
use crate::model::compliance::AzureOrigin;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{HelmRelease, Kustomization};

/// What was judged.
#[derive(Clone, Copy)]
enum Deliverer<'a> {
    Kustomization(&'a KustomizationFacts),
    Release(&'a ReleaseFacts),
    /// A kustomization that is not there.
    Missing,
}

/// The verdict on one deliverer of an environment.
struct DelivererFinding<'a> {
    key: String,
    deliverer: Deliverer<'a>,
    finding: Finding,
}

impl<'a> DelivererFinding<'a> {
    fn kustomization(&self) -> Option<&'a KustomizationFacts> {
        match self.deliverer {
            Deliverer::Kustomization(kustomization) => Some(kustomization),
            Deliverer::Release(_) | Deliverer::Missing => None,
        }
    }

    fn release(&self) -> Option<&'a ReleaseFacts> {
        match self.deliverer {
            Deliverer::Release(release) => Some(release),
            Deliverer::Kustomization(_) | Deliverer::Missing => None,
        }
    }
}

/// The findings of an environment, the worst first.
fn findings<'a>(
    observation: Observation<'_>,
    environment: &'a EnvironmentFacts,
) -> Vec<DelivererFinding<'a>> {
    let judged = environment.kustomizations.iter().map(|kustomization| DelivererFinding {
        key: kustomization.object.meta.key(),
        deliverer: Deliverer::Kustomization(kustomization),
        finding: kustomization_case::finding(observation, kustomization),
    });
    let released = environment.releases.iter().map(|release| DelivererFinding {
        key: release.object.title(),
        deliverer: Deliverer::Release(release),
        finding: release_case::finding(observation, release),
    });
    let missing = rules::missing_kustomization(&observation, environment)
        .map(|(key, finding)| DelivererFinding { key, deliverer: Deliverer::Missing, finding });
    let mut findings: Vec<DelivererFinding<'_>> = judged.chain(released).chain(missing).collect();
    let main = environment.main().map(|main| main.object.meta.key());
    // What another waits for says more than that it waits.
    let is_waiting = |part: &DelivererFinding<'_>| {
        part.finding.reason == Reason::DependencyNotReady
            && part.finding.cause != Some(Cause::DependencyCycle)
    };
    let rank = |part: &DelivererFinding<'_>| {
        let is_other = Some(&part.key) != main.as_ref();
        (part.finding.standing, is_waiting(part), is_other, part.release().is_some())
    };
    findings.sort_by(|a, b| (rank(a), &a.key).cmp(&(rank(b), &b.key)));
    findings
}

/// The sentence of an environment: that of the worst of what delivers to it, which it names where there are several.
/// Where all of them are well it has them all.
fn message(findings: &[DelivererFinding<'_>]) -> String {
    let named = |part: &DelivererFinding<'_>| format!("{}: {}", part.key, part.finding.message);
    match findings {
        [only] => only.finding.message.clone(),
        [worst, ..] if worst.finding.standing != Standing::Deployed => named(worst),
        all => all.iter().map(named).collect::<Vec<_>>().join("; "),
    }
}

/// The verdict on an environment; `None` where nothing can be said.
pub(super) fn environment_status(
    observation: Observation<'_>,
    environment: &EnvironmentFacts,
) -> Option<EnvironmentStatus> {
    let findings = findings(observation, environment);
    let (first, others) = findings.split_first()?;
    let mut worst = first.finding.clone();
    worst.message = message(&findings);
    terminating_namespace::outrank(observation, &environment.namespace, &mut worst);
    let main = environment.main();
    let moves = matches!(worst.standing, Standing::Reconciling | Standing::Syncing | Standing::NotDeployed);
    let mut next = worst.next;
    if next.is_empty() && moves {
        next = match main.filter(|_| worst.outlook == Outlook::Final) {
            Some(main) => next_commands::attempt(&main.object),
            None => next_commands::follow(&environment.namespace),
        };
    }
    if let Some(unanswered) = unanswered(observation, environment).filter(|_| next.is_empty()) {
        next = next_commands::unanswered(&unanswered, &environment.namespace);
    }
    let mut remarks = worst.remarks;
    // A health check that failed tells what the release says that it waited for.
    let is_told = |other: &DelivererFinding<'_>| {
        other.release().is_some() && first.finding.message.contains(&other.finding.message)
    };
    for other in others {
        remarks.extend(remarks_of_other(other, worst.standing, is_told(other)));
    }
    if worst.reason != Reason::NamespaceTerminating {
        remarks.extend(terminating_namespace::remark(observation, &environment.namespace));
    }
    remarks.extend(rules::orphans(environment));
    remarks.extend(releases_elsewhere(observation, environment));
    remarks.extend(remark_on_unread_workloads(observation, environment));
    remarks.extend(of_unmanaged_workloads(observation, environment));
    remarks.sort();
    remarks.dedup();
    let judged = findings.iter().filter_map(|part| Some((part.kustomization()?, &part.finding)));
    let released = findings.iter().filter_map(|part| Some((part.release()?, &part.finding)));
    let id = observation.state.environment_id(&environment.namespace);
    Some(EnvironmentStatus {
        standing: worst.standing,
        cluster_standing: worst.standing,
        reason: worst.reason,
        cause: worst.cause,
        message: worst.message,
        url: None,
        headline: worst.headline,
        labels: namespace_labels(observation, &environment.namespace),
        since: worst.since,
        failed_fetch: first.kustomization().and_then(|facts| failed_fetch(facts, worst.reason)),
        outlook: worst.outlook,
        version: version(environment),
        source: source(environment, main),
        azure: AzureOrigin::of(observation.state, environment),
        revision: main.and_then(|main| main.object.applied.clone()),
        ready: ready(observation, environment),
        targets: environment.targets(),
        remarks,
        next,
        kustomizations: judged
            .map(|(kustomization, finding)| delivery(&kustomization.object, finding))
            .collect(),
        releases: released.map(|(release, finding)| release_delivery(&release.object, finding)).collect(),
        evidence: evidence(environment),
        ..EnvironmentStatus::unknown(id, &environment.name, &environment.project, observation.now)
    })
}

/// The labels of a namespace: none of one that was looked for and is not there; `None` where they are not known.
fn namespace_labels(observation: Observation<'_>, namespace: &str) -> Option<BTreeMap<String, String>> {
    if let Some(found) = observation.facts.namespace(namespace) {
        return Some(found.meta.labels.clone());
    }
    let outcome = |scope: Scope| observation.state.outcome(&scope).cloned();
    let is_absent = outcome(Scope::cluster(Kind::Namespace)) == Some(ScopeOutcome::Objects)
        || outcome(Scope::object(Kind::Namespace, "", namespace)) == Some(ScopeOutcome::Absent);
    is_absent.then(BTreeMap::new)
}

/// What a deliverer that is not the worst adds to the environment's remarks.
/// One that is well is named too, beside one that is not; one that is told in the sentence is not told again.
fn remarks_of_other(other: &DelivererFinding<'_>, worst: Standing, is_told: bool) -> Vec<Remark> {
    let DelivererFinding { key, finding, .. } = other;
    let mut remarks = finding.remarks.clone();
    if worst != Standing::Deployed && !is_told {
        let message = format!("{key} is {}: {}", finding.standing, finding.message);
        remarks.push(Remark { reason: finding.reason, cause: finding.cause, message, url: None });
    }
    remarks
}

/// The fetch that failed, where that is why a kustomization stands where it does.
fn failed_fetch(facts: &KustomizationFacts, reason: Reason) -> Option<FailedFetch> {
    let source = facts.source.as_ref()?;
    let fetch = FetchFailure::of(facts).filter(|fetch| fetch.reason == reason)?;
    Some(FailedFetch {
        url: source.url.clone(),
        branch: source.branch().map(str::to_owned),
        last_try: fetch.last_try.time,
        fetch_now: next_commands::fetch_now(source),
    })
}

/// What the kustomization that deploys the application follows, else what nothing uses yet, else what a chart is taken
/// from.
fn source(environment: &EnvironmentFacts, main: Option<&KustomizationFacts>) -> Option<FollowedSource> {
    let used = main.and_then(|kustomization| kustomization.source.as_ref());
    let of_chart = environment
        .releases
        .iter()
        .find_map(|release| release.chart_source.as_ref().or(release.chart.as_ref()));
    let source = used.or(environment.unused_sources.first()).or(of_chart)?;
    Some(FollowedSource::of(source))
}

fn delivery(kustomization: &Kustomization, finding: &Finding) -> Delivery {
    Delivery {
        namespace: kustomization.meta.namespace.clone(),
        name: kustomization.meta.name.clone(),
        standing: finding.standing,
        reason: finding.reason,
        revision: kustomization.applied.clone(),
        path: kustomization.path.clone(),
        interval: kustomization.interval,
        timeout: kustomization.timeout,
    }
}

/// The version of the chart that runs, where one release alone delivers; what GitHub tells of the application is better.
fn version(environment: &EnvironmentFacts) -> Option<String> {
    match environment.releases.as_slice() {
        [only] => only.object.running_version().map(str::to_owned),
        _ => None,
    }
}

fn release_delivery(release: &HelmRelease, finding: &Finding) -> ReleaseDelivery {
    let deployed = release.deployed();
    let wanted = release.wanted_chart.as_ref().map(|(chart, _)| chart.clone());
    ReleaseDelivery {
        namespace: release.meta.namespace.clone(),
        name: release.meta.name.clone(),
        standing: finding.standing,
        reason: finding.reason,
        chart: deployed.map(|deployed| deployed.chart.clone()).or(wanted),
        chart_version: release.running_version().map(str::to_owned),
        app_version: deployed.and_then(|deployed| deployed.app_version.clone()),
        revision: deployed.map(|deployed| deployed.revision),
    }
}

/// What is wrong with releases that the environment's kustomizations keep and that install into another namespace.
fn releases_elsewhere(observation: Observation<'_>, environment: &EnvironmentFacts) -> Vec<Remark> {
    let kept = environment.kustomizations.iter().flat_map(|kustomization| &kustomization.releases);
    let is_here = |release: &ReleaseFacts| {
        environment.releases.iter().any(|own| own.object.meta == release.object.meta)
    };
    let elsewhere = kept.filter(|release| !is_here(release));
    elsewhere
        .filter_map(|release| {
            let finding = release_case::finding(observation, release);
            let Finding { standing, cause, message, .. } = finding;
            let message = format!("{} is {standing}: {message}", release.object.title());
            (standing != Standing::Deployed).then_some(Remark {
                reason: Reason::ReleaseNotReady,
                cause,
                message,
                url: None,
            })
        })
        .collect()
}

/// A namespace whose followers are not known: its workloads are shown, its standing is not.
pub(super) fn unreadable_status(observation: Observation<'_>, namespace: &str) -> Option<EnvironmentStatus> {
    let unanswered_kind = |kind| {
        let places = [FLUX_NAMESPACE, namespace];
        places.into_iter().find_map(|place| observation.state.unanswered_in(kind, place))
    };
    let delivering = [Kind::Kustomization, Kind::GitRepository, Kind::HelmRelease];
    let unanswered = delivering.into_iter().find_map(unanswered_kind)?;
    let place = unanswered.what.as_ref().and_then(|question| question.namespace.as_deref());
    let place = place.unwrap_or(FLUX_NAMESPACE);
    let message = format!("which Flux objects deploy to namespace {namespace} is not known: {unanswered}");
    // A question about the namespace itself is not one that others share.
    let shared = if place == namespace { unanswered.why.to_string() } else { unanswered.to_string() };
    let headline = format!("which Flux objects deploy to a namespace is not known: {shared}");
    let environment = EnvironmentFacts::unknown(&observation.facts.namespaces, namespace);
    let reason = Reason::of_unanswered(&unanswered.why);
    let id = observation.state.environment_id(namespace);
    Some(EnvironmentStatus {
        reason,
        message,
        headline,
        labels: namespace_labels(observation, namespace),
        outlook: if reason == Reason::NoAnswer { Outlook::MayMend { until: None } } else { Outlook::Final },
        ready: ready(observation, &environment),
        remarks: of_unmanaged_workloads(observation, &environment)
            .into_iter()
            .chain(terminating_namespace::remark(observation, namespace))
            .collect(),
        next: next_commands::unanswered(&unanswered, place),
        ..EnvironmentStatus::unknown(id, &environment.name, &environment.project, observation.now)
    })
}
