//! Routes about pull requests themselves.

use http::Method;
use serde_json::{Value, json};

use super::create::{create, update};
use super::pull::Pull;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::content::{between, changes};
use crate::github::issues::Issue;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls",
        needs: Needs::READ_PULLS,
        documentation: "rest/pulls/pulls#list-pull-requests",
        answer: list,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/pulls",
        needs: Needs::WRITE_PULLS,
        documentation: "rest/pulls/pulls#create-a-pull-request",
        answer: create,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}",
        needs: Needs::READ_PULL,
        documentation: "rest/pulls/pulls#get-a-pull-request",
        answer: get,
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}",
        needs: Needs::WRITE_PULLS,
        documentation: "rest/pulls/pulls#update-a-pull-request",
        answer: update,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/commits",
        needs: Needs::READ_PULLS,
        documentation: "rest/pulls/pulls#list-commits-on-a-pull-request",
        answer: commits,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/files",
        needs: Needs::READ_PULLS,
        documentation: "rest/pulls/pulls#list-pull-requests-files",
        answer: files,
    },
];

impl Call<'_> {
    /// A pull request.
    pub(super) fn asked(&self, number: u64) -> Result<(&Issue, &Pull), Refusal> {
        let issue = self.repository()?.issues.all.get(&number).ok_or_else(Refusal::not_found)?;
        let pull = issue.pull.as_ref().ok_or_else(Refusal::not_found)?;
        Ok((issue, pull))
    }

    /// All of a pull request.
    pub(super) fn shown(&self, number: u64) -> Result<Value, Refusal> {
        let (issue, pull) = self.asked(number)?;
        self.full_pull(issue, pull)
    }
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let repository = call.repository()?;
    let state = call.parameter("state").unwrap_or_else(|| "open".to_owned());
    if !matches!(state.as_str(), "open" | "closed" | "all") {
        return Err(Refusal::invalid(
            json!([{"resource": "PullRequest", "field": "state", "code": "invalid"}]),
        ));
    }
    // GitHub ignores a head that does not say whose it is.
    let head = call.parameter("head").and_then(|head| {
        let (owner, branch) = head.split_once(':')?;
        Some((owner.to_owned(), branch.to_owned()))
    });
    let base = call.parameter("base");
    let is_wanted = |issue: &Issue, pull: &Pull| {
        (state == "all" || issue.is_open == (state == "open"))
            && base.as_ref().is_none_or(|base| pull.base == *base)
            && head.as_ref().is_none_or(|(owner, branch)| {
                pull.head == *branch && repository.owner().eq_ignore_ascii_case(owner)
            })
    };
    let pulls = repository.issues.all.values().filter_map(|issue| Some((issue, issue.pull.as_ref()?)));
    let mut found: Vec<_> = pulls.filter(|(issue, pull)| is_wanted(issue, pull)).collect();
    let by_update = call.parameter("sort").as_deref() == Some("updated");
    let key =
        |(issue, _): &(&Issue, &Pull)| (if by_update { issue.updated } else { issue.created }, issue.number);
    found.sort_by_key(key);
    let usual = if call.parameter("sort").is_none_or(|sort| sort == "created") { "desc" } else { "asc" };
    if call.parameter("direction").as_deref().unwrap_or(usual) == "desc" {
        found.reverse();
    }
    Ok(Answer::list(call, found, |(issue, pull)| call.pull(issue, pull).unwrap_or_default()))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let number = call.number("pull_number")?;
    call.try_merge(number)?;
    call.shown(number).map(Answer::ok)
}

fn commits(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.git()?;
    let (_, pull) = call.asked(call.number("pull_number")?)?;
    let found = between(&git, pull.base_at, pull.head_at)?;
    Ok(Answer::list(call, found, |id| git.find_commit(id).map_or(Value::Null, |commit| call.commit(&commit))))
}

fn files(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.git()?;
    let (_, pull) = call.asked(call.number("pull_number")?)?;
    let begin = git.merge_base(pull.base_at, pull.head_at)?;
    let (before, after) = (git.find_commit(begin)?.tree()?, git.find_commit(pull.head_at)?.tree()?);
    let found = changes(&git, Some(&before), Some(&after))?;
    let at = pull.head_at;
    Ok(Answer::list(call, found, |change| call.change(&change, at)))
}
