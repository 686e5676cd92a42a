//! What is kept of Azure's last word while it is silent: the answers of before, each with since when and why there is no newer
//! one. What was heard last stands with its age, as a lost cluster's does.

use jiff::Timestamp;

use super::{AzureAnswers, AzureQuestion};
use crate::model::azure::ArcCluster;

/// That a question was answered before and is not any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AzureSilence {
    /// When it was answered last.
    pub since: Timestamp,
    /// Why it is not any more.
    pub why: String,
}

impl AzureSilence {
    /// `Azure failed with 502; no answer since 03:00:30 UTC`
    pub(super) fn describe(&self) -> String {
        format!("{}; no answer since {}", self.why, self.since.strftime("%H:%M:%S UTC"))
    }
}

impl AzureAnswers {
    /// Takes from former answers, given at a time, what these do not have; `why` is why nothing was asked, where that is so.
    pub fn remember(&mut self, former: &AzureAnswers, at: Timestamp, why: Option<&str>) {
        for (question, answer) in former.iter().filter(|(_, answer)| answer.is_something()) {
            let silent = match self.get(question) {
                Some(newer) => newer.why_unanswered().map(str::to_owned),
                None => why.map(str::to_owned),
            };
            let Some(why) = silent else { continue };
            let since = former.silence(question).map_or(at, |silence| silence.since);
            self.insert_silent(question.clone(), answer.clone(), AzureSilence { since, why });
        }
    }

    /// The silence about what is known of a configuration.
    pub(super) fn silence_about(&self, cluster: &ArcCluster, name: &str) -> Option<&AzureSilence> {
        let one = AzureQuestion::Configuration(cluster.clone(), name.to_owned());
        self.silence(&one).or_else(|| self.silence(&AzureQuestion::Configurations(cluster.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::super::AzureAnswer;
    use super::super::scene::{at, scene};
    use super::*;

    #[test]
    fn the_last_word_stays_with_since_when_and_why() {
        let scene = scene();
        let question = AzureQuestion::Configuration(scene.cluster.clone(), "hello-dev".to_owned());
        let known = AzureAnswer::Configurations(vec![scene.document.clone()]);
        let mut former = AzureAnswers::default();
        former.insert(question.clone(), known.clone());
        // It is silent, then silent for another reason: since when does not change.
        for (asked, why) in [(100, "Azure failed with 502"), (130, "sign in: az login")] {
            let mut newer = AzureAnswers::default();
            newer.insert(question.clone(), AzureAnswer::Failed(why.to_owned()));
            newer.remember(&former, at(asked), None);
            assert_eq!(newer.get(&question), Some(&known));
            let silence = newer.silence(&question).expect("a silence");
            assert_eq!((silence.since, silence.why.as_str()), (at(100), why));
            former = newer;
        }
        let mut nothing = AzureAnswers::default();
        nothing.remember(&former, at(160), Some("the sign-in expired"));
        assert_eq!(nothing.get(&question), Some(&known));
        let mut gone = AzureAnswers::default();
        gone.insert(question.clone(), AzureAnswer::Absent);
        gone.remember(&former, at(190), None);
        assert_eq!(gone.get(&question), Some(&AzureAnswer::Absent), "that it is gone is an answer");
    }
}
