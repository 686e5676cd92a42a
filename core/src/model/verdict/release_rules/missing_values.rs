//! Values that the release takes from a ConfigMap or Secret are not there, or cannot be read. The first versions of the
//! API had one reason for all that comes before Helm; their message tells whether it is about values, and no more.

use super::super::attempt_failure::with_message;
use super::super::release_case::ReleaseCase;
use super::super::{Finding, Outlook, Reason, SinceFrom, Standing, next_commands};
use crate::model::objects::{Condition, HelmRelease, ValuesReference};

pub(super) fn decide(case: &ReleaseCase<'_>) -> Option<Finding> {
    let failed = case.ready_for("False", &["ValuesError", "InitFailed"])?;
    let named = missing(case.object, &failed.message);
    if failed.reason == "InitFailed" && named.is_none() {
        return Some(before_helm(case, failed));
    }
    let what = match named {
        Some(values) => {
            format!("its values in {} are not there, or cannot be read", title(case.object, values))
        }
        None => match candidates(case.object).as_str() {
            "" => "its values are not there, or cannot be read".to_owned(),
            several => {
                format!("values of it are not there, or cannot be read (it takes them from {several})")
            }
        },
    };
    let sentence = with_message(what, why(&failed.message));
    let mut finding = finding(case, failed, Reason::ValuesMissing, sentence);
    finding.outlook = Outlook::Final;
    let first = named.or_else(|| case.object.values_from.iter().find(|values| !values.is_optional));
    finding.next = next_commands::helm::values(case.object, first);
    Some(finding)
}

/// A failure before Helm of which nothing tells that it is about values.
fn before_helm(case: &ReleaseCase<'_>, failed: &Condition) -> Finding {
    let what = "Flux failed before it came to an action of Helm".to_owned();
    let sentence = with_message(what, why(&failed.message));
    let mut finding = finding(case, failed, Reason::ReconciliationFailed, sentence);
    finding.outlook = Outlook::MayMend { until: None };
    finding.next = next_commands::helm::failure(case.object, false);
    finding
}

fn finding(case: &ReleaseCase<'_>, failed: &Condition, reason: Reason, sentence: String) -> Finding {
    let standing = if case.object.was_deployed() { Standing::Failed } else { Standing::NotDeployed };
    let message = sentence.clone() + &case.what_runs();
    Finding::new(standing, reason, message).under(sentence).since(SinceFrom::Condition.at(failed.since))
}

/// The reference that a message names.
fn missing<'a>(object: &'a HelmRelease, message: &str) -> Option<&'a ValuesReference> {
    let names = |values: &&ValuesReference| {
        let place = format!("'{}/{}'", object.meta.namespace, values.name);
        message.contains(&values.kind) && message.contains(&place)
    };
    let named: Vec<&ValuesReference> = object.values_from.iter().filter(names).collect();
    let with_key = named.iter().find(|values| message.contains(&format!("'{}'", values.key)));
    with_key.or(named.first()).copied()
}

fn title(object: &HelmRelease, values: &ValuesReference) -> String {
    format!("{} {}/{} (key {})", values.kind, object.meta.namespace, values.name, values.key)
}

fn candidates(object: &HelmRelease) -> String {
    let needed = object.values_from.iter().filter(|values| !values.is_optional);
    needed.map(|values| title(object, values)).collect::<Vec<_>>().join(", ")
}

/// What is behind the names that such a message begins with.
fn why(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    match line.strip_prefix("could not resolve ").and_then(|rest| rest.split_once(": ")) {
        Some((_, why)) => why,
        None => line,
    }
}
