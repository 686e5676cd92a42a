//! Asks GitHub beside Azure's numbers: where branches are, and which versions the commits are that most clusters have.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use futures::future::join;
use futures::stream;
use serde_json::Value;
use tokio::time::Instant;

use super::github_answers::connect;
use super::github_connection::GithubConnection;
use crate::github::{Github, GithubError};
use crate::model::azure::SyncedRevision;
use crate::model::contract::TRACKING_VERSION;
use crate::model::fleet::FleetKnowledge;
use crate::model::github::RepositoryName;
use crate::model::verdict::short;
use crate::model::{Unanswered, Why, World, harmless};

/// How long all of it may take.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// At most so many branches are asked for.
const MOST_BRANCHES: usize = 20;
/// At most so many commits are asked for, those first that most clusters have.
const MOST_COMMITS: usize = 20;
/// The most questions under way at once.
const MOST_CONCURRENT: usize = 16;

/// What GitHub tells of the rows of a summary until then, and what it did not.
pub(super) async fn knowledge(
    connection: &GithubConnection,
    summary: &[Value],
    limit: Instant,
) -> (FleetKnowledge, Vec<Unanswered>) {
    let nothing = FleetKnowledge { host: connection.host().to_owned(), ..FleetKnowledge::default() };
    let (branches, commits) = wanted(&nothing, summary);
    if branches.is_empty() {
        let why = format!("nothing here follows a repository on {}", harmless(connection.host()));
        return (nothing, vec![Unanswered::unneeded(World::Github, why)]);
    }
    let deadline = limit.min(Instant::now() + TIME_LIMIT);
    let github = match connect(connection, deadline).await {
        Ok(github) => github,
        Err(why) => return (nothing, vec![Unanswered::of_world(World::Github, why)]),
    };
    let asked = join(heads(&github, branches), versions(&github, commits));
    let Ok(((heads, silent), (versions, untold))) = tokio::time::timeout_at(deadline, asked).await else {
        let why = Why::NoAnswer("it does not answer in time".to_owned());
        return (nothing, vec![Unanswered::of_github("branches and tracking files", why)]);
    };
    let unanswered = silent.into_iter().chain(untold).collect();
    (FleetKnowledge { heads, versions, ..nothing }, unanswered)
}

type Place = (RepositoryName, String);

/// The branches and the commits that are asked for, in the order of the summary: those first that most clusters have.
fn wanted(knowledge: &FleetKnowledge, summary: &[Value]) -> (Vec<Place>, Vec<Place>) {
    let (mut branches, mut commits): (Vec<Place>, Vec<Place>) = (Vec::new(), Vec::new());
    for row in summary {
        let Some(repository) = row["url"].as_str().and_then(|url| knowledge.repository(url)) else {
            continue;
        };
        let branch = row["branch"].as_str().filter(|branch| !branch.is_empty());
        let commit = row["revision"].as_str().and_then(SyncedRevision::read).map(|revision| revision.commit);
        let branch = branch.map(|branch| (repository.clone(), branch.to_owned()));
        let commit = commit.map(|commit| (repository, commit));
        for (wanted, list, most) in
            [(branch, &mut branches, MOST_BRANCHES), (commit, &mut commits, MOST_COMMITS)]
        {
            if let Some(wanted) = wanted.filter(|wanted| list.len() < most && !list.contains(wanted)) {
                list.push(wanted);
            }
        }
    }
    (branches, commits)
}

async fn heads(github: &Github, branches: Vec<Place>) -> (BTreeMap<Place, String>, Vec<Unanswered>) {
    let asked = branches.into_iter().map(|place| async move {
        let head = github.head(&place.0, &place.1).await;
        (format!("branch {} of {}", harmless(&place.1), place.0), place, head)
    });
    answers(asked).await
}

async fn versions(github: &Github, commits: Vec<Place>) -> (BTreeMap<Place, String>, Vec<Unanswered>) {
    let asked = commits.into_iter().map(|place| async move {
        let version = github.file(&place.0, TRACKING_VERSION, &place.1).await;
        let version =
            version.map(|text| text.map(|text| harmless(text.trim())).filter(|version| !version.is_empty()));
        (format!("tracking files at {} of {}", short(&place.1), place.0), place, version)
    });
    answers(asked).await
}

/// The answers, each by what it is of, and the questions without one. What is absent is an answer.
async fn answers<F>(asked: impl Iterator<Item = F>) -> (BTreeMap<Place, String>, Vec<Unanswered>)
where
    F: Future<Output = (String, Place, Result<Option<String>, GithubError>)>,
{
    let (mut known, mut unanswered) = (BTreeMap::new(), Vec::new());
    let mut replies = stream::iter(asked).buffer_unordered(MOST_CONCURRENT);
    while let Some((what, place, answer)) = replies.next().await {
        match answer {
            Ok(Some(answer)) => drop(known.insert(place, answer)),
            Ok(None) => {}
            Err(error) => unanswered.push(Unanswered::of_github(what, Why::NoAnswer(error.brief()))),
        }
    }
    drop(replies);
    unanswered.sort();
    (known, unanswered)
}
