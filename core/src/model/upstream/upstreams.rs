//! From followed branches to the distinct questions about them, and from the answers back to what each environment is
//! told. Which questions there are depends on the answers by now, so callers ask until nothing new is wanted.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::all_branches::AllBranches;
use super::{GithubAnswer, GithubAnswers, GithubQuestion, GithubScope, Upstreams, rate_limit_message};
use crate::model::{Unanswered, Why};

/// The distinct questions about a scope, as far as the answers by now tell which they are.
pub fn wanted_questions(scope: &GithubScope, answers: &GithubAnswers) -> BTreeSet<GithubQuestion> {
    AllBranches::new(scope, answers).questions(true).into_iter().collect()
}

/// Distributes the answers. `now` is GitHub's time where the page is read at once: a time to wait is told then.
pub fn upstreams(scope: &GithubScope, answers: &GithubAnswers, now: Option<Timestamp>) -> Upstreams {
    let all = AllBranches::new(scope, answers);
    let hidden_lists = all
        .iter()
        .filter(|branch| !branch.is_hidden())
        .map(|branch| branch.pulls_question())
        .filter(|question| answers.get(question) == Some(&GithubAnswer::Absent))
        .map(|question| (question, "not there, or hidden".to_owned()));
    // What was asked because of a name that was guessed, and is not known to be right, is nobody's gap.
    let wanted: BTreeSet<GithubQuestion> = all.questions(false).into_iter().collect();
    let unanswered: BTreeSet<Unanswered> = wanted
        .into_iter()
        .filter_map(|question| {
            let why = why_unanswered(answers.get(&question), now)?;
            Some((question, why))
        })
        .chain(hidden_lists)
        .map(|(question, why)| Unanswered::of_github(question.to_string(), Why::NoAnswer(why)))
        .collect();
    let of = all.iter().filter_map(|branch| Some((branch.followed.id.clone(), branch.upstream()?))).collect();
    Upstreams {
        of,
        unanswered: unanswered.into_iter().collect(),
        elsewhere: all.elsewhere(),
        pipelines: all.into_facts(),
    }
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
    use crate::model::github::{Commit, RepositoryName, RunList};
    use crate::model::pipeline::{ClusterRef, EnvironmentId, Resolved, ResolvedFrom};
    use crate::model::upstream::FollowedBranch;

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

    fn scope(branches: &[FollowedBranch]) -> GithubScope {
        GithubScope { branches: branches.to_vec(), ..GithubScope::default() }
    }

    fn words(scope: &GithubScope, answers: &GithubAnswers) -> BTreeSet<String> {
        wanted_questions(scope, answers).iter().map(ToString::to_string).collect()
    }

    /// Answers whatever is wanted until nothing new is, and says how often each question was asked.
    fn answered(
        scope: &GithubScope,
        answer: impl Fn(&GithubQuestion) -> GithubAnswer,
    ) -> (GithubAnswers, usize) {
        let (mut answers, mut asked) = (GithubAnswers::default(), 0);
        loop {
            let wanted = wanted_questions(scope, &answers).into_iter();
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
            GithubQuestion::EnvironmentVariables { environment, .. } => {
                let next = (environment == "dev").then(|| (NEXT_ENVIRONMENT.to_owned(), "qa".to_owned()));
                GithubAnswer::Variables(next.into_iter().collect())
            }
            GithubQuestion::Head(..) => text("b"),
            GithubQuestion::Pulls(..) => GithubAnswer::Pulls(Vec::new()),
            GithubQuestion::TrackingFile { commit, .. } => text(&commit.repeat(7)),
            GithubQuestion::Comparison { .. } => {
                GithubAnswer::Distance(crate::model::upstream::Distance { ahead: 1, behind: 0 })
            }
            GithubQuestion::Statuses(..) => GithubAnswer::Statuses(Vec::new()),
            GithubQuestion::Repository(_) => GithubAnswer::Present,
            GithubQuestion::Variables(_) => GithubAnswer::Variables([].into()),
            GithubQuestion::Runs(_) => GithubAnswer::Runs(RunList::default().into()),
            GithubQuestion::Commit(..) | GithubQuestion::NewestCommit(_) => {
                GithubAnswer::Commit(Commit::from_json(&serde_json::json!({})))
            }
            _ => GithubAnswer::Absent,
        }
    }

    #[test]
    fn clusters_and_spellings_share_a_question() {
        let mut branches = vec![branch("east", "dev", "dev", "b"), branch("west", "dev", "dev", "b")];
        branches[1].repository = "Contoso/Hello-GitOps".parse().expect("a name");
        let scope = scope(&branches);
        let (answers, asked) = answered(&scope, github);
        assert_eq!(asked, 15, "{:#?}", words(&scope, &answers));
        assert_eq!(upstreams(&scope, &answers, None).of.len(), 2);
    }

    #[test]
    fn the_next_environment_is_compared_where_branches_differ() {
        let one = scope(&[branch("east", "dev", "dev", "b"), branch("east", "test", "dev", "a")]);
        let (answers, _) = answered(&one, github);
        assert!(!words(&one, &answers).iter().any(|words| words.contains("of contoso/hello.")));
        let two = scope(&[branch("east", "dev", "dev", "b"), branch("east", "qa", "qa", "a")]);
        let (answers, _) = answered(&two, github);
        assert!(words(&two, &answers).contains("commits from aaaaaaa to bbbbbbb of contoso/hello"));
        let upstreams = upstreams(&two, &answers, None);
        let link = upstreams.of[&two.branches[0].id].next.clone().expect("a link");
        assert_eq!((link.environment.as_str(), link.waiting), ("qa", Some(1)));
        assert!(upstreams.unanswered.is_empty(), "{:?}", upstreams.unanswered);
    }

    #[test]
    fn environments_of_the_chain_are_asked_about_where_no_cluster_has_them() {
        let followed = [branch("east", "dev", "dev", "b")];
        let (answers, _) = answered(&scope(&followed), github);
        assert!(upstreams(&scope(&followed), &answers, None).elsewhere.is_empty());
        let chain = scope(&followed).with_chain();
        let (answers, _) = answered(&chain, github);
        assert!(words(&chain, &answers).contains("branch qa of contoso/hello-gitops"));
        let found = upstreams(&chain, &answers, None);
        let elsewhere = &found.elsewhere[0];
        let id = EnvironmentId::new(ClusterRef::NotKnown, "qa-hello");
        assert_eq!((&elsewhere.id, elsewhere.branch.as_str()), (&id, "qa"));
        assert_eq!(found.of[&id].tracked_commit(), Some("bbbbbbb"));
        assert_eq!(found.pipelines[0].chain.names, ["dev", "qa"]);
        // What is on a cluster that was asked, and is not in the picture, is not elsewhere.
        let at_hand = GithubScope { at_hand: ["qa-hello".to_owned()].into(), ..chain };
        let (answers, _) = answered(&at_hand, github);
        assert!(upstreams(&at_hand, &answers, None).elsewhere.is_empty());
    }

    #[test]
    fn a_pipeline_that_is_named_needs_no_cluster() {
        for (named, answer) in
            [("contoso/hello", "contoso/odd"), ("contoso/hello-gitops", "contoso/hello-gitops")]
        {
            let scope = GithubScope::default().with_repository(Resolved::new(
                named.parse().expect("a name"),
                ResolvedFrom::Flag("--project"),
            ));
            let (answers, _) = answered(&scope, |question| match question {
                GithubQuestion::Variables(name) if *name == "contoso/hello".parse().expect("a name") => {
                    let variables = [("START_ENVIRONMENT", "dev"), ("MANIFESTS_REPO", answer)];
                    let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
                    GithubAnswer::Variables(owned.into())
                }
                other => github(other),
            });
            let found = upstreams(&scope, &answers, None);
            let environments: Vec<&str> =
                found.elsewhere.iter().map(|branch| branch.environment.as_str()).collect();
            assert_eq!(environments, ["dev", "qa"], "{named}");
            assert_eq!(found.pipelines[0].gitops.to_string(), answer);
            assert!(found.elsewhere.iter().all(|branch| branch.repository.to_string() == answer));
        }
    }

    /// A guess that the variable contradicts is forgotten with all that was asked because of it.
    #[test]
    fn a_wrong_guess_is_neither_shown_nor_missed() {
        let scope = scope(&[branch("east", "dev", "dev", "a")]);
        let (answers, _) = answered(&scope, |question| match question {
            GithubQuestion::SourceVariable(_) => GithubAnswer::Text("contoso/application".to_owned()),
            other if other.repository().name() == "hello" => GithubAnswer::Failed("no".to_owned()),
            other => github(other),
        });
        let runs = "workflow runs of contoso/hello".to_owned();
        let guessed = GithubQuestion::Runs("contoso/hello".parse().expect("a name"));
        assert!(answers.get(&guessed).is_some(), "the guess was asked about");
        assert!(!words(&scope, &answers).contains(&runs));
        let found = upstreams(&scope, &answers, None);
        assert!(found.unanswered.is_empty(), "{:?}", found.unanswered);
        let source = found.pipelines[0].source.as_ref().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("contoso/application"));
    }

    #[test]
    fn a_hidden_repository_is_one_row_and_nothing_else_is_said_of_it() {
        let scope = scope(&[branch("east", "dev", "dev", "a"), branch("east", "qa", "qa", "a")]);
        let (answers, _) = answered(&scope, |question| match question {
            GithubQuestion::Repository(_) => GithubAnswer::Failed("hidden".to_owned()),
            _ => GithubAnswer::Absent,
        });
        let upstreams = upstreams(&scope, &answers, None);
        assert!(upstreams.of.is_empty());
        let rows: Vec<String> = upstreams.unanswered.iter().map(ToString::to_string).collect();
        assert_eq!(rows, ["repository contoso/hello-gitops: hidden"]);
        let asked = words(&scope, &answers);
        assert!(!asked.iter().any(|words| words.contains("contoso/hello ")), "{asked:?}");
    }

    #[test]
    fn what_was_not_asked_in_time_is_told() {
        let scope = scope(&[branch("east", "dev", "dev", "a")]);
        let rows = upstreams(&scope, &GithubAnswers::default(), None).unanswered;
        assert_eq!(rows.len(), 6, "the four tracking files are one row: {rows:?}");
        assert!(rows.iter().all(|row| row.to_string().ends_with("it does not answer in time")));
        let name: RepositoryName = "contoso/hello-gitops".parse().expect("a name");
        let late = GithubQuestion::Pulls(name, "dev".to_owned()).to_string();
        assert!(rows.iter().any(|row| row.to_string().starts_with(&late)));
    }
}
