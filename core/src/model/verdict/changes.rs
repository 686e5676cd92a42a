//! What has changed since Flux failed. Flux looks again in its own time, and until then goes on saying what was: whoever
//! has mended the cause should read that it is mended, and how to have Flux look now.

use jiff::Timestamp;

use super::durations::ago_in_words;
use super::failure_subject::FailureSubject;
use super::fetch_failure::FetchFailure;
use super::kustomization_case::KustomizationCase;
use super::last_try::LastTry;
use super::{
    Cause, Finding, NextCommand, Outlook, Reason, Remark, Standing, attempt_memory, health, next_commands,
};
use crate::model::objects::{Meta, Source};

/// Adds to a verdict on a failure what is no longer as it was, and the command that makes Flux look.
pub(super) fn add(case: &KustomizationCase<'_>, finding: &mut Finding) {
    let (changes, steps) = of_fetch(case, finding)
        .or_else(|| of_attempt(case, finding))
        .or_else(|| of_waiting(case, finding))
        .unwrap_or_default();
    if changes.is_empty() {
        return;
    }
    if finding.outlook == Outlook::Final && finding.standing == Standing::Failed {
        // When Flux looks again it finds another state of things.
        finding.outlook = Outlook::MayMend { until: None };
    }
    finding.remarks.extend(changes.into_iter().map(|change| Remark::new(Reason::ChangedSince, change)));
    finding.remarks.sort();
    let others = std::mem::take(&mut finding.next).into_iter();
    let is_new = |step: &NextCommand| !steps.iter().any(|first| first.command == step.command);
    let others: Vec<NextCommand> = others.filter(is_new).collect();
    finding.next = steps.into_iter().chain(others).collect();
}

/// Sentences about what has changed, and the steps that follow from it.
type Changes = (Vec<String>, Vec<NextCommand>);

/// What has changed since a fetch failed: the source itself, and its Secret.
fn of_fetch(case: &KustomizationCase<'_>, finding: &Finding) -> Option<Changes> {
    let (source, fetch) = (case.source?, case.fetch.as_ref()?);
    let is_told =
        fetch.reason == finding.reason || finding.remarks.iter().any(|remark| remark.reason == fetch.reason);
    if !is_told || source.suspended {
        return None;
    }
    let now = case.observation.now;
    let since = format!("; Flux last tried {}", fetch.last_try.when(now));
    let observed = source.observed_generation.max(source.conditions.observed_generation());
    let is_unseen = source.meta.generation > observed;
    let of_source = is_unseen.then(|| changed(source.kind.name(), &source.meta, now) + &since);
    let of_secret = change_of_secret(case, source, fetch).map(|change| change + &since);
    let changes: Vec<String> = of_source.into_iter().chain(of_secret).collect();
    Some((changes, vec![next_commands::fetch_now(source)]))
}

fn change_of_secret(case: &KustomizationCase<'_>, source: &Source, fetch: &FetchFailure) -> Option<String> {
    let namespace = &source.meta.namespace;
    let secret = case.observation.facts.git_secret(namespace, source.secret.as_deref()?)?;
    let written = secret.written?;
    let title = format!("Secret {namespace}/{}", secret.name);
    let ago = ago_in_words(written, case.observation.now);
    match fetch.reason {
        Reason::GitSecretMissing => Some(format!("{title} is there now")),
        Reason::TokenRejected | Reason::AuthenticationFailed if fetch.last_try.is_before(Some(written)) => {
            Some(format!("{title} was written {ago}"))
        }
        _ => None,
    }
}

/// What has changed since an attempt failed: the kustomization itself, a namespace that was missing, pods that were not
/// ready.
fn of_attempt(case: &KustomizationCase<'_>, finding: &Finding) -> Option<Changes> {
    let remembered = attempt_memory::failure(case.facts).filter(|_| case.is_attempted())?;
    if remembered.failure.reason != finding.reason {
        return None;
    }
    let (object, last_try, now) = (case.object, remembered.last_try, case.observation.now);
    let observed = object.observed_generation.max(object.conditions.observed_generation());
    let of_object = (object.meta.generation > observed).then(|| changed("Kustomization", &object.meta, now));
    let of_namespace = (finding.cause == Some(Cause::NamespaceMissing))
        .then(|| namespace_that_came(case, &remembered.failure.subject))
        .flatten();
    let of_pods = (finding.reason == Reason::HealthCheckFailed && is_healthy_now(case))
        .then(|| "everything that it applied is ready now".to_owned());
    let since = format!("; Flux last tried {}", last_try.when(now));
    let changes = [of_object, of_namespace, of_pods].into_iter().flatten();
    Some((changes.map(|change| change + &since).collect(), vec![next_commands::apply_now(object)]))
}

/// That what a kustomization waits for is there already.
fn of_waiting(case: &KustomizationCase<'_>, finding: &Finding) -> Option<Changes> {
    let waiting =
        case.object.conditions.at("Ready", "False").filter(|ready| ready.reason == "DependencyNotReady")?;
    let is_over = !case.object.depends_on.is_empty() && case.unready_dependencies().is_empty();
    if finding.reason != Reason::DependencyNotReady || !is_over {
        return None;
    }
    let when = LastTry::at(waiting.since).when(case.observation.now);
    let change = format!("everything that it depends on is ready now; Flux last looked {when}");
    Some((vec![change], vec![next_commands::apply_now(case.object)]))
}

fn changed(kind: &str, meta: &Meta, now: Timestamp) -> String {
    let when = meta.specified().map(|time| format!(" {}", ago_in_words(time, now)));
    format!("{kind} {} was changed{}", meta.key(), when.unwrap_or_default())
}

/// The namespace that a refusal names as missing, where it is there now.
fn namespace_that_came(case: &KustomizationCase<'_>, subject: &FailureSubject) -> Option<String> {
    let FailureSubject::Namespace(name) = subject else { return None };
    let namespace = case.observation.facts.namespace(name)?;
    namespace.meta.deleted.is_none().then(|| format!("namespace {name} is there now"))
}

fn is_healthy_now(case: &KustomizationCase<'_>) -> bool {
    let mut workloads = case.facts.delivered.workloads.iter();
    let is_known = !case.facts.delivered.workloads.is_empty() && case.facts.delivered.missing.is_empty();
    is_known
        && workloads.all(|workload| workload.object.is_settled())
        && health::troubles(case.observation, case.facts).is_empty()
        && case.facts.releases.iter().all(|release| release.object.conditions.at("Ready", "True").is_some())
}
