//! Asks GitHub beside Azure, a moment after the cluster. Whatever happens there is an answer too: it has a time limit of its own, a
//! question that fails is a row that says so, and the cluster's picture is shown in any case.
//!
//! Each distinct question is asked once, however many environments ask it, and as soon as what it follows from is known.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tokio::time::Instant;

use super::github_connection::GithubConnection;
use super::github_question::answer_of;
use crate::github::Github;
use crate::model::github::RepositoryName;
use crate::model::upstream::{
    GithubAnswer, GithubAnswers, GithubQuestion, GithubScope, Upstreams, join, upstreams, wanted_questions,
};
use crate::model::verdict::Picture;
use crate::model::{Failure, Unanswered, Why, World, harmless};

/// How long everything about GitHub may take together, the token included.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// The most questions under way at once: after a rate limit is reached no more than these come too late.
const MOST_CONCURRENT: usize = 16;

/// What a round of questions brought.
pub(super) struct GithubRound {
    /// Every answer that counts, of this round and of those before.
    pub(super) answers: GithubAnswers,
    /// How many questions were asked.
    pub(super) asked: usize,
    /// How many of them were answered with something that is there.
    pub(super) answered: usize,
}

/// The end of the time that GitHub has from now on.
pub(super) fn answer_deadline() -> Instant {
    Instant::now() + TIME_LIMIT
}

/// What GitHub says of a picture.
pub(super) struct GithubFindings {
    scope: GithubScope,
    /// Or why it says nothing.
    upstreams: Result<Upstreams, Why>,
}

/// Asks GitHub what it says of a scope.
pub(super) async fn ask_github(
    connection: &GithubConnection,
    scope: GithubScope,
    deadline: Instant,
) -> GithubFindings {
    ask_of_scope(connection, scope, Duration::ZERO, deadline).await
}

/// The same for a newer picture of the same moment: what was answered by now counts.
pub(super) async fn renew_github(
    connection: &GithubConnection,
    findings: GithubFindings,
    scope: GithubScope,
    deadline: Instant,
) -> GithubFindings {
    match findings.scope == scope {
        true => findings,
        false => ask_of_scope(connection, scope, TIME_LIMIT, deadline).await,
    }
}

async fn ask_of_scope(
    connection: &GithubConnection,
    scope: GithubScope,
    fresh: Duration,
    deadline: Instant,
) -> GithubFindings {
    if scope.is_empty() {
        return GithubFindings { scope, upstreams: Ok(Upstreams::default()) };
    }
    let upstreams = match connect(connection, deadline).await {
        Ok(github) => {
            let round = ask_all(connection, &github, &scope, fresh, deadline).await;
            Ok(upstreams(&scope, &round.answers, Some(github.now())))
        }
        Err(why) => Err(why),
    };
    GithubFindings { scope, upstreams }
}

impl GithubFindings {
    /// Where a commit that was asked for was looked for, where no pipeline has it.
    pub(super) fn without_revision(&self) -> Option<Vec<RepositoryName>> {
        self.upstreams.as_ref().ok()?.without_revision()
    }
}

/// Adds to a picture what GitHub says of it, or why it says nothing.
pub(super) fn add_github(connection: &GithubConnection, findings: GithubFindings, picture: &mut Picture) {
    if findings.scope.is_empty() {
        return mark_unneeded(picture, connection.host());
    }
    match findings.upstreams {
        Ok(upstreams) => join(picture, &findings.scope, &upstreams),
        Err(why) => mark_not_asked(picture, &findings.scope, why),
    }
}

/// Lists GitHub as not asked: nobody knows then where a commit stands that was asked for.
pub(super) fn mark_not_asked(picture: &mut Picture, scope: &GithubScope, why: Why) {
    scope.mark_revision_unknown(picture, &format!("GitHub: {why}"), |_| false);
    picture.replace_unanswered(World::Github, [Unanswered::of_world(World::Github, why)]);
}

/// Lists GitHub as not needed: nothing follows a repository there, so that no token is looked for.
pub(super) fn mark_unneeded(picture: &mut Picture, host: &str) {
    let why = format!("nothing here follows a repository on {}", harmless(host));
    picture.replace_unanswered(World::Github, [Unanswered::unneeded(World::Github, why)]);
}

/// A client, else why there is none.
pub(super) async fn connect(connection: &GithubConnection, deadline: Instant) -> Result<Github, Why> {
    let Ok(opened) = tokio::time::timeout_at(deadline, connection.client()).await else {
        return Err(Why::NotAsked("gh auth token does not answer in time".to_owned()));
    };
    match opened {
        Ok(Some(github)) => Ok(github),
        Ok(None) => Err(Why::NotConfigured("no token: set GH_TOKEN, or sign in: gh auth login".to_owned())),
        Err(error) => {
            tracing::info!("{error}; {}", error.hint().unwrap_or_default());
            Err(Why::NotAsked(error.to_string()))
        }
    }
}

/// Asks everything about a scope whose answer is not known, as far as answers come within the limit. What may
/// change at any time counts as known for as long as `fresh` says.
pub(super) async fn ask_all(
    connection: &GithubConnection,
    github: &Github,
    scope: &GithubScope,
    fresh: Duration,
    deadline: Instant,
) -> GithubRound {
    let now = connection.clock().now();
    let mut answers = connection.memory().answers(now, fresh);
    let mut asked: BTreeSet<GithubQuestion> = BTreeSet::new();
    let mut waiting: VecDeque<GithubQuestion> = VecDeque::new();
    let mut under_way = FuturesUnordered::new();
    let mut answered: Vec<(GithubQuestion, GithubAnswer)> = Vec::new();
    loop {
        let wanted = wanted_questions(scope, &answers).into_iter();
        for question in wanted.filter(|question| answers.get(question).is_none()) {
            if asked.insert(question.clone()) {
                waiting.push_back(question);
            }
        }
        while under_way.len() < MOST_CONCURRENT
            && let Some(question) = waiting.pop_front()
        {
            under_way.push(async move { (answer_of(github, &question).await, question) });
        }
        let Ok(Some((answer, question))) = tokio::time::timeout_at(deadline, under_way.next()).await else {
            break;
        };
        // What has come by now is taken together: each look at what is wanted goes through everything.
        let mut come = vec![(question, answer)];
        while let Some(Some((answer, question))) = under_way.next().now_or_never() {
            come.push((question, answer));
        }
        for (question, answer) in come {
            answers.insert(question.clone(), answer.clone());
            answered.push((question, answer));
        }
    }
    tracing::info!(environments = scope.branches.len(), questions = asked.len(), "asked GitHub");
    let is_something = |answer: &GithubAnswer| !answer.is_unanswered() && *answer != GithubAnswer::Absent;
    let usable = answered.iter().filter(|(_, answer)| is_something(answer)).count();
    connection.memory().keep(answered, &answers.seen_repositories(), now);
    GithubRound { answers, asked: asked.len(), answered: usable }
}
