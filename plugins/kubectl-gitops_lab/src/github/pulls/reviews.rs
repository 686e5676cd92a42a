//! Routes about reviews. Nobody reviews their own pull request.

use git2::Oid;
use http::Method;
use serde_json::{Value, json};

use super::pull::Review;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::api::timestamp::time;
use crate::github::node_id::node;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
        needs: Needs::READ_PULLS,
        documentation: "rest/pulls/reviews#list-reviews-for-a-pull-request",
        answer: list,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
        needs: Needs::REVIEW,
        documentation: "rest/pulls/reviews#create-a-review-for-a-pull-request",
        answer: create,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
        needs: Needs::READ_PULLS,
        documentation: "rest/pulls/reviews#get-a-review-for-a-pull-request",
        answer: get,
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
        needs: Needs::REVIEW,
        documentation: "rest/pulls/reviews#update-a-review-for-a-pull-request",
        answer: reword,
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals",
        needs: Needs::DISMISS_REVIEW,
        documentation: "rest/pulls/reviews#dismiss-a-review-for-a-pull-request",
        answer: dismiss,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}",
        needs: Needs::DELETE_REVIEW,
        documentation: "rest/pulls/reviews#delete-a-pending-review-for-a-pull-request",
        answer: delete,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers",
        needs: Needs::READ_PULLS,
        documentation: "rest/pulls/review-requests#get-all-requested-reviewers-for-a-pull-request",
        answer: |call| {
            call.asked(call.number("pull_number")?)?;
            Ok(Answer::ok(json!({"users": [], "teams": []})))
        },
    },
];

fn shown(call: &Call<'_>, number: u64, review: &Review) -> Value {
    let page = call.page(&format!("/pull/{number}#pullrequestreview-{}", review.id));
    let pull = call.url(&format!("/pulls/{number}"));
    let mut shown = json!({
        "id": review.id,
        "node_id": node("PullRequestReview", review.id),
        "user": call.account(&review.author),
        "body": review.body,
        "state": review.state,
        "html_url": page,
        "pull_request_url": pull,
        "author_association": call.association(&review.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull}},
        "commit_id": review.commit.to_string(),
    });
    if let Some(at) = review.at {
        shown["submitted_at"] = time(at);
    }
    shown
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let number = call.number("pull_number")?;
    let (_, pull) = call.asked(number)?;
    // A pending review is its author's alone.
    let is_seen = |review: &&Review| review.at.is_some() || review.author == call.caller.login;
    let found: Vec<_> = pull.reviews.iter().filter(is_seen).collect();
    Ok(Answer::list(call, found, |review| shown(call, number, review)))
}

/// What cannot be done with a review, as GitHub says it: a text alone.
fn refused(message: &str) -> Refusal {
    Refusal { errors: Some(json!([message])), ..Refusal::unprocessable("Unprocessable Entity") }
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if !call.caller.is_somebody() {
        return Err(Refusal::unauthenticated());
    }
    let (number, fields) = (call.number("pull_number")?, call.body()?);
    let (issue, pull) = call.asked(number)?;
    // They would be conversations, which branch protection may want resolved.
    if fields.get("comments").and_then(Value::as_array).is_some_and(|comments| !comments.is_empty()) {
        let told = "the lab does not serve comments of reviews on its GitHub";
        return Err(Refusal::new(http::StatusCode::NOT_IMPLEMENTED, told));
    }
    let body = fields.text("body")?.unwrap_or_default();
    let is_own = issue.author.eq_ignore_ascii_case(&call.caller.login);
    let state = match fields.text("event")?.as_deref() {
        Some("APPROVE") if call.caller.is_job() => {
            return Err(refused("GitHub Actions is not permitted to approve pull requests."));
        }
        Some("APPROVE") if is_own => return Err(refused("Can not approve your own pull request")),
        Some("REQUEST_CHANGES") if is_own => {
            return Err(refused("Can not request changes on your own pull request"));
        }
        Some("APPROVE") => "APPROVED",
        Some("REQUEST_CHANGES") => "CHANGES_REQUESTED",
        Some("COMMENT") => "COMMENTED",
        None | Some("PENDING") => "PENDING",
        Some(other) => {
            return Err(Refusal::mistyped(
                "event",
                &json!(other),
                "a member of [\"APPROVE\", \"REQUEST_CHANGES\", \"COMMENT\"]",
            ));
        }
    };
    if body.is_empty() && matches!(state, "CHANGES_REQUESTED" | "COMMENTED") {
        return Err(refused("Body can't be blank"));
    }
    let commit = match fields.text("commit_id")? {
        Some(sha) => {
            let found = Oid::from_str(&sha)
                .ok()
                .filter(|id| call.git().is_ok_and(|git| git.find_commit(*id).is_ok()));
            found.ok_or_else(|| refused(&format!("The commit {sha} is not part of the pull request")))?
        }
        None => pull.head_at,
    };
    let at = (state != "PENDING").then_some(call.now);
    let review = Review { id: call.next(), author: call.caller.login.clone(), body, state, commit, at };
    let answer = shown(call, number, &review);
    let now = call.now;
    if let Some(issue) = call.repository_mut()?.issues.all.get_mut(&number) {
        issue.updated = now;
        issue.pull.iter_mut().for_each(|pull| pull.reviews.push(review.clone()));
    }
    Ok(Answer::ok(answer))
}

/// The review that the path names.
fn find<'a>(call: &'a Call<'_>) -> Result<(u64, &'a Review), Refusal> {
    let (number, id) = (call.number("pull_number")?, call.number("review_id")?);
    let (_, pull) = call.asked(number)?;
    let found = pull.reviews.iter().find(|review| review.id == id);
    found.map(|review| (number, review)).ok_or_else(Refusal::not_found)
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (number, review) = find(call)?;
    Ok(Answer::ok(shown(call, number, review)))
}

/// Puts a review in the place of the one that it was.
fn replace(call: &mut Call<'_>, number: u64, review: &Review) -> Result<Answer, Refusal> {
    let issue = call.repository_mut()?.issues.all.get_mut(&number);
    if let Some(pull) = issue.and_then(|issue| issue.pull.as_mut()) {
        pull.reviews.iter_mut().filter(|one| one.id == review.id).for_each(|one| *one = review.clone());
    }
    Ok(Answer::ok(shown(call, number, review)))
}

fn reword(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.body()?.needed("body")?;
    let (number, review) = find(call)?;
    if review.author != call.caller.login {
        return Err(refused("Can not edit somebody else's pull request review"));
    }
    let review = Review { body, ..review.clone() };
    replace(call, number, &review)
}

fn dismiss(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.body()?.needed("message")?;
    let (number, review) = find(call)?;
    if !matches!(review.state, "APPROVED" | "CHANGES_REQUESTED") {
        return Err(refused("Can not dismiss a commented pull request review"));
    }
    let review = Review { state: "DISMISSED", ..review.clone() };
    replace(call, number, &review)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (number, review) = find(call)?;
    if review.state != "PENDING" || review.author != call.caller.login {
        return Err(refused("Can not delete a non-pending pull request review"));
    }
    let review = review.clone();
    let answer = shown(call, number, &review);
    if let Some(pull) =
        call.repository_mut()?.issues.all.get_mut(&number).and_then(|issue| issue.pull.as_mut())
    {
        pull.reviews.retain(|one| one.id != review.id);
    }
    Ok(Answer::ok(answer))
}
