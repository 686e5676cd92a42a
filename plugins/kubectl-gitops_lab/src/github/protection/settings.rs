//! Rules of branches as a body asks for them. What nothing here would hold to is refused by its name.

use serde_json::Value;

use super::rules::{Checks, Protection, Reviews};
use crate::github::api::body_fields::BodyFields;
use crate::github::api::refusal::Refusal;

/// The rules that a body asks for.
pub(super) fn protection(fields: &BodyFields) -> Result<Protection, Refusal> {
    let flag = |field: &str| fields.flag(field).map(Option::unwrap_or_default);
    if flag("required_signatures")? {
        return Err(unserved("required_signatures"));
    }
    let for_admins = flag("enforce_admins")?;
    let inner = fields.inner("required_status_checks")?;
    let checks = inner.map(|inner| checks(&inner, for_admins)).transpose()?;
    let inner = fields.inner("required_pull_request_reviews")?;
    let reviews = inner.map(|inner| reviews(&inner, Reviews::default())).transpose()?;
    let inner = fields.inner("restrictions")?;
    Ok(Protection {
        for_admins,
        checks,
        reviews,
        pushers: inner.map(|inner| users(&inner, "restrictions")).transpose()?,
        blocks_creations: flag("block_creations")?,
        is_linear: flag("required_linear_history")?,
        is_locked: flag("lock_branch")?,
        resolves_conversations: flag("required_conversation_resolution")?,
        syncs_forks: flag("allow_fork_syncing")?,
        allows_force: flag("allow_force_pushes")?,
        allows_deletion: flag("allow_deletions")?,
    })
}

/// The checks that a body asks for.
pub(super) fn checks(fields: &BodyFields, for_admins: bool) -> Result<Checks, Refusal> {
    let mut contexts = fields.texts("contexts")?.unwrap_or_default();
    let listed = fields.get("checks").and_then(Value::as_array).cloned().unwrap_or_default();
    // Minus one: whoever sets it.
    if listed.iter().any(|check| check["app_id"].as_i64().is_some_and(|app| app != -1)) {
        return Err(unserved("required_status_checks.checks.app_id"));
    }
    contexts.extend(listed.iter().filter_map(|check| check["context"].as_str().map(str::to_owned)));
    contexts.sort();
    contexts.dedup();
    Ok(Checks { is_strict: fields.flag("strict")?.unwrap_or_default(), contexts, for_admins })
}

/// The reviews that a body asks for; what it does not speak of is as it was.
pub(super) fn reviews(fields: &BodyFields, known: Reviews) -> Result<Reviews, Refusal> {
    let count = fields.get("required_approving_review_count").and_then(Value::as_u64).unwrap_or(known.count);
    if count > 6 {
        return Err(Refusal::unprocessable(format!(
            "Invalid request.\n\n{count} must be less than or equal to 6."
        )));
    }
    if fields.flag("require_code_owner_reviews")?.unwrap_or_default() {
        return Err(unserved("require_code_owner_reviews"));
    }
    if fields.inner("dismissal_restrictions")?.is_some_and(|inner| !inner.0.is_empty()) {
        return Err(unserved("dismissal_restrictions"));
    }
    let bypassers = fields.inner("bypass_pull_request_allowances")?;
    let bypassers = bypassers.map(|inner| users(&inner, "bypass_pull_request_allowances")).transpose()?;
    let flag = |field: &str, known: bool| fields.flag(field).map(|flag| flag.unwrap_or(known));
    Ok(Reviews {
        count,
        dismisses_stale: flag("dismiss_stale_reviews", known.dismisses_stale)?,
        needs_last_push: flag("require_last_push_approval", known.needs_last_push)?,
        bypassers: bypassers.unwrap_or(known.bypassers),
    })
}

/// The people of a list of people, teams and apps.
fn users(fields: &BodyFields, list: &str) -> Result<Vec<String>, Refusal> {
    for kind in ["teams", "apps"] {
        if !fields.texts(kind)?.unwrap_or_default().is_empty() {
            return Err(unserved(&format!("{list}.{kind}")));
        }
    }
    Ok(fields.texts("users")?.unwrap_or_default())
}

fn unserved(rule: &str) -> Refusal {
    let told = format!("the lab does not serve {rule} of branch protection on its GitHub");
    Refusal::new(http::StatusCode::NOT_IMPLEMENTED, told)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{BodyFields, protection};

    fn fields(body: Value) -> BodyFields {
        let Value::Object(fields) = body else { panic!("{body} is no object") };
        BodyFields(fields)
    }

    #[test]
    fn what_is_not_enforced_is_refused_by_its_name() {
        let reviews = |field: &str, value: Value| json!({"required_pull_request_reviews": {field: value}});
        for (body, name) in [
            (json!({"required_signatures": true}), "required_signatures"),
            (
                json!({"required_status_checks": {"strict": false, "checks": [{"context": "ci", "app_id": 7}]}}),
                "required_status_checks.checks.app_id",
            ),
            (reviews("require_code_owner_reviews", json!(true)), "require_code_owner_reviews"),
            (reviews("dismissal_restrictions", json!({"users": ["ada"]})), "dismissal_restrictions"),
            (
                reviews("bypass_pull_request_allowances", json!({"teams": ["core"]})),
                "bypass_pull_request_allowances.teams",
            ),
            (json!({"restrictions": {"users": [], "teams": [], "apps": ["bot"]}}), "restrictions.apps"),
        ] {
            let refusal = protection(&fields(body)).unwrap_err();
            assert_eq!(refusal.status, 501);
            assert!(refusal.message.contains(&format!("serve {name} of")), "{}", refusal.message);
        }
        let accepted = json!({
            "required_status_checks": {"strict": true, "checks": [{"context": "ci", "app_id": -1}]},
            "required_pull_request_reviews": {
                "require_code_owner_reviews": false,
                "dismissal_restrictions": {},
                "bypass_pull_request_allowances": {"users": ["ada"]},
            },
            "restrictions": {"users": ["grace"], "teams": []},
        });
        let rules = protection(&fields(accepted)).unwrap();
        assert_eq!(rules.reviews.unwrap().bypassers, ["ada"]);
        assert_eq!(rules.pushers.unwrap(), ["grace"]);
    }
}
