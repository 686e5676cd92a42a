//! Routes about who works on a repository, and what it is about.

use http::Method;
use serde_json::json;

use crate::git::Right;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/topics",
        needs: Needs::Read,
        documentation: "rest/repos/repos#get-all-repository-topics",
        answer: |call| Ok(Answer::ok(json!({"names": call.repository()?.topics}))),
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/topics",
        needs: Needs::Admin,
        documentation: "rest/repos/repos#replace-all-repository-topics",
        answer: |call| {
            let names = call.body()?.texts("names")?.ok_or_else(|| Refusal::missing("names"))?;
            call.repository_mut()?.topics.clone_from(&names);
            Ok(Answer::ok(json!({"names": names})))
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/collaborators/{username}",
        needs: Needs::Read,
        documentation: "rest/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator",
        answer: |call| {
            let right = right(call)?;
            if right.is_some() { Ok(Answer::done()) } else { Err(Refusal::not_found()) }
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/collaborators/{username}/permission",
        needs: Needs::Read,
        documentation: "rest/collaborators/collaborators#get-repository-permissions-for-a-user",
        answer: permission,
    },
];

/// What somebody may do here with the best of their tokens.
fn right(call: &Call<'_>) -> Result<Option<Right>, Refusal> {
    let (login, name) = (call.word("username"), &call.repository()?.name);
    let tokens = call.hub.accounts.tokens_of(login);
    Ok(tokens.into_iter().filter_map(|token| call.hub.host.right(token, name)).max())
}

fn permission(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if call.hub.right(&call.visitor, call.repository()?) < Some(Right::Write) {
        return Err(Refusal::forbidden("Must have push access to view collaborator permission."));
    }
    let login = call.word("username");
    call.hub.accounts.get(login).ok_or_else(Refusal::not_found)?;
    let right = right(call)?;
    let permission = match right {
        None => "none",
        Some(Right::Read) => "read",
        Some(Right::Write) => "write",
        Some(Right::Admin) => "admin",
    };
    let (push, admin) = (right >= Some(Right::Write), right >= Some(Right::Admin));
    let mut user = call.account(login);
    user["permissions"] =
        json!({"admin": admin, "maintain": admin, "push": push, "triage": push, "pull": right.is_some()});
    user["role_name"] = json!(permission);
    Ok(Answer::ok(json!({"permission": permission, "role_name": permission, "user": user})))
}
