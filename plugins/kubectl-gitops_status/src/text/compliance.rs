//! What Azure was told of environments, in words.

use std::collections::BTreeMap;

use gitops_core::model::compliance::Compliance;
use gitops_core::model::verdict::{EnvironmentStatus, Reason, ago_in_words};
use jiff::Timestamp;

/// `Compliant 40 s ago (hello-dev on edge-1 in rg-edge)`, of several environments how many stand where; nothing where
/// Azure has no part, or gave no answer, which has a row of its own.
pub(crate) fn in_words(environments: &[&EnvironmentStatus], now: Timestamp) -> Option<String> {
    let told: Vec<&Compliance> = environments
        .iter()
        .filter_map(|environment| environment.compliance.as_ref())
        .filter(|compliance| compliance.reason != Some(Reason::NoAnswer))
        .collect();
    match told.as_slice() {
        [] => None,
        [only] => Some(only.describe(now)),
        several => Some(counts(several, now)),
    }
}

/// `3 Compliant, 1 Pending; the oldest was told 3 min ago`, the worst first.
fn counts(compliances: &[&Compliance], now: Timestamp) -> String {
    let mut sorted = compliances.to_vec();
    sorted.sort_by_cached_key(|compliance| compliance.severity());
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (place, compliance) in sorted.iter().enumerate() {
        let state = compliance.state.as_ref().map_or("not known".to_owned(), ToString::to_string);
        counts.entry(state).or_insert((place, 0)).1 += 1;
    }
    let mut counts: Vec<(&String, &(usize, usize))> = counts.iter().collect();
    counts.sort_by_key(|(_, (place, _))| *place);
    let counts = counts.iter().map(|(state, (_, count))| format!("{count} {state}"));
    let ages = sorted.iter().filter_map(|compliance| Some((compliance.as_of?, compliance.azure_time(now))));
    let oldest = ages.min().map(|(as_of, now)| format!("; the oldest was told {}", ago_in_words(as_of, now)));
    counts.collect::<Vec<_>>().join(", ") + &oldest.unwrap_or_default()
}

/// The worst of what Azure was told of environments.
pub(crate) fn worst<'a>(environments: &[&'a EnvironmentStatus]) -> Option<&'a Compliance> {
    let compliances = environments.iter().filter_map(|environment| environment.compliance.as_ref());
    compliances.min_by_key(|compliance| compliance.severity())
}
