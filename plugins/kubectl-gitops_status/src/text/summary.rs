//! The line below the table: how many environments stand where, and in which context.

use std::collections::BTreeMap;

use gitops_core::model::World;
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::verdict::{EnvironmentStatus, Picture, Standing};

use super::page::View;

impl View {
    /// `1 Failed, 31 Deployed in context prod; elsewhere 2 Deployed`, the worst first. A cluster that said nothing is named.
    pub(crate) fn summary(&self, picture: &Picture) -> String {
        // What stands elsewhere is in no context that could be named.
        let is_here = |environment: &&EnvironmentStatus| {
            environment.id.cluster.is_at_hand() || picture.clusters.is_empty()
        };
        let (here, elsewhere): (Vec<&EnvironmentStatus>, Vec<&EnvironmentStatus>) =
            picture.environments.iter().partition(is_here);
        let counts = self.counts(here);
        let counts = if counts.is_empty() { "no environments".to_owned() } else { counts };
        let silence = |cluster: &ClusterRef| {
            let mut unanswered = picture.unanswered_by(World::Cluster);
            unanswered.find(|entry| entry.what.is_none() && entry.cluster.as_ref() == Some(cluster))
        };
        let is_silent = |cluster: &&ClusterRef| silence(cluster).is_some();
        let is_refused = |cluster: &&ClusterRef| silence(cluster).is_some_and(|entry| entry.why.is_refusal());
        let (silent, heard): (Vec<&ClusterRef>, Vec<&ClusterRef>) =
            picture.clusters.iter().partition(is_silent);
        let mut line = format!("{counts}{}", within(&heard));
        if !elsewhere.is_empty() {
            line += &format!("; elsewhere {}", self.counts(elsewhere));
        }
        if picture.environments.len() > 1 && is_flux_unknown(picture) {
            line += "; there may be more";
        }
        let down = picture.environments.iter().filter(|environment| environment.ready.is_outage()).count();
        if down > 0 && picture.environments.len() > 1 {
            line += &format!("; {down} without a ready pod");
        }
        let (refused, silent): (Vec<&ClusterRef>, Vec<&ClusterRef>) =
            silent.into_iter().partition(is_refused);
        for (clusters, words) in [(refused, "access denied by"), (silent, "no answer from")] {
            if !clusters.is_empty() {
                let names: Vec<String> = clusters.iter().map(|cluster| cluster.to_string()).collect();
                line += &format!("; {words} {}", names.join(", "));
            }
        }
        line + "\n"
    }

    /// How many environments stand where, the worst first; nothing where there are none.
    pub(crate) fn counts<'a>(&self, environments: impl IntoIterator<Item = &'a EnvironmentStatus>) -> String {
        let mut counts: BTreeMap<Standing, usize> = BTreeMap::new();
        for environment in environments {
            *counts.entry(environment.standing).or_default() += 1;
        }
        let counts =
            counts.iter().map(|(standing, count)| format!("{count} {}", self.paint.standing(*standing)));
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a question about which environments there are was not answered.
fn is_flux_unknown(picture: &Picture) -> bool {
    let mut questions = picture.unanswered_by(World::Cluster).filter_map(|entry| entry.what.as_ref());
    questions.any(|question| {
        ["gitrepositories.", "kustomizations."].iter().any(|kind| question.resource.starts_with(kind))
    })
}

/// ` in context prod`; inside a pod nothing needs to be told apart.
fn within(clusters: &[&ClusterRef]) -> String {
    let contexts = contexts(clusters.iter().copied());
    if contexts.is_empty() { contexts } else { format!(" in{contexts}") }
}

/// ` context prod`, ` contexts east, west`; nothing inside a pod.
pub(super) fn contexts<'a>(clusters: impl Iterator<Item = &'a ClusterRef>) -> String {
    let names: Vec<&str> = clusters.filter_map(|cluster| cluster.context()).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!(" context {name}"),
        names => format!(" contexts {}", names.join(", ")),
    }
}
