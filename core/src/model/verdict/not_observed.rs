//! Environments that no cluster at hand tells of: what every such row says, and the one command that asks on.

use super::{EnvironmentStatus, FollowedSource, NextCommand, Outlook, Picture, Ready, Reason, Standing};
use crate::model::World;
use crate::model::argument::valid_name;
use crate::model::pipeline::{ClusterRef, EnvironmentId};

impl EnvironmentStatus {
    /// An environment of which nothing is known but where it belongs.
    pub fn unknown(id: EnvironmentId, environment: &str, project: &str, as_of: jiff::Timestamp) -> Self {
        Self {
            environment: environment.to_owned(),
            project: project.to_owned(),
            id,
            standing: Standing::Unknown,
            cluster_standing: Standing::Unknown,
            reason: Reason::NotObserved,
            cause: None,
            message: String::new(),
            url: None,
            headline: String::new(),
            labels: None,
            since: None,
            as_of,
            failed_fetch: None,
            outlook: Outlook::Final,
            version: None,
            commit: None,
            source: None,
            revision: None,
            ready: Ready::NONE,
            targets: Vec::new(),
            tested: None,
            hold: None,
            clusters: None,
            remarks: Vec::new(),
            next: Vec::new(),
            kustomizations: Vec::new(),
            releases: Vec::new(),
            evidence: Vec::new(),
            github: None,
            azure: None,
            compliance: None,
        }
    }

    /// An environment that follows a branch, and that no cluster of a picture tells of.
    pub(in crate::model) fn not_observed(
        picture: &Picture,
        namespace: &str,
        environment: &str,
        project: &str,
        source: FollowedSource,
    ) -> Self {
        let id = EnvironmentId::new(ClusterRef::NotKnown, namespace);
        let message = format!("{}, so that what is applied is not known", why_not_observed(picture));
        Self {
            headline: message.clone(),
            message,
            source: Some(source),
            next: vec![ask_its_cluster(namespace)],
            ..Self::unknown(id, environment, project, picture.observed_at)
        }
    }
}

/// Asks the cluster of an environment, which somebody who knows its context can.
pub(in crate::model) fn ask_its_cluster(namespace: &str) -> NextCommand {
    let namespace = valid_name(namespace, "'<namespace>'");
    NextCommand::new(
        format!("kubectl gitops-status -n {namespace} --context '<context>'"),
        "ask its cluster, where a context leads there",
    )
}

/// Why no cluster tells of an environment: none was asked, none may be read, none answers, or none has it.
fn why_not_observed(picture: &Picture) -> String {
    let silent: Vec<_> = picture
        .unanswered_by(World::Cluster)
        .filter(|unanswered| unanswered.what.is_none() && unanswered.is_gap())
        .collect();
    let is_silent =
        |cluster: &ClusterRef| silent.iter().any(|unanswered| unanswered.cluster.as_ref() == Some(cluster));
    let is_refused = silent.iter().all(|unanswered| unanswered.why.is_refusal());
    let names: Vec<String> =
        picture.clusters.iter().filter(|cluster| is_silent(cluster)).map(ToString::to_string).collect();
    let heard = picture.clusters.len() - names.len();
    match (heard, names.as_slice()) {
        (0, []) => "no cluster could be asked".to_owned(),
        (0, names) if is_refused => format!("{} may not be read", names.join(" and ")),
        (0, names) => format!("{} did not answer", names.join(" and ")),
        (_, []) => "no cluster that was asked has it".to_owned(),
        (_, names) => format!("no cluster that answered has it, and {} did not", names.join(" and ")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::{Unanswered, Why};

    #[test]
    fn a_row_says_why_nobody_knows_and_whom_to_ask() {
        let context = |name: &str| ClusterRef::Context(name.to_owned());
        let silent = |name: &str, why: Why| Unanswered {
            world: World::Cluster,
            cluster: Some(context(name)),
            what: None,
            why,
        };
        let failed = || Why::NoAnswer("connection refused".to_owned());
        for (clusters, unanswered, words) in [
            (vec![], vec![], "no cluster could be asked"),
            (vec!["east"], vec![], "no cluster that was asked has it"),
            (vec!["east"], vec![silent("east", Why::NotAllowed)], "east may not be read"),
            (vec!["east"], vec![silent("east", Why::NotAuthenticated)], "east may not be read"),
            (vec!["east"], vec![silent("east", failed())], "east did not answer"),
            (
                vec!["east", "west"],
                vec![silent("east", Why::NotAllowed), silent("west", failed())],
                "east and west did not answer",
            ),
            (
                vec!["east", "west"],
                vec![silent("west", Why::NotAllowed)],
                "no cluster that answered has it, and west did not",
            ),
        ] {
            let mut picture = Picture::empty(Timestamp::UNIX_EPOCH);
            picture.clusters = clusters.iter().map(|name| context(name)).collect();
            picture.unanswered.extend(unanswered);
            let source = FollowedSource::default();
            let row = EnvironmentStatus::not_observed(&picture, "qa-hello", "qa", "hello", source);
            assert_eq!(row.message, format!("{words}, so that what is applied is not known"));
            assert_eq!(row.next[0].command, "kubectl gitops-status -n qa-hello --context '<context>'");
        }
        assert!(ask_its_cluster("-n x").command.contains("-n '<namespace>' "));
    }
}
