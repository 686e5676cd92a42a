//! Routes about issues themselves and what is said about them.

use http::Method;
use serde_json::{Value, json};

use super::issue::{Comment, Issue};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;
use crate::github::node_id::node;

/// The longest text.
pub(in crate::github) const LONGEST: usize = 65_536;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/issues/{issue_number}",
        needs: Needs::READ_ISSUE,
        documentation: "rest/issues/issues#get-an-issue",
        answer: get,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        needs: Needs::READ_DISCUSSION,
        documentation: "rest/issues/comments#list-issue-comments",
        answer: list,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
        needs: Needs::COMMENT,
        documentation: "rest/issues/comments#create-an-issue-comment",
        answer: create,
    },
];

fn reactions(url: String) -> Value {
    json!({
        "url": url, "total_count": 0, "+1": 0, "-1": 0, "laugh": 0, "hooray": 0, "confused": 0, "heart": 0,
        "rocket": 0, "eyes": 0,
    })
}

impl Call<'_> {
    /// The issue that the path names.
    pub(in crate::github) fn issue(&self) -> Result<&Issue, Refusal> {
        let number = self.number("issue_number")?;
        self.repository()?.issues.all.get(&number).ok_or_else(Refusal::not_found)
    }
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let issue = call.issue()?;
    let number = issue.number;
    let url = call.url(&format!("/issues/{number}"));
    let kind = if issue.pull.is_some() { "pull" } else { "issues" };
    let labels = call.repository()?.issues.labels_of(issue);
    let mut shown = json!({
        "url": url,
        "repository_url": call.url(""),
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "timeline_url": format!("{url}/timeline"),
        "html_url": call.page(&format!("/{kind}/{number}")),
        "id": issue.id,
        "node_id": node("Issue", issue.id),
        "number": number,
        "title": issue.title,
        "user": call.account(&issue.author),
        "labels": labels.into_iter().map(|label| call.label(label)).collect::<Vec<_>>(),
        "state": if issue.is_open { "open" } else { "closed" },
        "state_reason": null,
        "locked": false,
        "active_lock_reason": null,
        "assignee": null,
        "assignees": [],
        "milestone": null,
        "comments": issue.comments.len(),
        "created_at": time(issue.created),
        "updated_at": time(issue.updated),
        "closed_at": issue.closed.map(time),
        "closed_by": null,
        "author_association": call.association(&issue.author),
        "body": issue.body,
        "reactions": reactions(format!("{url}/reactions")),
        "performed_via_github_app": null,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
        "issue_dependencies_summary":
            {"blocked_by": 0, "total_blocked_by": 0, "blocking": 0, "total_blocking": 0},
        "pinned_comment": null,
    });
    if let Some(pull) = &issue.pull {
        let page = call.page(&format!("/pull/{number}"));
        shown["draft"] = json!(pull.is_draft);
        shown["pull_request"] = json!({
            "url": call.url(&format!("/pulls/{number}")),
            "html_url": page,
            "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"),
            "merged_at": pull.merged.as_ref().map(|merged| time(merged.at)),
        });
    }
    Ok(Answer::ok(shown))
}

fn comment(call: &Call<'_>, issue: &Issue, comment: &Comment) -> Value {
    let url = call.url(&format!("/issues/comments/{}", comment.id));
    let kind = if issue.pull.is_some() { "pull" } else { "issues" };
    json!({
        "url": url,
        "html_url": call.page(&format!("/{kind}/{}#issuecomment-{}", issue.number, comment.id)),
        "issue_url": call.url(&format!("/issues/{}", issue.number)),
        "id": comment.id,
        "node_id": node("IssueComment", comment.id),
        "user": call.account(&comment.author),
        "created_at": time(comment.created),
        "updated_at": time(comment.created),
        "body": comment.body,
        "author_association": call.association(&comment.author),
        "reactions": reactions(format!("{url}/reactions")),
        "performed_via_github_app": null,
    })
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let issue = call.issue()?;
    Ok(Answer::list(call, issue.comments.iter().collect(), |one| comment(call, issue, one)))
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if !call.caller.is_somebody() {
        return Err(Refusal::unauthenticated());
    }
    let (number, body) = (call.number("issue_number")?, call.body()?.needed("body")?);
    if body.trim().is_empty() {
        return Err(Refusal::invalid(json!([
            {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": "Body cannot be blank"}
        ])));
    }
    if body.chars().count() > LONGEST {
        return Err(super::labels::too_long("IssueComment", "body", LONGEST));
    }
    call.issue()?;
    let (id, author, created) = (call.next(), call.caller.login.clone(), call.now);
    let issue = call.repository_mut()?.issues.all.get_mut(&number).ok_or_else(Refusal::not_found)?;
    issue.comments.push(Comment { id, author, body, created });
    issue.updated = created;
    let issue = call.issue()?;
    let made = issue.comments.last().map(|last| comment(call, issue, last));
    Ok(Answer::created(made.unwrap_or_default()))
}
