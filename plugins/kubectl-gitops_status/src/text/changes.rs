//! What changed while watching: a line for each change of verdict, of many environments at once one line, and for
//! contact that was lost or found.

use std::collections::{BTreeMap, VecDeque};

use gitops_core::cli::Paint;
use gitops_core::model::counted;
use gitops_core::model::pipeline::{ClusterRef, EnvironmentId};
use gitops_core::model::verdict::{
    EnvironmentStatus, LostContact, Picture, Standing, age_in_words, time_of_day,
};
use jiff::Timestamp;

use super::columns::reason;

/// The most changes that are remembered.
const MOST_CHANGES: usize = 100;
/// More environments than this that change alike at once are one line.
const MOST_ALIKE: usize = 3;

/// Where an environment stands, and why.
type Verdict = (Standing, String);

/// The latest changes, and what the next picture is compared with.
#[derive(Default)]
pub(crate) struct Changes {
    lines: VecDeque<String>,
    verdicts: Option<BTreeMap<EnvironmentId, Verdict>>,
    lost: BTreeMap<ClusterRef, Timestamp>,
}

impl Changes {
    /// The newest `count` of them, the oldest of those first.
    pub(crate) fn newest(&self, count: usize) -> impl Iterator<Item = &str> {
        self.lines.iter().skip(self.lines.len().saturating_sub(count)).map(String::as_str)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// Compares a picture with the one before. The first one changes nothing.
    pub(crate) fn add(&mut self, picture: &Picture, paint: Paint) {
        let verdict = |environment: &EnvironmentStatus| (environment.standing, reason(environment));
        let verdicts: BTreeMap<EnvironmentId, Verdict> = picture
            .environments
            .iter()
            .map(|environment| (environment.id.clone(), verdict(environment)))
            .collect();
        let several = picture.clusters.len() > 1;
        let contacts = self.contacts(picture, several);
        if let Some(former) = self.verdicts.replace(verdicts.clone()) {
            let changed = verdicts.iter().filter(|(id, verdict)| former.get(id) != Some(verdict));
            let gone = former.keys().filter(|id| !verdicts.contains_key(id));
            let mut alike: BTreeMap<String, Vec<&EnvironmentId>> = BTreeMap::new();
            for (id, (standing, reason)) in changed {
                alike.entry(format!("{}, {reason}", paint.standing(*standing))).or_default().push(id);
            }
            alike.extend([("is gone".to_owned(), gone.collect())]);
            let lines = alike.iter().flat_map(|(what, ids)| lines(what, ids, several));
            let time = time_of_day(picture.observed_at);
            self.lines.extend(lines.map(|line| format!("{time}  {line}")));
        }
        self.lines.extend(contacts);
        while self.lines.len() > MOST_CHANGES {
            self.lines.pop_front();
        }
    }

    /// That contact was lost or found since the picture before.
    fn contacts(&mut self, picture: &Picture, several: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let name = |cluster: &ClusterRef| if several { format!("{cluster}  ") } else { String::new() };
        for LostContact { cluster, since, why, .. } in &picture.lost_contacts {
            if self.lost.insert(cluster.clone(), *since).is_none() {
                lines.push(format!("{}  {}contact lost: {why}", time_of_day(*since), name(cluster)));
            }
        }
        let now = picture.observed_at;
        self.lost.retain(|cluster, since| {
            let is_lost = picture.lost_contact(cluster).is_some();
            if !is_lost {
                let after = age_in_words(*since, now);
                lines.push(format!("{}  {}contact found after {after}", time_of_day(now), name(cluster)));
            }
            is_lost
        });
        lines
    }
}

/// A line for each of a few environments, one for many.
fn lines(what: &str, ids: &[&EnvironmentId], several: bool) -> Vec<String> {
    if ids.len() > MOST_ALIKE {
        return vec![format!("{}  {what}", counted(ids.len(), "environment"))];
    }
    let name = |id: &&EnvironmentId| {
        if several { format!("{} on {}", id.namespace, id.cluster) } else { id.namespace.clone() }
    };
    ids.iter().map(|id| format!("{}  {what}", name(id))).collect()
}
