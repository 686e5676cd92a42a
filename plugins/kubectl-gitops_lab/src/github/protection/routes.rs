//! Routes about the rules of branches.

use http::Method;
use serde_json::{Value, json};

use super::rules::{Checks, Protection, Reviews};
use crate::github::api::answer::Answer;
use crate::github::api::call::{BodyFields, Call};
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::content::branch_tip;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection",
        needs: Needs::READ_SETTINGS,
        documentation: "rest/branches/branch-protection#get-branch-protection",
        answer: |call| Ok(Answer::ok(shown(call, find(call)?))),
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection",
        needs: Needs::ADMINISTER,
        documentation: "rest/branches/branch-protection#update-branch-protection",
        answer: put,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection",
        needs: Needs::ADMINISTER,
        documentation: "rest/branches/branch-protection#delete-branch-protection",
        answer: delete,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/required_status_checks",
        needs: Needs::READ_SETTINGS,
        documentation: "rest/branches/branch-protection#get-status-checks-protection",
        answer: |call| {
            let checks = find(call)?.checks.as_ref();
            let checks = checks.ok_or_else(|| Refusal::absent("Required status checks not enabled"))?;
            Ok(Answer::ok(shown_checks(call, checks)))
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/required_pull_request_reviews",
        needs: Needs::READ_SETTINGS,
        documentation: "rest/branches/branch-protection#get-pull-request-review-protection",
        answer: |call| {
            let reviews = find(call)?.reviews.as_ref();
            let reviews =
                reviews.ok_or_else(|| Refusal::absent("Pull request reviews protection not enabled"))?;
            Ok(Answer::ok(shown_reviews(call, reviews)))
        },
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/required_status_checks",
        needs: Needs::ADMINISTER,
        documentation: "rest/branches/branch-protection#update-status-check-protection",
        answer: change_checks,
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/required_pull_request_reviews",
        needs: Needs::ADMINISTER,
        documentation: "rest/branches/branch-protection#update-pull-request-review-protection",
        answer: change_reviews,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/enforce_admins",
        needs: Needs::READ_SETTINGS,
        documentation: "rest/branches/branch-protection#get-admin-branch-protection",
        answer: |call| Ok(Answer::ok(shown_admins(call, find(call)?))),
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/enforce_admins",
        needs: Needs::ADMINISTER,
        documentation: "rest/branches/branch-protection#set-admin-branch-protection",
        answer: |call| {
            change(call, |protection| protection.for_admins = true)?;
            Ok(Answer::ok(shown_admins(call, find(call)?)))
        },
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/enforce_admins",
        needs: Needs::ADMINISTER,
        documentation: "rest/branches/branch-protection#delete-admin-branch-protection",
        answer: |call| {
            change(call, |protection| protection.for_admins = false)?;
            Ok(Answer::done())
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/branches/{branch+}/protection/restrictions",
        needs: Needs::READ_SETTINGS,
        documentation: "rest/branches/branch-protection#get-access-restrictions",
        answer: |call| {
            find(call)?;
            Err(Refusal::absent("Push restrictions not enabled"))
        },
    },
];

/// The rules of the branch that the path names.
fn find<'a>(call: &'a Call<'_>) -> Result<&'a Protection, Refusal> {
    let branch = call.word("branch");
    branch_tip(&call.git()?, branch)?.ok_or_else(|| Refusal::absent("Branch not found"))?;
    call.protection(branch).ok_or_else(|| Refusal::absent("Branch not protected"))
}

fn url(call: &Call<'_>, rest: &str) -> String {
    call.url(&format!("/branches/{}/protection{rest}", call.word("branch")))
}

fn shown_checks(call: &Call<'_>, checks: &Checks) -> Value {
    let listed: Vec<_> =
        checks.contexts.iter().map(|context| json!({"context": context, "app_id": null})).collect();
    json!({
        "url": url(call, "/required_status_checks"),
        "strict": checks.is_strict,
        "contexts": checks.contexts,
        "contexts_url": url(call, "/required_status_checks/contexts"),
        "checks": listed,
    })
}

fn shown_reviews(call: &Call<'_>, reviews: &Reviews) -> Value {
    json!({
        "url": url(call, "/required_pull_request_reviews"),
        "dismiss_stale_reviews": reviews.dismisses_stale,
        "require_code_owner_reviews": reviews.needs_owners,
        "require_last_push_approval": reviews.needs_last_push,
        "required_approving_review_count": reviews.count,
    })
}

fn shown_admins(call: &Call<'_>, protection: &Protection) -> Value {
    json!({"url": url(call, "/enforce_admins"), "enabled": protection.for_admins})
}

/// Changes the rules of the branch that the path names.
fn change(call: &mut Call<'_>, change: impl FnOnce(&mut Protection)) -> Result<(), Refusal> {
    find(call)?;
    let branch = call.word("branch").to_owned();
    let protection = call.repository_mut()?.protections.get_mut(&branch);
    protection.map(change).ok_or_else(Refusal::not_found)
}

fn shown(call: &Call<'_>, protection: &Protection) -> Value {
    let flag = |is_on: bool| json!({"enabled": is_on});
    let rest = |name: &str| flag(protection.rest[name].as_bool().unwrap_or_default());
    let mut shown = json!({
        "url": url(call, ""),
        "required_signatures": {"url": url(call, "/required_signatures"), "enabled": false},
        "enforce_admins": shown_admins(call, protection),
        "required_linear_history": rest("required_linear_history"),
        "allow_force_pushes": flag(protection.allows_force),
        "allow_deletions": flag(protection.allows_deletion),
        "block_creations": rest("block_creations"),
        "required_conversation_resolution": rest("required_conversation_resolution"),
        "lock_branch": rest("lock_branch"),
        "allow_fork_syncing": rest("allow_fork_syncing"),
    });
    if let Some(checks) = &protection.checks {
        shown["required_status_checks"] = shown_checks(call, checks);
    }
    if let Some(reviews) = &protection.reviews {
        shown["required_pull_request_reviews"] = shown_reviews(call, reviews);
    }
    shown
}

fn put(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let branch = call.word("branch").to_owned();
    branch_tip(&call.git()?, &branch)?.ok_or_else(|| Refusal::absent("Branch not found"))?;
    let fields = call.body()?;
    // These four may be null, and must be there.
    for field in ["required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"]
    {
        if !fields.0.contains_key(field) {
            return Err(Refusal::missing(field));
        }
    }
    let inner = fields.inner("required_pull_request_reviews")?;
    let dismissal = inner.is_some_and(|inner| inner.get("dismissal_restrictions").is_some());
    let is_organization = call.hub.accounts.is_organization(call.repository()?.owner());
    if (dismissal || fields.get("restrictions").is_some()) && !is_organization {
        let told = "Only organization repositories can have users and team restrictions";
        return Err(Refusal::invalid(json!([told])));
    }
    let for_admins = fields.flag("enforce_admins")?.unwrap_or_default();
    let checks =
        fields.inner("required_status_checks")?.map(|inner| checks(&inner, for_admins)).transpose()?;
    let reviews = fields.inner("required_pull_request_reviews")?.map(|inner| reviews(&inner)).transpose()?;
    let protection = Protection {
        for_admins,
        checks,
        reviews,
        allows_force: fields.flag("allow_force_pushes")?.unwrap_or_default(),
        allows_deletion: fields.flag("allow_deletions")?.unwrap_or_default(),
        rest: Value::Object(fields.0),
    };
    call.repository_mut()?.protections.insert(branch, protection);
    Ok(Answer::ok(shown(call, find(call)?)))
}

fn checks(fields: &BodyFields, for_admins: bool) -> Result<Checks, Refusal> {
    let mut contexts = fields.texts("contexts")?.unwrap_or_default();
    let listed = fields.get("checks").and_then(Value::as_array).cloned().unwrap_or_default();
    contexts.extend(listed.iter().filter_map(|check| check["context"].as_str().map(str::to_owned)));
    contexts.sort();
    contexts.dedup();
    Ok(Checks { is_strict: fields.flag("strict")?.unwrap_or_default(), contexts, for_admins })
}

fn reviews(fields: &BodyFields) -> Result<Reviews, Refusal> {
    let count = fields.get("required_approving_review_count").and_then(Value::as_u64).unwrap_or(1);
    if count > 6 {
        return Err(Refusal::unprocessable(format!(
            "Invalid request.\n\n{count} must be less than or equal to 6."
        )));
    }
    Ok(Reviews {
        count,
        dismisses_stale: fields.flag("dismiss_stale_reviews")?.unwrap_or_default(),
        needs_owners: fields.flag("require_code_owner_reviews")?.unwrap_or_default(),
        needs_last_push: fields.flag("require_last_push_approval")?.unwrap_or_default(),
    })
}

fn change_checks(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (fields, protection) = (call.body()?, find(call)?);
    let known = protection.checks.clone();
    let known = known.ok_or_else(|| Refusal::absent("Required status checks not enabled"))?;
    let mut changed = checks(&fields, known.for_admins)?;
    if fields.get("strict").is_none() {
        changed.is_strict = known.is_strict;
    }
    if fields.get("contexts").is_none() && fields.get("checks").is_none() {
        changed.contexts = known.contexts;
    }
    let shown = shown_checks(call, &changed);
    change(call, |protection| protection.checks = Some(changed))?;
    Ok(Answer::ok(shown))
}

fn change_reviews(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (fields, protection) = (call.body()?, find(call)?);
    let known = protection.reviews.clone();
    if fields.get("dismissal_restrictions").is_some()
        && !call.hub.accounts.is_organization(call.repository()?.owner())
    {
        let told = "Dismissal restrictions are supported only for repositories owned by an organization.";
        return Err(Refusal::unprocessable(told));
    }
    let mut changed = reviews(&fields)?;
    if let Some(known) = known.filter(|_| fields.get("required_approving_review_count").is_none()) {
        changed.count = known.count;
    }
    let shown = shown_reviews(call, &changed);
    change(call, |protection| protection.reviews = Some(changed))?;
    Ok(Answer::ok(shown))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    find(call)?;
    let branch = call.word("branch").to_owned();
    call.repository_mut()?.protections.remove(&branch);
    Ok(Answer::done())
}
