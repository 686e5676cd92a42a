//! What the answers say of one followed branch: what is known by now decides what is asked next, and in the end what
//! is shown.

use super::all_branches::AllBranches;
use super::pipeline_answers::PipelineAnswers;
use super::{
    FollowedBranch, GithubAnswer, GithubAnswers, GithubQuestion, Link, PipelineFacts, Tracking, Upstream,
    notification,
};
use crate::model::github::RepositoryName;
use crate::model::verdict::timing::PULL_REQUESTS_LISTED;

/// One branch among all that are followed, and the answers by now.
#[derive(Clone, Copy)]
pub(super) struct BranchAnswers<'a> {
    pub(super) followed: &'a FollowedBranch,
    /// The environment, as GitHub's settings name it.
    pub(super) environment: &'a str,
    pub(super) is_elsewhere: bool,
    pub(super) pipeline: PipelineAnswers<'a>,
    pub(super) facts: Option<&'a PipelineFacts>,
    pub(super) all: &'a AllBranches<'a>,
    pub(super) answers: &'a GithubAnswers,
}

impl<'a> BranchAnswers<'a> {
    /// Everything that can be asked of the branch by now, answered or not.
    pub(super) fn questions(self) -> Vec<GithubQuestion> {
        let FollowedBranch { repository, applied, .. } = self.followed;
        let mut questions = vec![self.head_question(), self.pulls_question()];
        questions.extend(applied.iter().flat_map(|applied| tracking_questions(repository, applied)));
        questions.extend(applied.iter().map(|applied| commit_question(repository, applied)));
        if self.is_all_absent() {
            let look = GithubQuestion::Repository(repository.clone());
            let is_there = self.answers.get(&look) == Some(&GithubAnswer::Present);
            questions.push(look);
            if !is_there {
                return questions;
            }
        }
        if let Some(newer) = self.newer() {
            questions.extend(tracking_questions(repository, newer));
            questions.push(commit_question(repository, newer));
            questions
                .extend(applied.iter().map(|applied| GithubQuestion::comparison(repository, applied, newer)));
        }
        questions.extend(self.statuses_question());
        questions.extend(self.link_question());
        questions.extend(self.former_questions());
        questions
            .extend(self.configuration_question(self.tracked().and_then(|tracked| tracked.config_commit)));
        questions.extend(
            self.pulls().iter().take(PULL_REQUESTS_LISTED).flat_map(|pull| self.pull_questions(pull)),
        );
        questions.extend(self.revision_questions());
        questions.extend(self.notification_questions());
        questions
    }

    /// What is shown of the branch; `None` where the repository is not there for this token.
    pub(super) fn upstream(self) -> Option<Upstream> {
        if self.is_hidden() {
            return None;
        }
        let FollowedBranch { repository, applied, .. } = self.followed;
        let newer = self.newer();
        Some(Upstream {
            head: self.head().map(str::to_owned),
            is_branch_missing: self.answers.get(&self.head_question()) == Some(&GithubAnswer::Absent),
            running: self.running(),
            newest: newer.and_then(|newer| self.answers.tracking(repository, newer)),
            distance: newer.and_then(|newer| self.answers.distance(repository, applied.as_deref()?, newer)),
            is_applied_gone: newer.is_some_and(|newer| self.is_gone(newer)),
            pulls: self.detailed_pulls(),
            are_pulls_known: matches!(self.answers.get(&self.pulls_question()), Some(GithubAnswer::Pulls(_))),
            source: self.source(),
            statuses: match self.statuses_question().and_then(|question| self.answers.get(&question)) {
                Some(GithubAnswer::Statuses(statuses)) => statuses.clone(),
                _ => Vec::new(),
            },
            next: self.link(),
            environment: self.environment.to_owned(),
            merge: self
                .head()
                .and_then(|head| self.answers.commit(&commit_question(repository, head)))
                .cloned(),
            before: self.before(),
            pull_facts: self
                .pulls()
                .iter()
                .take(PULL_REQUESTS_LISTED)
                .map(|pull| self.pull_facts(pull))
                .collect(),
            configuration: self
                .configuration_question(self.tracked().and_then(|tracked| tracked.config_commit))
                .and_then(|question| self.answers.configuration_changes(&question))
                .cloned(),
            hold: self.pipeline.hold(self.environment),
            revision: self.revision_facts(),
        })
    }

    /// Whether GitHub has nothing to compare the applied commit with: it is known to be in no history any more.
    fn is_gone(self, newer: &str) -> bool {
        let FollowedBranch { repository, applied, .. } = self.followed;
        applied.as_deref().is_some_and(|applied| {
            let comparison = GithubQuestion::comparison(repository, applied, newer);
            self.answers.get(&comparison) == Some(&GithubAnswer::Absent)
        })
    }

    /// Whether the branch and the list of pull requests both answered 404. Of a repository that is seen the list is
    /// there, an empty one at least.
    fn is_all_absent(self) -> bool {
        [self.head_question(), self.pulls_question()]
            .iter()
            .all(|question| self.answers.get(question) == Some(&GithubAnswer::Absent))
    }

    /// Whether the repository itself is not there for this token: then nothing is known of the branch.
    pub(super) fn is_hidden(self) -> bool {
        let repository = GithubQuestion::Repository(self.followed.repository.clone());
        let is_answered =
            self.answers.get(&repository).is_some_and(|answer| *answer != GithubAnswer::Present);
        self.is_all_absent() && is_answered
    }

    pub(super) fn pulls_question(self) -> GithubQuestion {
        self.followed.pulls_question()
    }

    pub(super) fn head_question(self) -> GithubQuestion {
        self.followed.head_question()
    }

    fn statuses_question(self) -> Option<GithubQuestion> {
        Some(GithubQuestion::Statuses(self.source()?, self.shown()?.commit?))
    }

    /// What the environment after this one has not got.
    fn link_question(self) -> Option<GithubQuestion> {
        let (_, next) = self.next()?;
        let (there, here) = (next?.shown()?.commit?, self.shown()?.commit?);
        (there != here).then_some(())?;
        Some(GithubQuestion::comparison(&self.source()?, &there, &here))
    }

    fn link(self) -> Option<Link> {
        let (environment, next) = self.next()?;
        let next = next?;
        let commit = |branch: Self| branch.shown()?.commit;
        let waiting = match (commit(next), commit(self)) {
            (Some(there), Some(here)) if there == here => Some(0),
            (Some(there), Some(here)) => {
                self.answers.distance(&self.source()?, &there, &here).map(|distance| distance.ahead)
            }
            _ => None,
        };
        Some(Link { environment, waiting })
    }

    /// The name of the environment after this one, and what it follows where that is another branch that is asked about.
    fn next(self) -> Option<(String, Option<Self>)> {
        let name = self.pipeline.next(self.environment)?;
        let next = self.all.iter().find(|other| {
            other.followed.repository == self.followed.repository
                && other.followed.branch != self.followed.branch
                && other.environment.eq_ignore_ascii_case(&name)
        });
        Some((name, next))
    }

    /// The source repository: what the variable says, else what convention says; `None` before the variable answered.
    pub(super) fn source(self) -> Option<RepositoryName> {
        self.pipeline.source()
    }

    /// The newest commit. It is shown and becomes part of URLs, so that what is no name of a commit is none.
    pub(super) fn head(self) -> Option<&'a str> {
        let is_plain = |commit: &&String| {
            (1..=64).contains(&commit.len()) && commit.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        match self.answers.get(&self.head_question())? {
            GithubAnswer::Text(commit) => Some(commit).filter(is_plain).map(String::as_str),
            _ => None,
        }
    }

    /// The newest commit, where that is another than the applied one.
    fn newer(self) -> Option<&'a str> {
        self.head().filter(|head| Some(*head) != self.followed.applied.as_deref())
    }

    fn running(self) -> Option<Tracking> {
        self.answers.tracking(&self.followed.repository, self.followed.applied.as_deref()?)
    }

    /// What is shown of the environment: what is applied; where no cluster tells that, what the branch holds.
    pub(super) fn shown(self) -> Option<Tracking> {
        match self.followed.applied {
            Some(_) => self.running(),
            None => self.tracked(),
        }
    }

    /// The commit of it.
    pub(super) fn shown_commit(self) -> Option<&'a str> {
        self.followed.applied.as_deref().or(self.head())
    }

    /// What the newest commit of the branch was rendered from.
    pub(super) fn tracked(self) -> Option<Tracking> {
        self.answers.tracking(&self.followed.repository, self.head()?)
    }

    /// What changed in the configuration since a commit of it.
    pub(super) fn configuration_question(self, rendered: Option<String>) -> Option<GithubQuestion> {
        let (configs, rendered) = (self.pipeline.configs()?, rendered?);
        let branch = self.followed.branch.clone();
        Some(GithubQuestion::ConfigurationChanges { configs, rendered, branch })
    }

    /// What is asked where a merge may have started nothing, or a change of the configuration.
    fn notification_questions(self) -> Vec<GithubQuestion> {
        let (Some(facts), Some(upstream)) = (self.facts, self.upstream()) else { return Vec::new() };
        let mut questions = Vec::new();
        if let (Some(runs), Some(head)) = (&facts.gitops_runs, self.head()) {
            let failed = notification::run(runs, head).filter(|run| run.state.is_failure());
            questions.extend(failed.map(|run| GithubQuestion::jobs(&facts.gitops, run)));
        }
        let are_statuses_known =
            self.statuses_question().is_none_or(|question| self.answers.get(&question).is_some());
        if are_statuses_known && notification::may_be_missing(facts, &upstream) {
            questions.push(GithubQuestion::Workflows(facts.gitops.clone()));
        }
        let is_newer = upstream.configuration.as_ref().is_some_and(super::ConfigurationChanges::is_newer);
        if let Some(configs) = facts.configs.clone().filter(|_| is_newer) {
            questions.push(GithubQuestion::Runs(configs));
        }
        questions
    }
}

pub(super) fn commit_question(repository: &RepositoryName, commit: &str) -> GithubQuestion {
    GithubQuestion::Commit(repository.clone(), commit.to_owned())
}

pub(super) fn tracking_questions(repository: &RepositoryName, commit: &str) -> [GithubQuestion; 4] {
    Tracking::FILES.map(|path| GithubQuestion::tracking_file(repository, commit, path))
}
