//! What Azure answered, by question.

use std::collections::BTreeMap;

use super::AzureQuestion;
use crate::model::azure::{ArcCluster, ClusterKind, ConnectedCluster, FluxConfiguration};

/// What Azure answered to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AzureAnswer {
    /// A connected cluster.
    Cluster(ConnectedCluster),
    /// Flux configurations: of a question for one of them that one.
    Configurations(Vec<FluxConfiguration>),
    /// It is not there, or hidden from whoever asks.
    Absent,
    /// 401 or 403: the reason.
    Refused(String),
    /// No usable answer: what happened.
    Failed(String),
}

impl AzureAnswer {
    /// Why nothing is known after it; `None` where something is.
    pub fn why_unanswered(&self) -> Option<&str> {
        match self {
            Self::Refused(why) | Self::Failed(why) => Some(why),
            Self::Cluster(_) | Self::Configurations(_) | Self::Absent => None,
        }
    }
}

/// Answers by question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AzureAnswers(BTreeMap<AzureQuestion, AzureAnswer>);

/// Why a question that a later picture has added has no answer.
const NOT_YET: &str = "it has not answered yet";

impl AzureAnswers {
    /// Takes an answer in.
    pub fn insert(&mut self, question: AzureQuestion, answer: AzureAnswer) {
        self.0.insert(question, answer);
    }

    /// The answer to a question, where there is one.
    pub fn get(&self, question: &AzureQuestion) -> Option<&AzureAnswer> {
        self.0.get(question)
    }

    /// Why a question has no answer; `None` where it has one.
    pub(super) fn why_unanswered(&self, question: &AzureQuestion) -> Option<&str> {
        match question {
            AzureQuestion::Cluster(cluster) => self.cluster(cluster).err(),
            AzureQuestion::Configuration(cluster, name) => self.configuration(cluster, name).err(),
            AzureQuestion::Configurations(_) => {
                self.get(question).map_or(Some(NOT_YET), AzureAnswer::why_unanswered)
            }
        }
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
            Some(AzureAnswer::Absent) => Ok(None),
            Some(answer) => Err(answer.why_unanswered().unwrap_or_default()),
            None => Err(NOT_YET),
        }
    }
}
