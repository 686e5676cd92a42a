//! Environments with one cause in common: they are told of once.

use std::collections::BTreeMap;

use gitops_core::model::pipeline::{ClusterRef, EnvironmentId};
use gitops_core::model::verdict::{EnvironmentStatus, NextCommand, Remark, Standing};

/// Environments that stand in the same place for the same reason, the first first.
#[derive(Clone, Debug)]
pub(crate) struct Group<'a> {
    pub(crate) environments: Vec<&'a EnvironmentStatus>,
}

/// The most environments of a group whose messages are told one by one.
const MOST_PARTICULARS: usize = 5;

/// The most commands of single environments that a group lists.
const MOST_DIFFERENT: usize = 3;

/// Environments by their cause, the worst first. Those of one cluster, and those of clusters that nobody asked, with the
/// same standing, reason, cause and headline are one group.
pub(crate) fn groups<'a>(environments: impl IntoIterator<Item = &'a EnvironmentStatus>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for environment in environments {
        match groups.iter_mut().find(|group| group.has_cause_of(environment)) {
            Some(group) => group.environments.push(environment),
            None => groups.push(Group { environments: vec![environment] }),
        }
    }
    let severity = |group: &Group<'_>| {
        let severities = group.environments.iter().map(|environment| environment.severity());
        severities.min()
    };
    groups.sort_by_cached_key(severity);
    groups
}

/// Whether nothing needs to be said of an environment below the table.
pub(crate) fn is_well(environment: &EnvironmentStatus) -> bool {
    environment.standing == Standing::Deployed && environment.remarks.is_empty()
}

/// The namespaces that have a remark of each reason, in order of reasons.
pub(crate) fn namespaces_by_remark<'a>(
    environments: &[&'a EnvironmentStatus],
) -> BTreeMap<String, Vec<&'a str>> {
    let mut namespaces: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
    for environment in environments {
        for remark in &environment.remarks {
            let listed = namespaces.entry(remark.reason.to_string()).or_default();
            if !listed.contains(&environment.id.namespace.as_str()) {
                listed.push(&environment.id.namespace);
            }
        }
    }
    namespaces
}

impl<'a> Group<'a> {
    /// One that stands for all.
    pub(crate) fn first(&self) -> &'a EnvironmentStatus {
        self.environments[0]
    }

    fn has_cause_of(&self, other: &EnvironmentStatus) -> bool {
        let first = self.first();
        let key =
            |environment: &EnvironmentStatus| (environment.standing, environment.reason, environment.cause);
        let (own, others) = (&first.id.cluster, &other.id.cluster);
        let is_alike = own == others || !own.is_at_hand() && !others.is_at_hand();
        is_alike && key(first) == key(other) && first.headline == other.headline
    }

    /// Whether all of them are on one cluster, or nobody knows on which.
    pub(crate) fn is_of_one_cluster(&self) -> bool {
        self.environments.iter().all(|environment| environment.id.cluster == self.first().id.cluster)
    }

    /// The page that shows why all of them stand there.
    pub(crate) fn url(&self) -> Option<&'a str> {
        let url = self.first().url.as_deref();
        url.filter(|url| self.environments.iter().all(|environment| environment.url.as_deref() == Some(url)))
    }

    /// `dev-a, dev-b`; of several clusters each with its own: `prod-a on edge-1 in rg-edge`.
    pub(crate) fn namespaces(&self) -> String {
        let names = self.environments.iter().map(|environment| self.name(environment));
        names.collect::<Vec<_>>().join(", ")
    }

    /// What an environment of the group is called.
    fn name(&self, environment: &EnvironmentStatus) -> String {
        let EnvironmentId { cluster, namespace } = &environment.id;
        match cluster {
            ClusterRef::Arc(cluster) if !self.is_of_one_cluster() => format!("{namespace} on {cluster}"),
            _ => namespace.clone(),
        }
    }

    /// What is particular to each environment, `dev-a: last applied: 145247f`, where they are few and have something.
    pub(crate) fn particulars(&self) -> Option<Vec<String>> {
        if self.environments.len() > MOST_PARTICULARS {
            return None;
        }
        let particular = |environment: &&EnvironmentStatus| {
            let rest = environment.message.split_once(environment.headline.as_str())?.1;
            let rest = rest.trim_start_matches(';').trim();
            (!rest.is_empty()).then(|| format!("{}: {rest}", self.name(environment)))
        };
        self.environments.iter().map(particular).collect()
    }

    /// Remarks with whose they are, and the page that shows each: those of all environments once, the others with their
    /// namespaces.
    pub(crate) fn remarks(&self) -> Vec<(String, Option<&str>)> {
        let mut holders: Vec<(&'a Remark, Vec<String>)> = Vec::new();
        for environment in &self.environments {
            let namespace = self.name(environment);
            for remark in &environment.remarks {
                match holders.iter_mut().find(|(known, _)| *known == remark) {
                    Some((_, namespaces)) => namespaces.push(namespace.clone()),
                    None => holders.push((remark, vec![namespace.clone()])),
                }
            }
        }
        let line = |(remark, namespaces): (&'a Remark, Vec<String>)| {
            let Remark { reason, message, url, .. } = remark;
            let text = match namespaces.len() == self.environments.len() {
                true => format!("{reason}: {message}"),
                false => format!("{reason} ({}): {message}", namespaces.join(", ")),
            };
            (text, url.as_deref())
        };
        holders.into_iter().map(line).collect()
    }

    /// What to type: the commands that help all of them, then those of the first few.
    pub(crate) fn next(&self) -> Vec<NextCommand> {
        let is_of_all = |command: &NextCommand| {
            self.environments.iter().all(|environment| environment.next.contains(command))
        };
        let (mut next, _): (Vec<NextCommand>, Vec<NextCommand>) =
            self.first().next.iter().cloned().partition(is_of_all);
        let shown = if self.environments.len() > MOST_DIFFERENT { 1 } else { self.environments.len() };
        for environment in self.environments.iter().take(shown) {
            let own = environment.next.iter().filter(|command| !is_of_all(command));
            let named = own.map(|NextCommand { command, why, .. }| {
                NextCommand::new(command.clone(), format!("{}: {why}", self.name(environment)))
            });
            next.extend(named.take(MOST_DIFFERENT));
        }
        next
    }
}
