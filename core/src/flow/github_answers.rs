//! Asks GitHub beside the cluster. Whatever happens there is an answer too: it has a time limit of its own, a
//! question that fails is a row that says so, and the cluster's picture is shown in any case.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;

use super::hidden_repositories::FirstAnswers;
use crate::github::{Access, Github, GithubError, Level};
use crate::model::contract::{NEXT_ENVIRONMENT, SRC_REPO};
use crate::model::github::{CommitStatus, RepositoryName};
use crate::model::pipeline::EnvironmentId;
use crate::model::upstream::{FollowedBranch, Link, Tracking, Upstream, Upstreams, followed_branches, join};
use crate::model::verdict::Picture;
use crate::model::{Failure, Unanswered, Why, World, harmless};

/// How long everything about GitHub may take together, the token included.
const LIMIT: Duration = Duration::from_secs(5);

/// When it must be over, from now on.
pub(super) fn deadline() -> Instant {
    Instant::now() + LIMIT
}

/// Adds to a picture what GitHub says of it, or why it says nothing.
pub(super) async fn add_github(access: &Access, picture: &mut Picture) {
    let (questions, deadline) = (followed_branches(picture, access.host()), deadline());
    match opened(access, &questions, deadline).await {
        Ok(github) => {
            let answers = asked(github, questions.clone(), deadline).await;
            join(picture, &questions, &answers);
        }
        Err(why) => not_asked(picture, why),
    }
}

/// Notes that GitHub was not asked.
pub(super) fn not_asked(picture: &mut Picture, why: String) {
    picture.replace_unanswered(World::Github, [Unanswered::not_asked(World::Github, why)]);
}

/// A client where there is something to ask; else why there is none. Without anything to ask no token is
/// looked for.
pub(super) async fn opened(
    access: &Access,
    questions: &[FollowedBranch],
    deadline: Instant,
) -> Result<Github, String> {
    if questions.is_empty() {
        return Err(format!("nothing here follows a repository on {}", harmless(access.host())));
    }
    let Ok(opened) = tokio::time::timeout_at(deadline, access.open()).await else {
        return Err("gh auth token does not answer in time".to_owned());
    };
    match opened {
        Ok(Some(github)) => Ok(github),
        Ok(None) => Err("no token: set GH_TOKEN, or sign in: gh auth login".to_owned()),
        Err(error) => {
            tracing::info!("{error}; {}", error.hint().unwrap_or_default());
            Err(error.to_string())
        }
    }
}

/// All answers, as far as they come within the limit.
pub(super) async fn asked(github: Github, questions: Vec<FollowedBranch>, deadline: Instant) -> Upstreams {
    tracing::info!(environments = questions.len(), "asking GitHub");
    let asking = Asking { github, deadline, unanswered: Mutex::default() };
    let sources = asking.sources(&questions);
    let firsts = join_all(questions.iter().map(|question| asking.first(question)));
    let (sources, firsts) = futures::join!(sources, firsts);
    let firsts = asking.without_hidden(&questions, firsts).await;
    let known = questions.iter().zip(firsts).filter_map(|(question, first)| {
        let mut upstream = first?;
        upstream.source = sources.get(&question.repository.to_string().to_lowercase()).cloned().flatten();
        Some((question, upstream))
    });
    let seconds = known
        .map(|(question, upstream)| async { (question.id.clone(), asking.second(question, upstream).await) });
    let mut of: BTreeMap<EnvironmentId, Upstream> = join_all(seconds).await.into_iter().collect();
    for (id, link) in asking.links(&questions, &of).await {
        of.entry(id).or_default().next = Some(link);
    }
    let mut unanswered = asking.unanswered.into_inner().unwrap_or_else(PoisonError::into_inner);
    unanswered.sort();
    unanswered.dedup();
    Upstreams { of, unanswered }
}

pub(super) struct Asking {
    pub(super) github: Github,
    deadline: Instant,
    unanswered: Mutex<Vec<Unanswered>>,
}

impl Asking {
    /// The answer to a question; without one it is noted.
    pub(super) async fn told<T>(
        &self,
        asked: String,
        answer: impl Future<Output = Result<T, GithubError>>,
    ) -> Option<T> {
        let why = match tokio::time::timeout_at(self.deadline, answer).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => {
                tracing::info!("{asked}: {error}; {}", error.hint().unwrap_or_default());
                error.brief()
            }
            Err(_) => "it does not answer in time".to_owned(),
        };
        self.note(asked, why);
        None
    }

    /// Notes a question without an answer.
    pub(super) fn note(&self, asked: String, why: String) {
        let mut unanswered = self.unanswered.lock().unwrap_or_else(PoisonError::into_inner);
        unanswered.push(Unanswered::of_github(asked, Why::NoAnswer(why)));
    }

    /// The source repository of each gitops repository: what its variable says, else what convention says.
    async fn sources(&self, questions: &[FollowedBranch]) -> BTreeMap<String, Option<RepositoryName>> {
        let distinct: BTreeMap<String, &FollowedBranch> = questions
            .iter()
            .map(|question| (question.repository.to_string().to_lowercase(), question))
            .collect();
        let asked = distinct.into_iter().map(|(key, question)| async move {
            let asked = format!("variable {SRC_REPO} of {}", question.repository);
            let variable = self.github.variable(&question.repository, Level::Repository, SRC_REPO);
            let named = self.told(asked, variable).await.flatten();
            let named = named.and_then(|name| name.trim().parse().ok());
            (key, named.or_else(|| question.conventional_source()))
        });
        join_all(asked).await.into_iter().collect()
    }

    /// What needs to know nothing else.
    async fn first(&self, question: &FollowedBranch) -> FirstAnswers {
        let (repository, branch) = (&question.repository, question.branch.as_str());
        let place = format!("{branch} of {repository}");
        let head = self.told(format!("branch {place}"), self.github.head(repository, branch));
        let running = async {
            match &question.applied {
                Some(applied) => self.tracking(repository, applied, &place).await,
                None => None,
            }
        };
        // A repository that the token sees has a list of pull requests, an empty one at least.
        let pulls = async {
            match self.github.pulls(repository, branch, true).await {
                Err(error) if error.is_absent() => Ok(None),
                pulls => pulls.map(Some),
            }
        };
        let pulls = self.told(format!("pull requests to {place}"), pulls);
        let (head, running, pulls) = futures::join!(head, running, pulls);
        FirstAnswers {
            are_pulls_absent: pulls == Some(None),
            upstream: Upstream {
                is_branch_missing: head == Some(None),
                head: head.flatten(),
                running,
                pulls: pulls.flatten().unwrap_or_default(),
                ..Upstream::default()
            },
        }
    }

    /// What needs to know the branch's newest commit, the deployed source commit and the source repository.
    async fn second(&self, question: &FollowedBranch, mut upstream: Upstream) -> Upstream {
        let repository = &question.repository;
        let newer = upstream.head.clone().filter(|head| Some(head) != question.applied.as_ref());
        let newest = async {
            let place = format!("{} of {repository}", question.branch);
            self.tracking(repository, newer.as_deref()?, &place).await
        };
        let distance = async {
            let (applied, head) = (question.applied.as_deref()?, newer.as_deref()?);
            let asked = format!("history of {} of {repository}", question.branch);
            // A commit that is gone compares with nothing: that is an answer too.
            let compared = async {
                match self.github.compare(repository, applied, head).await {
                    Err(error) if error.is_absent() => Ok(None),
                    compared => compared.map(Some),
                }
            };
            self.told(asked, compared).await.flatten().map(Into::into)
        };
        let (newest, distance, statuses) = futures::join!(newest, distance, self.statuses(&upstream));
        (upstream.newest, upstream.distance) = (newest, distance);
        upstream.statuses = statuses.unwrap_or_default();
        upstream
    }

    /// What is said of the deployed source commit.
    async fn statuses(&self, upstream: &Upstream) -> Option<Vec<CommitStatus>> {
        let source = upstream.source.as_ref()?;
        let commit = upstream.running.as_ref()?.commit.as_deref()?;
        let asked = format!("statuses of a commit of {source}");
        let all = self.told(asked, self.github.statuses(source, commit)).await?;
        Some(CommitStatus::newest(&all).into_iter().cloned().collect())
    }

    /// The tracking files of a commit, side by side.
    async fn tracking(&self, repository: &RepositoryName, commit: &str, place: &str) -> Option<Tracking> {
        let asked = || format!("tracking files on {place}");
        let file = |path| self.told(asked(), self.github.file(repository, path, commit));
        let [version, source, config, tag] = Tracking::FILES;
        let (version, source, config, tag) =
            futures::join!(file(version), file(source), file(config), file(tag));
        Some(Tracking::read([version?, source?, config?, tag?]))
    }

    /// Which environment comes after which, and what it has not got, among environments of one repository.
    async fn links(
        &self,
        questions: &[FollowedBranch],
        of: &BTreeMap<EnvironmentId, Upstream>,
    ) -> Vec<(EnvironmentId, Link)> {
        let has_others = |one: &FollowedBranch| {
            questions.iter().any(|other| {
                other.repository == one.repository
                    && !other.environment.eq_ignore_ascii_case(&one.environment)
            })
        };
        let asked = questions.iter().filter(|one| has_others(one)).map(|one| self.link(one, questions, of));
        join_all(asked).await.into_iter().flatten().collect()
    }

    async fn link(
        &self,
        one: &FollowedBranch,
        questions: &[FollowedBranch],
        of: &BTreeMap<EnvironmentId, Upstream>,
    ) -> Option<(EnvironmentId, Link)> {
        let upstream = of.get(&one.id)?;
        let source = upstream.source.as_ref()?;
        let asked = format!("variable {NEXT_ENVIRONMENT} of {} in {source}", one.environment);
        let variable = self.github.variable(source, Level::Environment(&one.environment), NEXT_ENVIRONMENT);
        let environment = harmless(self.told(asked, variable).await.flatten()?.trim());
        let next = questions.iter().find(|other| {
            other.repository == one.repository && other.environment.eq_ignore_ascii_case(&environment)
        })?;
        let commit = |upstream: Option<&Upstream>| upstream?.running.as_ref()?.commit.clone();
        let waiting = match (commit(of.get(&next.id)), commit(Some(upstream))) {
            (Some(there), Some(here)) if there == here => Some(0),
            (Some(there), Some(here)) => {
                let asked = format!("commits between {environment} and {} of {source}", one.environment);
                self.told(asked, self.github.compare(source, &there, &here)).await.map(|found| found.ahead)
            }
            _ => None,
        };
        Some((one.id.clone(), Link { environment, waiting }))
    }
}
