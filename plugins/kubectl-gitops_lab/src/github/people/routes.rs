//! Routes about people, organisations and what is left to them.

use http::Method;
use serde_json::{Value, json};

use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/",
        needs: Needs::NOTHING,
        documentation: "rest/meta/meta#github-api-root",
        answer: root,
    },
    Route {
        method: Method::GET,
        path: "/zen",
        needs: Needs::NOTHING,
        documentation: "rest/meta/meta#get-the-zen-of-github",
        answer: |_| {
            Ok(Answer::raw(
                "text/plain;charset=utf-8",
                b"Half measures are as bad as nothing at all.".to_vec(),
            ))
        },
    },
    Route {
        method: Method::GET,
        path: "/rate_limit",
        needs: Needs::NOTHING,
        documentation: "rest/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user",
        answer: |call| Ok(Answer::ok(call.github.limits.document(call.caller.token.as_deref(), call.now))),
    },
    Route {
        method: Method::GET,
        path: "/user",
        needs: Needs::PERSON,
        documentation: "rest/users/users#get-the-authenticated-user",
        answer: |call| person(call, call.caller.login.clone().as_str()),
    },
    Route {
        method: Method::GET,
        path: "/user/orgs",
        needs: Needs::PERSON,
        documentation: "rest/orgs/orgs#list-organizations-for-the-authenticated-user",
        answer: organizations,
    },
    Route {
        method: Method::GET,
        path: "/user/memberships/orgs/{org}",
        needs: Needs::MEMBERSHIP,
        documentation: "rest/orgs/members#get-an-organization-membership-for-the-authenticated-user",
        answer: membership,
    },
    Route {
        method: Method::GET,
        path: "/users/{username}",
        needs: Needs::NOTHING,
        documentation: "rest/users/users#get-a-user",
        answer: |call| person(call, call.word("username").to_owned().as_str()),
    },
    Route {
        method: Method::GET,
        path: "/orgs/{org}",
        needs: Needs::ORGANIZATION,
        documentation: "rest/orgs/orgs#get-an-organization",
        answer: organization,
    },
];

fn root(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let api = &call.github.urls.api;
    Ok(Answer::ok(json!({
        "current_user_url": format!("{api}/user"),
        "organization_url": format!("{api}/orgs/{{org}}"),
        "rate_limit_url": format!("{api}/rate_limit"),
        "repository_url": format!("{api}/repos/{{owner}}/{{repo}}"),
        "user_url": format!("{api}/users/{{user}}"),
    })))
}

/// How many repositories somebody has that everybody sees.
fn public(call: &Call<'_>, login: &str) -> usize {
    let all = call.github.repositories.values();
    all.filter(|one| !one.is_private && one.owner().eq_ignore_ascii_case(login)).count()
}

fn person(call: &mut Call<'_>, login: &str) -> Result<Answer, Refusal> {
    let accounts = &call.github.accounts;
    let account = accounts.get(login).ok_or_else(Refusal::not_found)?;
    let mut shown = accounts.full(account, &call.github.urls, public(call, login));
    if call.caller.login != account.login {
        shown["email"] = Value::Null;
        shown["notification_email"] = Value::Null;
    }
    Ok(Answer::ok(shown))
}

fn organization(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (accounts, login) = (&call.github.accounts, call.word("org"));
    let account = accounts.get(login).filter(|_| accounts.is_organization(login));
    let account = account.ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(accounts.organization(account, &call.github.urls, public(call, login))))
}

fn organizations(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let mine: Vec<String> = call.github.accounts.organizations_of(&call.caller.login);
    let simple = |login: String| {
        let account = call.github.accounts.get(&login)?;
        let full = call.github.accounts.organization(account, &call.github.urls, 0);
        let fields = [
            "login",
            "id",
            "node_id",
            "url",
            "repos_url",
            "events_url",
            "hooks_url",
            "issues_url",
            "members_url",
            "public_members_url",
            "avatar_url",
            "description",
        ];
        Some(fields.into_iter().map(|field| (field.to_owned(), full[field].clone())).collect())
    };
    Ok(Answer::list(call, mine, |login| simple(login).map_or(Value::Null, Value::Object)))
}

fn membership(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (accounts, login) = (&call.github.accounts, call.word("org"));
    if call.caller.lacks("read:org") && call.caller.lacks("admin:org") && call.caller.lacks("repo") {
        return Err(Refusal::forbidden("You need at least read:org scope to read organizations."));
    }
    let account = accounts.get(login).filter(|_| accounts.is_member(&call.caller.login, login));
    let account = account.ok_or_else(Refusal::not_found)?;
    let api = &call.github.urls.api;
    Ok(Answer::ok(json!({
        "url": format!("{api}/orgs/{}/memberships/{}", account.login, call.caller.login),
        "state": "active",
        "role": "admin",
        "organization_url": format!("{api}/orgs/{}", account.login),
        "user": call.account(&call.caller.login),
        "organization": accounts.organization(account, &call.github.urls, 0),
    })))
}
