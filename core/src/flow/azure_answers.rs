//! Asks Azure beside GitHub, a moment after the cluster. Whatever happens there is an answer too: it has a time limit of
//! its own, the sign-in included, a question that fails is a row that says so, and the cluster's picture is shown in any
//! case.
//!
//! All questions are known before the first is sent, so that they go side by side: a sign-in and one answer is all that
//! the page waits for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::azure_connection::AzureConnection;
use super::azure_question::{AzureReply, reply_to};
use super::selector::EnvironmentSelector;
use crate::azure::Azure;
use crate::model::azure::ArcCluster;
use crate::model::compliance::{
    AzureAnswer, AzureAnswers, AzureQuestion, FollowedRepository, clouds, further_questions, join,
    unidentified_clusters, wanted_questions,
};
use crate::model::pipeline::{Role, conventional, role};
use crate::model::verdict::Picture;
use crate::model::{Failure, Unanswered, Why, World};

/// How long everything about Azure may take together, the sign-in included.
pub(crate) const AZURE_TIME_LIMIT: Duration = Duration::from_secs(5);
/// The most questions under way at once.
const MOST_CONCURRENT: usize = 16;
/// Why a question that was sent, or waited to be, has no answer.
const TOO_LATE: &str = "Azure does not answer in time";

/// What is to be asked, from what the clusters said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AzureQuestions {
    questions: BTreeSet<AzureQuestion>,
    /// The cloud of each cluster that says it.
    clouds: BTreeMap<ArcCluster, String>,
    /// The repositories of pipelines that were named: whatever follows them is asked for, with a cluster at hand or without.
    named: BTreeSet<FollowedRepository>,
}

/// What the questions brought.
pub(super) struct AzureFetch {
    /// The answers, or why nothing was asked.
    pub(super) answers: Result<AzureAnswers, String>,
    /// Whether nothing was asked because no credential is configured.
    pub(super) is_unconfigured: bool,
    /// How many questions were asked.
    pub(super) asked: usize,
    /// How many of them were answered with something that is there.
    pub(super) answered: usize,
    /// Until when Azure takes no more requests, by the clock of the run.
    pub(super) throttled_until: Option<Timestamp>,
    /// The time at Azure minus the clock of the run.
    clock_offset: SignedDuration,
    /// The repositories of which every environment is wanted.
    named: BTreeSet<FollowedRepository>,
}

impl AzureQuestions {
    /// Everything that there is to ask about a picture.
    pub(super) fn of(picture: &Picture) -> Self {
        Self { questions: wanted_questions(picture), clouds: clouds(picture), named: BTreeSet::new() }
    }

    /// The same with what follows the repository of a pipeline that was named, where no cluster tells of its environments, or
    /// one of them says nothing at all: nobody else can tell then, so that a credential is looked for.
    pub(super) fn of_selection(selector: &EnvironmentSelector, host: &str, picture: &Picture) -> Self {
        let mut questions = Self::of(picture);
        let Some(repository) = selector.project().filter(|_| needs_azure(picture)) else { return questions };
        let is = role(repository, &BTreeMap::new());
        let gitops = conventional(repository, is, Role::Gitops);
        let address = gitops.map(|gitops| format!("https://{host}/{gitops}"));
        if let Some(repository) = address.and_then(|address| FollowedRepository::new(&address)) {
            questions.questions.insert(AzureQuestion::Followers(repository.clone()));
            questions.named.insert(repository);
        }
        questions
    }

    /// Whether nothing is: no credential is looked for then.
    pub(super) fn is_empty(&self) -> bool {
        self.questions.is_empty()
    }
}

impl AzureFetch {
    /// That nothing was asked.
    fn nothing(answers: Result<AzureAnswers, String>) -> Self {
        Self {
            answers,
            is_unconfigured: false,
            asked: 0,
            answered: 0,
            throttled_until: None,
            clock_offset: SignedDuration::ZERO,
            named: BTreeSet::new(),
        }
    }

    /// The same with what was answered before, at a time, and is not any more.
    pub(super) fn remembering(self, former: &AzureFetch, at: Timestamp) -> Self {
        let Ok(known) = &former.answers else { return self };
        let (mut answers, why) = match self.answers {
            Ok(answers) => (answers, None),
            Err(why) => (AzureAnswers::default(), Some(why)),
        };
        answers.remember(known, at, why.as_deref());
        let is_nothing = answers == AzureAnswers::default();
        let answers = match why {
            Some(why) if is_nothing => Err(why),
            _ => Ok(answers),
        };
        // By whose clock they were dated is as well known as before.
        let clock_offset = if self.answered == 0 { former.clock_offset } else { self.clock_offset };
        Self { answers, clock_offset, ..self }
    }

    /// Adds to a picture what Azure says of it, or why it says nothing.
    pub(super) fn join(&self, connection: &AzureConnection, picture: &mut Picture) {
        let now = connection.clock().now();
        let now = now.saturating_add(self.clock_offset).unwrap_or(now);
        join(picture, self.answers.as_ref().map_err(String::as_str), &self.named, now);
        if self.is_unconfigured {
            let unanswered =
                picture.unanswered.iter_mut().filter(|unanswered| unanswered.world == World::Azure);
            for unanswered in unanswered {
                if let Why::NotAsked(why) = &mut unanswered.why {
                    unanswered.why = Why::NotConfigured(std::mem::take(why));
                }
            }
        }
    }
}

/// Whether clusters tell nothing of what is selected, or one of them says nothing at all.
fn needs_azure(picture: &Picture) -> bool {
    let is_told = picture.environments.iter().any(|environment| environment.id.cluster.is_at_hand());
    let mut silent = picture.unanswered_by(World::Cluster).filter(|unanswered| unanswered.what.is_none());
    !is_told || silent.next().is_some()
}

/// Adds to a picture what was fetched; where Azure has no part in it, that there was no need to ask.
pub(super) fn add_azure(connection: &AzureConnection, fetch: &AzureFetch, picture: &mut Picture) {
    let is_named = !fetch.named.is_empty();
    if !is_named && wanted_questions(picture).is_empty() && unidentified_clusters(picture).is_empty() {
        return mark_unneeded(picture);
    }
    fetch.join(connection, picture);
}

/// Lists Azure as not needed.
fn mark_unneeded(picture: &mut Picture) {
    let why = "no Flux configuration of Azure delivers here";
    picture.replace_unanswered(World::Azure, [Unanswered::unneeded(World::Azure, why)]);
}

/// That Azure has not answered yet.
pub(super) fn unanswered_yet() -> AzureFetch {
    AzureFetch::nothing(Err("it has not answered yet".to_owned()))
}

/// Asks every question, as far as answers come within the limit; of the few clusters that follow the same and were not
/// asked about, Resource Manager after Resource Graph has named them.
pub(super) async fn ask_all(connection: &AzureConnection, questions: &AzureQuestions) -> AzureFetch {
    if questions.is_empty() {
        return AzureFetch::nothing(Ok(AzureAnswers::default()));
    }
    let deadline = Instant::now() + AZURE_TIME_LIMIT;
    let AzureQuestions { questions, clouds, named } = questions;
    let mut asked = questions.clone();
    let mut received = match replies(connection, clouds, questions, deadline).await {
        Ok(received) => received,
        Err(why) => return AzureFetch::nothing(Err(why)),
    };
    let answers: Vec<&AzureAnswer> = received.values().map(|reply| &reply.answer).collect();
    let further = further_questions(&asked, &answers);
    if let Ok(replies) = replies(connection, clouds, &further, deadline).await {
        received.extend(replies);
    }
    asked.extend(further);
    tracing::info!(questions = asked.len(), answers = received.len(), "asked Azure");
    let now = connection.clock().now();
    let client = connection.client(cloud_of(clouds, asked.first()));
    let clock_offset = client.map(|client| client.now().duration_since(now)).unwrap_or_default();
    AzureFetch { named: named.clone(), ..fetched(&asked, received, clock_offset) }
}

type Replies = BTreeMap<AzureQuestion, AzureReply>;

/// The replies that come by then, or why nothing can be asked.
async fn replies(
    connection: &AzureConnection,
    clouds: &BTreeMap<ArcCluster, String>,
    questions: &BTreeSet<AzureQuestion>,
    deadline: Instant,
) -> Result<Replies, String> {
    let mut requests: Vec<(Azure, AzureQuestion)> = Vec::new();
    for question in questions {
        let client = connection.client(cloud_of(clouds, Some(question))).map_err(|error| {
            let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            format!("{error}{hint}")
        })?;
        requests.push((client, question.clone()));
    }
    let under_way = requests.into_iter().map(|(client, question)| async move {
        let reply = reply_to(&client, &question).await;
        (question, reply)
    });
    let mut replies = stream::iter(under_way).buffer_unordered(MOST_CONCURRENT);
    let mut received = Replies::new();
    while let Ok(Some((question, reply))) = tokio::time::timeout_at(deadline, replies.next()).await {
        received.insert(question, reply);
    }
    Ok(received)
}

/// The cloud that a question goes to: that of its cluster, and of what is about no cluster that of any.
fn cloud_of<'a>(
    clouds: &'a BTreeMap<ArcCluster, String>,
    question: Option<&AzureQuestion>,
) -> Option<&'a String> {
    match question.and_then(AzureQuestion::cluster) {
        Some(cluster) => clouds.get(cluster),
        None => clouds.values().next(),
    }
}

/// What the replies say together. Without a token nothing was asked; what has no reply waited for one too.
fn fetched(
    questions: &BTreeSet<AzureQuestion>,
    mut received: BTreeMap<AzureQuestion, AzureReply>,
    clock_offset: SignedDuration,
) -> AzureFetch {
    let asked = questions.len();
    let is_unsigned = received.values().all(|reply| reply.sign_in_failure.is_some());
    if let Some(why) =
        received.values().find_map(|reply| reply.sign_in_failure.clone()).filter(|_| is_unsigned)
    {
        let is_unconfigured = received.values().any(|reply| reply.is_unconfigured);
        return AzureFetch { asked, is_unconfigured, ..AzureFetch::nothing(Err(why)) };
    }
    let throttled_until = received.values().filter_map(|reply| reply.throttled_until).max();
    // One silence has one reason, however it was met: that with the host in it, where there is one.
    let mut reasons = received.values().filter_map(|reply| reply.answer.why_unanswered());
    let too_late = reasons.find(|why| why.contains("does not answer in time")).unwrap_or(TOO_LATE).to_owned();
    let mut answers = AzureAnswers::default();
    let mut answered = 0;
    for question in questions {
        let reply = received.remove(question).map(|reply| reply.answer);
        let answer = reply.unwrap_or_else(|| AzureAnswer::Failed(too_late.clone()));
        answered += usize::from(answer.is_something());
        answers.insert(question.clone(), answer);
    }
    AzureFetch {
        answers: Ok(answers),
        is_unconfigured: false,
        asked,
        answered,
        // The run's clock may differ from Azure's.
        throttled_until: throttled_until.and_then(|until| until.checked_sub(clock_offset).ok()),
        clock_offset,
        named: BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::azure::ClusterKind;

    #[test]
    fn one_silence_has_one_reason_that_names_the_host() {
        let cluster = ArcCluster::new("s", "rg-edge", ClusterKind::Connected, "edge-1").expect("a cluster");
        let first = AzureQuestion::Cluster(cluster.clone());
        let questions = BTreeSet::from([first.clone(), AzureQuestion::Configurations(cluster)]);
        let host = "arm.example: it does not answer in time";
        for (why, expected) in [(Some(host), host), (None, "Azure does not answer in time")] {
            let reply = |why: &str| AzureReply {
                answer: AzureAnswer::Failed(why.to_owned()),
                throttled_until: None,
                sign_in_failure: None,
                is_unconfigured: false,
            };
            let ok = || AzureReply { answer: AzureAnswer::Absent, ..reply("") };
            let received = BTreeMap::from([(first.clone(), why.map_or_else(ok, reply))]);
            let fetch = fetched(&questions, received, SignedDuration::ZERO);
            let answers = fetch.answers.expect("answers");
            let last = questions.last().and_then(|question| answers.get(question));
            assert_eq!(last.and_then(AzureAnswer::why_unanswered), Some(expected));
        }
    }
}
