//! What could not be checked: a row for each question without an answer, few rows for many.

use std::collections::BTreeSet;

use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::verdict::Picture;
use gitops_core::model::{Unanswered, Why, World, shell_word};

use super::groups::is_well;
use super::page::View;
use crate::blocks::worlds_table;

/// More questions without an answer than this, for the same reason, are shown as one row.
const MOST_ROWS: usize = 4;

/// A row for each question that a cluster did not answer; one row for many with the same reason. Of `several`
/// clusters each row names its own.
fn of_clusters(unanswered: &[&Unanswered], several: bool) -> Vec<String> {
    if several {
        let clusters: BTreeSet<&ClusterRef> =
            unanswered.iter().filter_map(|entry| entry.cluster.as_ref()).collect();
        let rows = |cluster: &ClusterRef| -> Vec<String> {
            let own: Vec<&Unanswered> =
                unanswered.iter().copied().filter(|entry| entry.cluster.as_ref() == Some(cluster)).collect();
            of_clusters(&own, false).iter().map(|row| format!("{cluster}: {row}")).collect()
        };
        return clusters.into_iter().flat_map(rows).collect();
    }
    let is_refusal = |entry: &Unanswered| entry.why.is_refusal();
    let alike = |entry: &Unanswered| {
        unanswered.iter().filter(|other| !is_refusal(other) && other.why == entry.why).count()
    };
    let row = |entry: &&Unanswered| match if is_refusal(entry) { 1 } else { alike(entry) } {
        _ if entry.what.is_none() && is_refusal(entry) => refused(entry),
        count if count > MOST_ROWS => failed(count, &entry.why),
        _ => entry.to_string(),
    };
    distinct(unanswered.iter().map(row))
}

/// That a cluster may not be read at all, with what to do about it.
fn refused(entry: &Unanswered) -> String {
    let context = entry.cluster.as_ref().and_then(ClusterRef::context);
    let flag = context.map(|context| format!(" --context {}", shell_word(context))).unwrap_or_default();
    let advice = match entry.why {
        Why::NotAllowed => "see what you may do: kubectl auth can-i --list",
        _ => "sign in again, and see who you are: kubectl auth whoami",
    };
    format!("everything: {}; {advice}{flag}", entry.why)
}

/// A row for each reason why GitHub or Azure did not answer. Of Azure it names the first question without an answer, which
/// says on which cluster to look.
fn of_others(unanswered: &[&Unanswered]) -> Vec<String> {
    let alike =
        |entry: &Unanswered| unanswered.iter().copied().filter(|other| other.why == entry.why).collect();
    let row = |entry: &&Unanswered| {
        let alike: Vec<&Unanswered> = alike(entry);
        match (alike.as_slice(), alike.first().and_then(|first| first.what.as_ref())) {
            ([_], _) => entry.to_string(),
            (several, Some(first)) if entry.world == World::Azure => {
                format!("{first} and {} more: {}", several.len() - 1, entry.why)
            }
            (several, _) => failed(several.len(), &entry.why),
        }
    };
    distinct(unanswered.iter().map(row))
}

fn failed(count: usize, why: &Why) -> String {
    format!("{why} ({count} requests failed)")
}

/// Each row once, in order of its first.
fn distinct(rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for row in rows {
        if !distinct.contains(&row) {
            distinct.push(row);
        }
    }
    distinct
}

impl View {
    /// What could not be checked; nothing where everything was. A world that nothing here needs is no gap, and one that is
    /// merely not configured is one where something is not well, or where everything is shown.
    pub(crate) fn worlds(&self, picture: &Picture) -> String {
        let is_missed = |unanswered: &Unanswered| unanswered.is_gap() && !unanswered.is_unconfigured();
        let is_wanted = self.wide
            || picture.unanswered.iter().any(is_missed)
            || !picture.environments.iter().all(is_well);
        let mut rows: Vec<Vec<String>> = Vec::new();
        for world in World::ALL {
            let is_gap = |unanswered: &&Unanswered| {
                unanswered.is_gap() && (is_wanted || !unanswered.is_unconfigured())
            };
            let unanswered: Vec<&Unanswered> = picture.unanswered_by(world).filter(is_gap).collect();
            let questions = if world == World::Cluster {
                of_clusters(&unanswered, self.several)
            } else {
                of_others(&unanswered)
            };
            rows.extend(questions.into_iter().map(|question| vec![world.to_string(), question]));
        }
        worlds_table(rows, self.width, self.paint)
    }
}
