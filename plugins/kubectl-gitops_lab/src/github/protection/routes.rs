//! Routes about the rules of branches.

use http::Method;
use serde_json::json;

use super::json::{shown, shown_admins, shown_checks, shown_restrictions, shown_reviews};
use super::rules::Protection;
use super::settings::{checks, protection, reviews};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
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
            let pushers = find(call)?.pushers.as_ref();
            let pushers = pushers.ok_or_else(|| Refusal::absent("Push restrictions not enabled"))?;
            Ok(Answer::ok(shown_restrictions(call, pushers)))
        },
    },
];

impl Call<'_> {
    /// The rules of a branch, if there are any.
    pub(in crate::github) fn protection(&self, branch: &str) -> Option<&Protection> {
        self.repository().ok()?.protections.get(branch)
    }
}

/// The rules of the branch that the path names.
fn find<'a>(call: &'a Call<'_>) -> Result<&'a Protection, Refusal> {
    let branch = call.word("branch");
    branch_tip(&call.git()?, branch)?.ok_or_else(|| Refusal::absent("Branch not found"))?;
    call.protection(branch).ok_or_else(|| Refusal::absent("Branch not protected"))
}

/// Changes the rules of the branch that the path names.
fn change(call: &mut Call<'_>, change: impl FnOnce(&mut Protection)) -> Result<(), Refusal> {
    find(call)?;
    let branch = call.word("branch").to_owned();
    let protection = call.repository_mut()?.protections.get_mut(&branch);
    protection.map(change).ok_or_else(Refusal::not_found)
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
    let is_organization = call.github.accounts.is_organization(call.repository()?.owner());
    if (dismissal || fields.get("restrictions").is_some()) && !is_organization {
        let told = "Only organization repositories can have users and team restrictions";
        return Err(Refusal::invalid(json!([told])));
    }
    let protection = protection(&fields)?;
    call.repository_mut()?.protections.insert(branch, protection);
    Ok(Answer::ok(shown(call, find(call)?)))
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
        && !call.github.accounts.is_organization(call.repository()?.owner())
    {
        let told = "Dismissal restrictions are supported only for repositories owned by an organization.";
        return Err(Refusal::unprocessable(told));
    }
    let changed = reviews(&fields, known.unwrap_or_default())?;
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
