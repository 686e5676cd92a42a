//! From followed branches to the distinct questions about them, and from the answers back to what each environment is
//! told. Which questions there are depends on the answers by now, so callers ask until nothing new is wanted.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::branch_answers::BranchAnswers;
use super::{FollowedBranch, GithubAnswer, GithubAnswers, GithubQuestion, Upstreams, limit_words};
use crate::model::{Unanswered, Why};

/// The distinct questions about the branches, as far as the answers by now tell which they are.
pub fn wanted_questions(branches: &[FollowedBranch], answers: &GithubAnswers) -> BTreeSet<GithubQuestion> {
    BranchAnswers::of_all(branches, answers).flat_map(BranchAnswers::questions).collect()
}

/// Distributes the answers. `now` is GitHub's time where the page is read at once: a time to wait is told then.
pub fn upstreams(branches: &[FollowedBranch], answers: &GithubAnswers, now: Option<Timestamp>) -> Upstreams {
    let of = BranchAnswers::of_all(branches, answers)
        .filter_map(|branch| Some((branch.followed.id.clone(), branch.upstream()?)))
        .collect();
    let hidden_lists = BranchAnswers::of_all(branches, answers)
        .filter(|branch| !branch.is_hidden())
        .map(BranchAnswers::pulls_question)
        .filter(|question| answers.get(question) == Some(&GithubAnswer::Absent))
        .map(|question| (question, "not there, or hidden".to_owned()));
    let wanted = wanted_questions(branches, answers).into_iter();
    let unanswered: BTreeSet<Unanswered> = wanted
        .filter_map(|question| {
            let why = why_unanswered(answers.get(&question), now)?;
            Some((question, why))
        })
        .chain(hidden_lists)
        .map(|(question, why)| Unanswered::of_github(question.to_string(), Why::NoAnswer(why)))
        .collect();
    Upstreams { of, unanswered: unanswered.into_iter().collect() }
}

/// Why a question has no answer; `None` where it has one. What was not even asked is behind what took too long.
fn why_unanswered(answer: Option<&GithubAnswer>, now: Option<Timestamp>) -> Option<String> {
    match answer {
        None => Some("it does not answer in time".to_owned()),
        Some(GithubAnswer::Refused(why) | GithubAnswer::Failed(why)) => Some(why.clone()),
        Some(GithubAnswer::RateLimited { until, is_secondary }) => {
            Some(limit_words::limit_message(*until, *is_secondary, now))
        }
        Some(_) => None,
    }
}
