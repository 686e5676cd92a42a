//! Routes about who works on a repository, and what it is about.

use http::Method;
use serde_json::json;

use crate::access::{Right, Role};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/topics",
        needs: Needs::READ_METADATA,
        documentation: "rest/repos/repos#get-all-repository-topics",
        answer: |call| Ok(Answer::ok(json!({"names": call.repository()?.topics}))),
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/topics",
        needs: Needs::ADMINISTER,
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
        needs: Needs::READ_METADATA,
        documentation: "rest/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator",
        answer: |call| {
            if role(call)?.is_some() { Ok(Answer::done()) } else { Err(Refusal::not_found()) }
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/collaborators/{username}/permission",
        needs: Needs::READ_METADATA,
        documentation: "rest/collaborators/collaborators#get-repository-permissions-for-a-user",
        answer: permission,
    },
];

/// What somebody may do here.
fn role(call: &Call<'_>) -> Result<Option<Role>, Refusal> {
    Ok(call.github.host.role(call.word("username"), &call.repository()?.name))
}

fn permission(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if call.github.right(&call.caller, call.repository()?) < Some(Right::Write) {
        return Err(Refusal::forbidden("Must have push access to view collaborator permission."));
    }
    let login = call.word("username");
    call.github.accounts.get(login).ok_or_else(Refusal::not_found)?;
    let role = role(call)?;
    // The old permissions know fewer roles than there are.
    let permission = match role.map(Role::right) {
        None => "none",
        Some(Right::Read) => "read",
        Some(Right::Write) => "write",
        Some(Right::Admin) => "admin",
    };
    let mut user = call.account(login);
    user["permissions"] = json!({
        "admin": role >= Some(Role::Admin), "maintain": role >= Some(Role::Maintain),
        "push": role >= Some(Role::Write), "triage": role >= Some(Role::Triage), "pull": role.is_some(),
    });
    let role = role.map_or("none", Role::name);
    user["role_name"] = json!(role);
    Ok(Answer::ok(json!({"permission": permission, "role_name": role, "user": user})))
}
