//! Rules of branches as GitHub shows them.

use serde_json::{Value, json};

use super::rules::{Checks, Protection, Reviews};
use crate::github::api::call::Call;

fn url(call: &Call<'_>, rest: &str) -> String {
    call.url(&format!("/branches/{}/protection{rest}", call.word("branch")))
}

pub(super) fn shown_checks(call: &Call<'_>, checks: &Checks) -> Value {
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

pub(super) fn shown_reviews(call: &Call<'_>, reviews: &Reviews) -> Value {
    let mut shown = json!({
        "url": url(call, "/required_pull_request_reviews"),
        "dismiss_stale_reviews": reviews.dismisses_stale,
        "require_code_owner_reviews": false,
        "require_last_push_approval": reviews.needs_last_push,
        "required_approving_review_count": reviews.count,
    });
    if !reviews.bypassers.is_empty() {
        shown["bypass_pull_request_allowances"] = actors(call, &reviews.bypassers);
    }
    shown
}

pub(super) fn shown_admins(call: &Call<'_>, protection: &Protection) -> Value {
    json!({"url": url(call, "/enforce_admins"), "enabled": protection.for_admins})
}

/// Who may push.
pub(super) fn shown_restrictions(call: &Call<'_>, pushers: &[String]) -> Value {
    let mut shown = actors(call, pushers);
    shown["url"] = json!(url(call, "/restrictions"));
    for kind in ["users", "teams", "apps"] {
        shown[format!("{kind}_url")] = json!(url(call, &format!("/restrictions/{kind}")));
    }
    shown
}

/// People; there are no teams and no apps here.
fn actors(call: &Call<'_>, logins: &[String]) -> Value {
    let users: Vec<_> = logins.iter().map(|login| call.account(login)).collect();
    json!({"users": users, "teams": [], "apps": []})
}

/// All rules of the branch that the path names.
pub(super) fn shown(call: &Call<'_>, protection: &Protection) -> Value {
    let flag = |is_on: bool| json!({"enabled": is_on});
    let mut shown = json!({
        "url": url(call, ""),
        "required_signatures": {"url": url(call, "/required_signatures"), "enabled": false},
        "enforce_admins": shown_admins(call, protection),
        "required_linear_history": flag(protection.is_linear),
        "allow_force_pushes": flag(protection.allows_force),
        "allow_deletions": flag(protection.allows_deletion),
        "block_creations": flag(protection.blocks_creations),
        "required_conversation_resolution": flag(protection.resolves_conversations),
        "lock_branch": flag(protection.is_locked),
        "allow_fork_syncing": flag(protection.syncs_forks),
    });
    if let Some(checks) = &protection.checks {
        shown["required_status_checks"] = shown_checks(call, checks);
    }
    if let Some(reviews) = &protection.reviews {
        shown["required_pull_request_reviews"] = shown_reviews(call, reviews);
    }
    if let Some(pushers) = &protection.pushers {
        shown["restrictions"] = shown_restrictions(call, pushers);
    }
    shown
}
