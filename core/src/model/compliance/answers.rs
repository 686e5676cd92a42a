//! What Azure answered, by question.

use std::collections::BTreeMap;

use super::{AzureQuestion, AzureSilence, FollowedRepository, Followers};
use crate::model::azure::{ArcCluster, ClusterKind, ConnectedCluster, FluxConfiguration};

/// What Azure answered to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AzureAnswer {
    /// A connected cluster.
    Cluster(ConnectedCluster),
    /// Flux configurations: of a question for one of them that one.
    Configurations(Vec<FluxConfiguration>),
    /// Flux configurations, of a list that has others which cannot be read.
    SomeConfigurations(Vec<FluxConfiguration>),
    /// What follows a repository.
    Followers(Followers),
    /// It is not there, or hidden from whoever asks.
    Absent,
    /// 401 or 403: the reason.
    Refused(String),
    /// No usable answer: what happened.
    Failed(String),
}

impl AzureAnswer {
    /// Whether something is there.
    pub fn is_something(&self) -> bool {
        matches!(
            self,
            Self::Cluster(_) | Self::Configurations(_) | Self::SomeConfigurations(_) | Self::Followers(_)
        )
    }

    /// Why nothing is known after it; `None` where something is.
    pub fn why_unanswered(&self) -> Option<&str> {
        match self {
            Self::Refused(why) | Self::Failed(why) => Some(why),
            Self::SomeConfigurations(_) => None,
            Self::Cluster(_) | Self::Configurations(_) | Self::Followers(_) | Self::Absent => None,
        }
    }
}

/// Answers by question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AzureAnswers {
    answers: BTreeMap<AzureQuestion, AzureAnswer>,
    /// Of which of them there is no newer one.
    silences: BTreeMap<AzureQuestion, AzureSilence>,
}

/// Why a question that a later picture has added has no answer.
const NOT_YET: &str = "it has not answered yet";

/// Why what is not in a list may be there all the same.
const UNREADABLE: &str = "the list has an entry that cannot be read";

impl AzureAnswers {
    /// Takes an answer in.
    pub fn insert(&mut self, question: AzureQuestion, answer: AzureAnswer) {
        self.answers.insert(question, answer);
    }

    /// Takes an answer of before in, with why there is no newer one.
    pub(super) fn insert_silent(
        &mut self,
        question: AzureQuestion,
        answer: AzureAnswer,
        silence: AzureSilence,
    ) {
        self.silences.insert(question.clone(), silence);
        self.answers.insert(question, answer);
    }

    /// Since when and why a question is not answered any more.
    pub(super) fn silence(&self, question: &AzureQuestion) -> Option<&AzureSilence> {
        self.silences.get(question)
    }

    /// Each answer with its question.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&AzureQuestion, &AzureAnswer)> {
        self.answers.iter()
    }

    /// The answer to a question, where there is one.
    pub fn get(&self, question: &AzureQuestion) -> Option<&AzureAnswer> {
        self.answers.get(question)
    }

    /// Why a question has no answer, or no newer one; `None` where it has one.
    pub(super) fn why_unanswered(&self, question: &AzureQuestion) -> Option<String> {
        let why = match question {
            AzureQuestion::Cluster(cluster) => self.cluster(cluster).err(),
            AzureQuestion::Configuration(cluster, name) => self.configuration(cluster, name).err(),
            AzureQuestion::Configurations(_) | AzureQuestion::Followers(_) => {
                self.get(question).map_or(Some(NOT_YET), AzureAnswer::why_unanswered)
            }
        };
        why.map(str::to_owned).or_else(|| self.silence(question).map(AzureSilence::describe))
    }

    /// A connected cluster: `Ok(None)` where Azure has none of the name, an error where it is not known. Azure's own
    /// clusters are never asked for and have none.
    pub(super) fn cluster(&self, cluster: &ArcCluster) -> Result<Option<&ConnectedCluster>, &str> {
        if cluster.kind() == ClusterKind::Managed {
            return Ok(None);
        }
        match self.get(&AzureQuestion::Cluster(cluster.clone())) {
            Some(AzureAnswer::Cluster(connected)) => Ok(Some(connected)),
            Some(AzureAnswer::Absent) => Ok(None),
            Some(answer) => Err(answer.why_unanswered().unwrap_or_default()),
            None => Err(NOT_YET),
        }
    }

    /// What follows a repository; `None` where that is not known.
    pub(super) fn followers(&self, repository: &FollowedRepository) -> Option<&Followers> {
        match self.get(&AzureQuestion::Followers(repository.clone())) {
            Some(AzureAnswer::Followers(followers)) => Some(followers),
            _ => None,
        }
    }

    /// A Flux configuration: `Ok(None)` where Azure has none of the name, an error where it is not known. One that is asked
    /// for by itself counts before one that a list holds.
    pub(super) fn configuration(
        &self,
        cluster: &ArcCluster,
        name: &str,
    ) -> Result<Option<&FluxConfiguration>, &str> {
        let one = AzureQuestion::Configuration(cluster.clone(), name.to_owned());
        let answer = self.get(&one).or_else(|| self.get(&AzureQuestion::Configurations(cluster.clone())));
        match answer {
            Some(AzureAnswer::Configurations(found)) => {
                Ok(found.iter().find(|found| found.name.eq_ignore_ascii_case(name)))
            }
            Some(AzureAnswer::SomeConfigurations(found)) => {
                let found = found.iter().find(|found| found.name.eq_ignore_ascii_case(name));
                found.map(Some).ok_or(UNREADABLE)
            }
            Some(AzureAnswer::Absent) => Ok(None),
            Some(answer) => Err(answer.why_unanswered().unwrap_or_default()),
            None => Err(NOT_YET),
        }
    }
}
