//! From followed branches to the distinct questions about them, and from the answers back to what each environment is
//! told. Which questions there are depends on the answers by now, so callers ask until nothing new is wanted.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::branch_answers::BranchAnswers;
use super::{FollowedBranch, GithubAnswer, GithubAnswers, GithubQuestion, Upstreams, rate_limit_message};
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
            Some(rate_limit_message::limit_message(*until, *is_secondary, now))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contract::NEXT_ENVIRONMENT;
    use crate::model::github::RepositoryName;
    use crate::model::pipeline::{ClusterRef, EnvironmentId};

    fn branch(cluster: &str, environment: &str, branch: &str, applied: &str) -> FollowedBranch {
        let cluster = ClusterRef::Context(cluster.to_owned());
        FollowedBranch {
            id: EnvironmentId::new(cluster, format!("{environment}-hello")),
            environment: environment.to_owned(),
            repository: "contoso/hello-gitops".parse().expect("a name"),
            branch: branch.to_owned(),
            fetched: Some(applied.to_owned()),
            applied: Some(applied.to_owned()),
        }
    }

    fn words(branches: &[FollowedBranch], answers: &GithubAnswers) -> BTreeSet<String> {
        wanted_questions(branches, answers).iter().map(ToString::to_string).collect()
    }

    /// Answers whatever is wanted until nothing new is, and says how often each question was asked.
    fn answered(
        branches: &[FollowedBranch],
        answer: impl Fn(&GithubQuestion) -> GithubAnswer,
    ) -> (GithubAnswers, usize) {
        let (mut answers, mut asked) = (GithubAnswers::default(), 0);
        loop {
            let wanted = wanted_questions(branches, &answers).into_iter();
            let new: Vec<GithubQuestion> =
                wanted.filter(|question| answers.get(question).is_none()).collect();
            if new.is_empty() {
                return (answers, asked);
            }
            asked += new.len();
            for question in new {
                let answer = answer(&question);
                answers.insert(question, answer);
            }
        }
    }

    /// GitHub where `b` is the newest commit of every branch, and `qa` comes after `dev`.
    fn github(question: &GithubQuestion) -> GithubAnswer {
        let text = |text: &str| GithubAnswer::Text(text.to_owned());
        match question {
            GithubQuestion::SourceVariable(_) => text("contoso/hello"),
            GithubQuestion::NextVariable { environment, .. } if environment == "dev" => text("qa"),
            GithubQuestion::Head(..) => text("b"),
            GithubQuestion::Pulls(..) => GithubAnswer::Pulls(Vec::new()),
            GithubQuestion::TrackingFile { commit, .. } => text(&commit.repeat(7)),
            GithubQuestion::Comparison { .. } => {
                GithubAnswer::Distance(crate::model::upstream::Distance { ahead: 1, behind: 0 })
            }
            GithubQuestion::Statuses(..) => GithubAnswer::Statuses(Vec::new()),
            GithubQuestion::Repository(_) => GithubAnswer::Present,
            GithubQuestion::NextVariable { .. } => GithubAnswer::Absent,
        }
    }

    #[test]
    fn clusters_and_spellings_share_a_question() {
        let mut branches = vec![branch("east", "dev", "dev", "b"), branch("west", "dev", "dev", "b")];
        branches[1].repository = "Contoso/Hello-GitOps".parse().expect("a name");
        let (answers, asked) = answered(&branches, github);
        assert_eq!(asked, 8, "{:?}", words(&branches, &answers));
        assert_eq!(upstreams(&branches, &answers, None).of.len(), 2);
    }

    #[test]
    fn the_order_of_environments_is_asked_for_where_branches_differ() {
        let one = [branch("east", "dev", "dev", "b"), branch("east", "test", "dev", "a")];
        let (answers, _) = answered(&one, github);
        assert!(!words(&one, &answers).iter().any(|words| words.contains(NEXT_ENVIRONMENT)));
        let two = [branch("east", "dev", "dev", "b"), branch("east", "qa", "qa", "a")];
        let (answers, _) = answered(&two, github);
        assert!(words(&two, &answers).contains("commits from aaaaaaa to bbbbbbb of contoso/hello"));
        let upstreams = upstreams(&two, &answers, None);
        let link = upstreams.of[&two[0].id].next.clone().expect("a link");
        assert_eq!((link.environment.as_str(), link.waiting), ("qa", Some(1)));
        assert!(upstreams.unanswered.is_empty());
    }

    #[test]
    fn a_hidden_repository_is_one_row_and_nothing_else_is_said_of_it() {
        let branches = [branch("east", "dev", "dev", "a"), branch("east", "qa", "qa", "a")];
        let (answers, _) = answered(&branches, |question| match question {
            GithubQuestion::Repository(_) => GithubAnswer::Failed("hidden".to_owned()),
            _ => GithubAnswer::Absent,
        });
        let upstreams = upstreams(&branches, &answers, None);
        assert!(upstreams.of.is_empty());
        let rows: Vec<String> = upstreams.unanswered.iter().map(ToString::to_string).collect();
        assert_eq!(rows, ["repository contoso/hello-gitops: hidden"]);
        let asked = words(&branches, &answers);
        assert!(!asked.iter().any(|words| words.contains("contoso/hello ")), "{asked:?}");
    }

    #[test]
    fn what_was_not_asked_in_time_is_told() {
        let branches = [branch("east", "dev", "dev", "a")];
        let rows = upstreams(&branches, &GithubAnswers::default(), None).unanswered;
        assert_eq!(rows.len(), 4, "the four tracking files are one row: {rows:?}");
        assert!(rows.iter().all(|row| row.to_string().ends_with("it does not answer in time")));
        let name: RepositoryName = "contoso/hello-gitops".parse().expect("a name");
        let late = GithubQuestion::Pulls(name, "dev".to_owned()).to_string();
        assert!(rows.iter().any(|row| row.to_string().starts_with(&late)));
    }
}
