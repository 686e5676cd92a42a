//! What answers say of branches on which clusters went on since. All that can still be true remains; a newest commit and a
//! list of pull requests that are older than what a cluster fetched do not.

use super::all_branches::AllBranches;
use super::{FollowedBranch, GithubAnswers, GithubScope, Upstreams};

/// What `answers`, which were got about `asked`, still say of `scope`. The pull request that brought what a cluster
/// fetched since is merged, so that the list it stands in is not told.
pub fn remaining_upstreams(asked: &GithubScope, scope: &GithubScope, answers: &GithubAnswers) -> Upstreams {
    let mut remaining = answers.clone();
    for moved in scope.branches.iter().filter(|branch| !asked.branches.contains(branch)) {
        let head = moved.head_question();
        if moved.is_beyond(answers.get(&head)) {
            remaining.remove(&head);
            remaining.remove(&moved.pulls_question());
        }
    }
    let is_asked = |branch: &FollowedBranch| {
        asked
            .branches
            .iter()
            .any(|other| other.repository == branch.repository && other.branch == branch.branch)
    };
    let all = AllBranches::new(scope, &remaining);
    let of = all
        .iter()
        .filter(|branch| is_asked(branch.followed) || branch.is_elsewhere)
        .filter_map(|branch| Some((branch.followed.id.clone(), branch.upstream()?)))
        .collect();
    let elsewhere = all.elsewhere();
    Upstreams { of, elsewhere, pipelines: all.into_facts(), unanswered: Vec::new() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::github::{PullRequest, RepositoryName};
    use crate::model::pipeline::{ClusterRef, EnvironmentId};
    use crate::model::upstream::{GithubAnswer, GithubQuestion, Tracking, Upstream};

    fn branch(fetched: &str, applied: &str) -> FollowedBranch {
        FollowedBranch {
            id: EnvironmentId::new(ClusterRef::InCluster, "dev-hello"),
            environment: "dev".to_owned(),
            repository: repository(),
            branch: "dev".to_owned(),
            fetched: Some(fetched.to_owned()),
            applied: Some(applied.to_owned()),
        }
    }

    fn scope(branch: FollowedBranch) -> GithubScope {
        GithubScope { branches: vec![branch], ..GithubScope::default() }
    }

    fn repository() -> RepositoryName {
        "contoso/hello-gitops".parse().expect("a name")
    }

    /// GitHub while `head` was the newest commit: one pull request is open, and each commit's version is its name.
    fn answers(head: &str) -> GithubAnswers {
        let pull_request = PullRequest::from_json(&json!({"number": 1, "state": "open", "title": "Deploy"}));
        let branch = branch(head, head);
        let files = ["a", "b"].into_iter().flat_map(|commit| {
            Tracking::FILES.map(|path| {
                let commit = commit.to_owned();
                let text = GithubAnswer::Text(commit.clone());
                (GithubQuestion::TrackingFile { repository: repository(), commit, path }, text)
            })
        });
        files
            .chain([
                (branch.head_question(), GithubAnswer::Text(head.to_owned())),
                (branch.pulls_question(), GithubAnswer::Pulls(vec![pull_request])),
            ])
            .collect()
    }

    #[test]
    fn a_list_that_is_older_than_what_is_fetched_goes_and_the_rest_stays() {
        for (asked, now, head, version, head_and_pulls) in [
            (("a", "a"), ("a", "a"), "a", Some("a"), (Some("a"), 1)),
            // It was pushed before GitHub was asked.
            (("a", "a"), ("a", "a"), "b", Some("a"), (Some("b"), 1)),
            (("a", "a"), ("b", "a"), "b", Some("a"), (Some("b"), 1)),
            (("a", "a"), ("b", "b"), "b", Some("b"), (Some("b"), 1)),
            (("b", "a"), ("b", "b"), "b", Some("b"), (Some("b"), 1)),
            // It was pushed and fetched afterwards.
            (("a", "a"), ("b", "a"), "a", Some("a"), (None, 0)),
            (("a", "a"), ("c", "b"), "b", Some("b"), (None, 0)),
            (("a", "a"), ("c", "c"), "a", None, (None, 0)),
        ] {
            let (asked, now) = (scope(branch(asked.0, asked.1)), scope(branch(now.0, now.1)));
            let mut upstreams = remaining_upstreams(&asked, &now, &answers(head));
            let Upstream { head, running, pulls, .. } =
                upstreams.of.remove(&now.branches[0].id).expect("an answer");
            let running = running.and_then(|tracking| tracking.version);
            assert_eq!(
                (running.as_deref(), (head.as_deref(), pulls.len())),
                (version, head_and_pulls),
                "{now:?}"
            );
        }
    }

    #[test]
    fn nothing_remains_of_what_was_not_asked_for() {
        let mut elsewhere = branch("a", "a");
        elsewhere.branch = "qa".to_owned();
        let (asked, now) = (scope(branch("a", "a")), scope(elsewhere));
        assert!(remaining_upstreams(&asked, &now, &answers("a")).of.is_empty());
    }
}
