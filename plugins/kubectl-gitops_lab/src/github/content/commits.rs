//! Routes about commits in the order of history.

use git2::{Commit, Oid, Repository, Sort};
use http::Method;
use jiff::Timestamp;
use serde_json::json;

use super::commit_json::text;
use super::diff::{FileChange, changes};
use super::revision::commit_at;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/commits",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/commits/commits#list-commits",
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/commits/{ref+}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/commits/commits#get-a-commit",
        answer: get,
    },
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let begin = call.parameter("sha").unwrap_or_default();
    let begin = commit_at(&git, &begin).ok_or_else(Refusal::not_found)?;
    let path = call.parameter("path").map(|path| path.trim_matches('/').to_owned());
    let time = |name: &str| call.parameter(name).and_then(|text| text.parse::<Timestamp>().ok());
    let (since, until) = (time("since"), time("until"));
    let author = call.parameter("author");
    let mut walk = git.revwalk()?;
    walk.set_sorting(Sort::TIME | Sort::TOPOLOGICAL)?;
    walk.push(begin)?;
    let mut found = Vec::new();
    for id in walk {
        let commit = git.find_commit(id?)?;
        let at = Timestamp::from_second(commit.committer().when().seconds()).unwrap_or_default();
        let is_wanted = since.is_none_or(|since| at >= since)
            && until.is_none_or(|until| at <= until)
            && author.as_ref().is_none_or(|author| is_by(call, &commit, author))
            && path.as_ref().is_none_or(|path| path.is_empty() || touches(&commit, path));
        if is_wanted {
            found.push(commit);
        }
    }
    Ok(Answer::list(call, found, |commit| call.commit(&commit)))
}

fn is_by(call: &Call<'_>, commit: &Commit<'_>, author: &str) -> bool {
    let email = text(commit.author().email_bytes());
    let account = call.github.accounts.of_email(&email);
    email == author || account.is_some_and(|account| account.login.eq_ignore_ascii_case(author))
}

/// Whether a commit changed a file or folder: it differs from that of every parent.
fn touches(commit: &Commit<'_>, path: &str) -> bool {
    let at = |commit: &Commit<'_>| -> Option<Oid> {
        Some(commit.tree().ok()?.get_path(std::path::Path::new(path)).ok()?.id())
    };
    let own = at(commit);
    let mut parents = commit.parents().peekable();
    if parents.peek().is_none() {
        return own.is_some();
    }
    parents.all(|parent| at(&parent) != own)
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let wanted = call.word("ref");
    let id = commit_at(&git, wanted)
        .ok_or_else(|| Refusal::unprocessable(format!("No commit found for SHA: {wanted}")))?;
    let accept = call.request.header(http::header::ACCEPT).unwrap_or_default();
    if accept.contains("github.sha") || accept.contains("github.v3.sha") {
        return Ok(Answer::raw("application/vnd.github.sha; charset=utf-8", id.to_string().into_bytes()));
    }
    let commit = git.find_commit(id)?;
    let changes = of_commit(&git, &commit)?;
    let (additions, deletions) = changes
        .iter()
        .fold((0, 0), |(more, less), change| (more + change.additions, less + change.deletions));
    let mut shown = call.commit(&commit);
    shown["stats"] = json!({"total": additions + deletions, "additions": additions, "deletions": deletions});
    shown["files"] = changes.iter().map(|change| call.change(change, id)).collect();
    Ok(Answer::ok(shown))
}

/// What a commit changed in what its first parent left.
fn of_commit(git: &Repository, commit: &Commit<'_>) -> Result<Vec<FileChange>, git2::Error> {
    let before = match commit.parent_count() {
        0 => None,
        _ => Some(commit.parent(0)?.tree()?),
    };
    changes(git, before.as_ref(), Some(&commit.tree()?))
}
