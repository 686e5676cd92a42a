//! Asks GitHub beside the cluster. Whatever happens there is an answer too: it has a time limit of its own, a
//! followed that fails is a row that says so, and the cluster's picture is shown in any case.

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
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The end of the time that GitHub has from now on.
pub(super) fn answer_deadline() -> Instant {
    Instant::now() + TIME_LIMIT
}

/// Adds to a picture what GitHub says of it, or why it says nothing.
pub(super) async fn add_github(access: &Access, picture: &mut Picture) {
    let (branches, deadline) = (followed_branches(picture, access.host()), answer_deadline());
    if branches.is_empty() {
        return mark_unneeded(picture, access.host());
    }
    match connect(access, deadline).await {
        Ok(github) => {
            let answers = read_branches(github, branches.clone(), deadline).await;
            join(picture, &branches, &answers);
        }
        Err(why) => mark_not_asked(picture, why),
    }
}

/// Lists GitHub as not asked.
pub(super) fn mark_not_asked(picture: &mut Picture, why: String) {
    picture.replace_unanswered(World::Github, [Unanswered::not_asked(World::Github, why)]);
}

/// Lists GitHub as not needed: nothing follows a repository there, so that no token is looked for.
pub(super) fn mark_unneeded(picture: &mut Picture, host: &str) {
    let why = format!("nothing here follows a repository on {}", harmless(host));
    picture.replace_unanswered(World::Github, [Unanswered::unneeded(World::Github, why)]);
}

/// A client, else why there is none.
pub(super) async fn connect(access: &Access, deadline: Instant) -> Result<Github, String> {
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
pub(super) async fn read_branches(
    github: Github,
    branches: Vec<FollowedBranch>,
    deadline: Instant,
) -> Upstreams {
    tracing::info!(environments = branches.len(), "asking GitHub");
    let reader = GithubReader { github, deadline, unanswered: Mutex::default() };
    let sources = reader.sources(&branches);
    let branch_answers = join_all(branches.iter().map(|followed| reader.read_branch(followed)));
    let (sources, branch_answers) = futures::join!(sources, branch_answers);
    let branch_answers = reader.without_hidden(&branches, branch_answers).await;
    let known = branches.iter().zip(branch_answers).filter_map(|(followed, first)| {
        let mut upstream = first?;
        upstream.source = sources.get(&followed.repository.to_string().to_lowercase()).cloned().flatten();
        Some((followed, upstream))
    });
    let seconds = known.map(|(followed, upstream)| async {
        (followed.id.clone(), reader.read_commits(followed, upstream).await)
    });
    let mut of: BTreeMap<EnvironmentId, Upstream> = join_all(seconds).await.into_iter().collect();
    for (id, link) in reader.links(&branches, &of).await {
        of.entry(id).or_default().next = Some(link);
    }
    let mut unanswered = reader.unanswered.into_inner().unwrap_or_else(PoisonError::into_inner);
    unanswered.sort();
    unanswered.dedup();
    Upstreams { of, unanswered }
}

/// Reads from GitHub until a deadline, and keeps what was not answered.
pub(super) struct GithubReader {
    pub(super) github: Github,
    deadline: Instant,
    unanswered: Mutex<Vec<Unanswered>>,
}

impl GithubReader {
    /// The answer; `None`, and an entry in the list of what was not answered, where there is none.
    pub(super) async fn read<T>(
        &self,
        description: String,
        answer: impl Future<Output = Result<T, GithubError>>,
    ) -> Option<T> {
        let why = match tokio::time::timeout_at(self.deadline, answer).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => {
                tracing::info!("{description}: {error}; {}", error.hint().unwrap_or_default());
                error.brief()
            }
            Err(_) => "it does not answer in time".to_owned(),
        };
        self.record_unanswered(description, why);
        None
    }

    /// Notes a followed without an answer.
    pub(super) fn record_unanswered(&self, description: String, why: String) {
        let mut unanswered = self.unanswered.lock().unwrap_or_else(PoisonError::into_inner);
        unanswered.push(Unanswered::of_github(description, Why::NoAnswer(why)));
    }

    /// The source repository of each gitops repository: what its variable says, else what convention says.
    async fn sources(&self, branches: &[FollowedBranch]) -> BTreeMap<String, Option<RepositoryName>> {
        let distinct: BTreeMap<String, &FollowedBranch> = branches
            .iter()
            .map(|followed| (followed.repository.to_string().to_lowercase(), followed))
            .collect();
        let sources = distinct.into_iter().map(|(key, followed)| async move {
            let description = format!("variable {SRC_REPO} of {}", followed.repository);
            let variable = self.github.variable(&followed.repository, Level::Repository, SRC_REPO);
            let named = self.read(description, variable).await.flatten();
            let named = named.and_then(|name| name.trim().parse().ok());
            (key, named.or_else(|| followed.conventional_source()))
        });
        join_all(sources).await.into_iter().collect()
    }

    /// What needs to know nothing else.
    async fn read_branch(&self, followed: &FollowedBranch) -> FirstAnswers {
        let (repository, branch) = (&followed.repository, followed.branch.as_str());
        let place = format!("{branch} of {repository}");
        let head = self.read(format!("branch {place}"), self.github.head(repository, branch));
        let running = async {
            match &followed.applied {
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
        let pulls = self.read(format!("pull requests to {place}"), pulls);
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
    async fn read_commits(&self, followed: &FollowedBranch, mut upstream: Upstream) -> Upstream {
        let repository = &followed.repository;
        let newer = upstream.head.clone().filter(|head| Some(head) != followed.applied.as_ref());
        let newest = async {
            let place = format!("{} of {repository}", followed.branch);
            self.tracking(repository, newer.as_deref()?, &place).await
        };
        let distance = async {
            let (applied, head) = (followed.applied.as_deref()?, newer.as_deref()?);
            let description = format!("history of {} of {repository}", followed.branch);
            // A commit that is gone compares with nothing: that is an answer too.
            let compared = async {
                match self.github.compare(repository, applied, head).await {
                    Err(error) if error.is_absent() => Ok(None),
                    compared => compared.map(Some),
                }
            };
            self.read(description, compared).await.flatten().map(Into::into)
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
        let description = format!("statuses of a commit of {source}");
        let all = self.read(description, self.github.statuses(source, commit)).await?;
        Some(CommitStatus::newest(&all).into_iter().cloned().collect())
    }

    /// The tracking files of a commit, side by side.
    async fn tracking(&self, repository: &RepositoryName, commit: &str, place: &str) -> Option<Tracking> {
        let description = || format!("tracking files on {place}");
        let file = |path| self.read(description(), self.github.file(repository, path, commit));
        let [version, source, config, tag] = Tracking::FILES;
        let (version, source, config, tag) =
            futures::join!(file(version), file(source), file(config), file(tag));
        Some(Tracking::read([version?, source?, config?, tag?]))
    }

    /// Which environment comes after which, and what it has not got, among environments of one repository.
    async fn links(
        &self,
        branches: &[FollowedBranch],
        of: &BTreeMap<EnvironmentId, Upstream>,
    ) -> Vec<(EnvironmentId, Link)> {
        let has_others = |followed: &FollowedBranch| {
            branches.iter().any(|other| {
                other.repository == followed.repository
                    && !other.environment.eq_ignore_ascii_case(&followed.environment)
            })
        };
        let links = branches
            .iter()
            .filter(|followed| has_others(followed))
            .map(|followed| self.link(followed, branches, of));
        join_all(links).await.into_iter().flatten().collect()
    }

    async fn link(
        &self,
        followed: &FollowedBranch,
        branches: &[FollowedBranch],
        of: &BTreeMap<EnvironmentId, Upstream>,
    ) -> Option<(EnvironmentId, Link)> {
        let upstream = of.get(&followed.id)?;
        let source = upstream.source.as_ref()?;
        let description = format!("variable {NEXT_ENVIRONMENT} of {} in {source}", followed.environment);
        let variable =
            self.github.variable(source, Level::Environment(&followed.environment), NEXT_ENVIRONMENT);
        let environment = harmless(self.read(description, variable).await.flatten()?.trim());
        let next = branches.iter().find(|other| {
            other.repository == followed.repository && other.environment.eq_ignore_ascii_case(&environment)
        })?;
        let commit = |upstream: Option<&Upstream>| upstream?.running.as_ref()?.commit.clone();
        let waiting = match (commit(of.get(&next.id)), commit(Some(upstream))) {
            (Some(there), Some(here)) if there == here => Some(0),
            (Some(there), Some(here)) => {
                let description =
                    format!("commits between {environment} and {} of {source}", followed.environment);
                self.read(description, self.github.compare(source, &there, &here))
                    .await
                    .map(|found| found.ahead)
            }
            _ => None,
        };
        Some((followed.id.clone(), Link { environment, waiting }))
    }
}
