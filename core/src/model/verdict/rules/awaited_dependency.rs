//! A dependency must be ready first. What it waits for in the end decides: something that moves ends the wait by
//! itself; a circle, a kustomization that is missing, failed or suspended is a person's, who is told which.

use super::super::dependencies::{self, Root};
use super::super::fetch_failure::FetchFailure;
use super::super::kustomization_case::{self, KustomizationCase};
use super::super::timing::CREATION_GRACE_SECONDS;
use super::super::{Cause, Finding, Outlook, Reason, SinceFrom, Standing, next_commands, short};
use crate::model::cluster::{Kind, KustomizationFacts};

pub(super) fn decide(case: &KustomizationCase<'_>) -> Option<Finding> {
    let waiting = case.object.conditions.at("Ready", "False")?;
    if waiting.reason != "DependencyNotReady" || !case.is_source_current() {
        return None;
    }
    let stored = SinceFrom::Artifact.at(case.source.and_then(|source| source.stored));
    let stored = stored.filter(|_| case.object.applied.is_some());
    let since = stored.max(SinceFrom::Condition.at(waiting.since));
    Some(match dependencies::root(&case.observation, case.facts) {
        Root::Circle(members) => circle(case, &members),
        Root::Missing(missing) => {
            let title = format!("Kustomization {}", missing.key());
            let mut finding = blocked(
                case,
                Standing::Failed,
                &format!("{title}{}, which is not there", through(case, &missing.key())),
            );
            // Both may be being made.
            let created = case.object.meta.created;
            finding.outlook = Outlook::within(created, CREATION_GRACE_SECONDS, case.observation.now);
            if finding.outlook != Outlook::Final {
                finding.standing = moving(case);
            }
            let (arc, meta) = (&case.observation.facts.arc, &case.object.meta);
            finding.next = next_commands::recreate(arc, Some(meta), "kustomizations");
            finding
        }
        Root::Kustomization(root) if is_read(case, root) => of_root(case, root),
        Root::NotKnown(dependency, unanswered) => {
            let mut finding = moves(case);
            if let Some(unanswered) = unanswered {
                finding.next = next_commands::unanswered(&unanswered, &dependency.namespace);
            }
            finding
        }
        Root::Ready | Root::Kustomization(_) => moves(case),
    })
    .map(|finding| finding.since(since))
}

/// Whether the source of a kustomization was looked for: elsewhere than here it may not have been.
fn is_read(case: &KustomizationCase<'_>, root: &KustomizationFacts) -> bool {
    let source = &root.object.source;
    let is_looked_for = |kind| case.observation.state.looked(Kind::of_source(kind), &source.namespace);
    root.source.is_some() || source.source().is_none_or(is_looked_for)
}

/// Where it stands while it waits for what moves.
fn moving(case: &KustomizationCase<'_>) -> Standing {
    match &case.object.applied {
        None => Standing::NotDeployed,
        Some(_) if case.is_attempted() => Standing::Reconciling,
        Some(_) => Standing::Syncing,
    }
}

fn moves(case: &KustomizationCase<'_>) -> Finding {
    let message = waits_for(case, &case.awaited_dependencies());
    Finding::new(moving(case), Reason::DependencyNotReady, message)
}

/// The verdict where the wait does not end by itself: what was applied keeps running, and new commits are blocked.
fn blocked(case: &KustomizationCase<'_>, standing: Standing, what: &str) -> Finding {
    let standing = if case.object.applied.is_some() { standing } else { Standing::NotDeployed };
    let message = waits_for(case, what) + &case.still_applied("");
    let mut finding = Finding::new(standing, Reason::DependencyNotReady, message);
    finding.outlook = Outlook::Final;
    finding
}

fn waits_for(case: &KustomizationCase<'_>, what: &str) -> String {
    match case.artifact().filter(|_| case.object.applied.is_some()) {
        Some(artifact) => format!("{} waits for {what}", short(artifact)),
        None => format!("waits for {what}"),
    }
}

fn circle(case: &KustomizationCase<'_>, members: &[String]) -> Finding {
    let own = case.object.meta.key();
    let circle = members.join(" → ");
    let what = match members {
        [_, _] => format!("itself: {circle}"),
        _ if members.contains(&own) => format!("itself, through others: {circle}"),
        _ => format!("kustomizations that wait for each other: {circle}"),
    };
    let what = format!("{what}; that never ends until one `dependsOn` of them is taken out in Git");
    let mut finding = blocked(case, Standing::Failed, &what).because(Some(Cause::DependencyCycle));
    finding.next = next_commands::dependencies();
    finding
}

fn of_root(case: &KustomizationCase<'_>, root: &KustomizationFacts) -> Finding {
    let found = kustomization_case::finding(case.observation, root);
    if moves_on(root, &found) {
        let mut finding = moves(case);
        finding.outlook = match found.outlook {
            Outlook::MayMend { .. } => found.outlook,
            Outlook::Final => finding.outlook,
        };
        return finding;
    }
    let title = format!("Kustomization {}", root.object.meta.key());
    let standing = if found.standing == Standing::NotDeployed { Standing::Failed } else { found.standing };
    let through = through(case, &root.object.meta.key());
    let how = format!("{title}{through}, which is {} ({})", found.standing, found.reason);
    // Beside it in an environment its own sentence stands already.
    let is_told = case.observation.facts.share_an_environment(case.facts, root);
    let what = if is_told { how } else { format!("{how}: {}", found.headline) };
    let mut finding = blocked(case, standing, &what).because(found.cause);
    finding.outlook = found.outlook;
    finding.next = found.next;
    finding
}

/// Whether a root moves by itself. How long a failure may mend is read from messages too, and decides nothing here.
fn moves_on(root: &KustomizationFacts, found: &Finding) -> bool {
    let has_end = matches!(found.outlook, Outlook::MayMend { until: Some(_) });
    match found.standing {
        Standing::Deployed | Standing::Reconciling | Standing::Syncing => true,
        Standing::NotDeployed => has_end && FetchFailure::of(root).is_none(),
        Standing::Unknown | Standing::Suspended => has_end,
        // The others are of pipelines, and no kustomization stands there.
        _ => false,
    }
}

/// How a wait comes to its root, where that is no dependency of its own.
fn through(case: &KustomizationCase<'_>, root: &str) -> String {
    let dependencies = &case.object.depends_on;
    if dependencies.iter().any(|dependency| dependency.key() == root) {
        return String::new();
    }
    let unready = case.unready_dependencies().into_iter().next();
    unready.map(|first| format!(", through {first}")).unwrap_or_default()
}
