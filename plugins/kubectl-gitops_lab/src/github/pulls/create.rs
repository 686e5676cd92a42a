//! How a pull request is opened, and why not.

use serde_json::json;

use super::pull::Pull;
use crate::github::api::answer::Answer;
use crate::github::api::body_fields::BodyFields;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::content::branch_tip;
use crate::github::issues::{Issue, LONGEST, too_long};

/// The longest title.
const TITLE: usize = 256;

/// What a title or text is refused for.
pub(super) fn check(title: Option<&str>, body: Option<&str>) -> Result<(), Refusal> {
    if title.is_some_and(|title| title.chars().count() > TITLE) {
        return Err(too_long("Issue", "title", TITLE));
    }
    if body.is_some_and(|body| body.chars().count() > LONGEST) {
        return Err(too_long("Issue", "body", LONGEST));
    }
    Ok(())
}

/// A branch of this repository, with or without its owner.
fn own<'a>(call: &Call<'_>, name: &'a str) -> Result<Option<&'a str>, Refusal> {
    Ok(match name.split_once(':') {
        None => Some(name),
        Some((owner, branch)) => call.repository()?.owner().eq_ignore_ascii_case(owner).then_some(branch),
    })
}

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if !call.caller.is_somebody() {
        return Err(Refusal::unauthenticated());
    }
    // `can_approve_pull_request_reviews` is off, as GitHub has it at first, and the lab does not serve its change.
    if call.caller.is_job() {
        let message = "GitHub Actions is not permitted to create or approve pull requests.";
        return Err(Refusal::forbidden(message));
    }
    let fields = call.body()?;
    let (head, base) = (fields.needed("head")?, fields.needed("base")?);
    let title = fields.text("title")?.filter(|title| !title.trim().is_empty());
    let title = title.ok_or_else(|| Refusal::field("Issue", "title", "missing_field"))?;
    check(Some(&title), fields.text("body")?.as_deref())?;
    let git = call.git()?;
    let invalid = |field: &str| Refusal::field("PullRequest", field, "invalid");
    let head = own(call, &head)?.ok_or_else(|| invalid("head"))?.to_owned();
    let base_at = branch_tip(&git, &base)?.ok_or_else(|| invalid("base"))?;
    let head_at = branch_tip(&git, &head)?.ok_or_else(|| invalid("head"))?;
    refuse_second(call, &head, &base)?;
    let (ahead, _) = git.graph_ahead_behind(head_at, base_at)?;
    if git.merge_base(head_at, base_at).is_err() {
        let told = format!("The {head} branch has no history in common with {base}");
        return Err(Refusal::custom("PullRequest", &told));
    }
    if ahead == 0 {
        return Err(Refusal::custom("PullRequest", &format!("No commits between {base} and {head}")));
    }
    let issue = opened(
        call,
        &fields,
        title,
        Pull {
            head,
            base,
            head_at,
            base_at,
            last_pusher: call.caller.login.clone(),
            is_draft: fields.flag("draft")?.unwrap_or_default(),
            merged: None,
            trial: None,
            reviews: Vec::new(),
            may_maintainers_modify: false,
        },
    )?;
    let number = issue.number;
    call.github.keep_head(&call.repository()?.name, &git, number, head_at, call.now);
    call.repository_mut()?.issues.all.insert(number, issue);
    call.shown(number).map(Answer::created)
}

fn refuse_second(call: &Call<'_>, head: &str, base: &str) -> Result<(), Refusal> {
    let repository = call.repository()?;
    let open = repository.issues.all.values().filter(|issue| issue.is_open);
    let mut pulls = open.filter_map(|issue| issue.pull.as_ref());
    if pulls.any(|pull| pull.head == head && pull.base == base) {
        let told = format!("A pull request already exists for {}:{head}.", repository.owner());
        return Err(Refusal::invalid(
            json!([{"resource": "PullRequest", "code": "custom", "message": told}]),
        ));
    }
    Ok(())
}

fn opened(call: &mut Call<'_>, fields: &BodyFields, title: String, pull: Pull) -> Result<Issue, Refusal> {
    Ok(Issue {
        number: call.repository()?.issues.next(),
        id: call.next(),
        title,
        body: fields.text("body")?,
        author: call.caller.login.clone(),
        is_open: true,
        labels: Vec::new(),
        comments: Vec::new(),
        created: call.now,
        updated: call.now,
        closed: None,
        pull: Some(pull),
    })
}

/// Changes title, text, base, or whether it is open.
pub(super) fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.body()?;
    let (title, body) = (fields.text("title")?, fields.text("body")?);
    check(title.as_deref(), body.as_deref())?;
    let (git, number, now) = (call.git()?, call.number("pull_number")?, call.now);
    let (issue, pull) = call.asked(number)?;
    let (head, was_open) = (pull.head.clone(), issue.is_open);
    let base = fields.text("base")?.unwrap_or_else(|| pull.base.clone());
    let is_merged = pull.merged.is_some();
    let base_at = match branch_tip(&git, &base)? {
        Some(tip) => tip,
        None if is_merged || !was_open => pull.base_at,
        None => return Err(Refusal::field("PullRequest", "base", "invalid")),
    };
    let is_open = match fields.text("state")?.as_deref() {
        None => was_open,
        Some("open") if is_merged => {
            return Err(Refusal::custom(
                "PullRequest",
                "state cannot be changed. The pull request cannot be reopened.",
            ));
        }
        Some("open") => true,
        Some("closed") => false,
        Some(_) => return Err(Refusal::field("PullRequest", "state", "invalid")),
    };
    let may_modify = fields.flag("maintainer_can_modify")?;
    let mut head_at = pull.head_at;
    if is_open && !was_open {
        let refused =
            |told: &str| Refusal::custom("PullRequest", &format!("state cannot be changed. {told}"));
        let tip = branch_tip(&git, &head)?;
        let tip = tip.ok_or_else(|| refused(&format!("The {head} branch was deleted.")))?;
        if tip != head_at && !git.graph_descendant_of(tip, head_at).unwrap_or_default() {
            return Err(refused(&format!("The {head} branch was force-pushed or recreated.")));
        }
        if tip == base_at || git.graph_descendant_of(base_at, tip).unwrap_or_default() {
            return Err(refused(&format!("There are no new commits on the {head} branch.")));
        }
        refuse_second(call, &head, &base)?;
        head_at = tip;
        call.github.keep_head(&call.repository()?.name, &git, number, tip, now);
    }
    let issue = call.repository_mut()?.issues.all.get_mut(&number).ok_or_else(Refusal::not_found)?;
    issue.title = title.unwrap_or_else(|| issue.title.clone());
    issue.body = body.or_else(|| issue.body.clone());
    issue.closed = if is_open { None } else { issue.closed.or(Some(now)) };
    issue.is_open = is_open;
    issue.updated = now;
    if let Some(pull) = issue.pull.as_mut().filter(|pull| pull.merged.is_none()) {
        (pull.base, pull.base_at, pull.head_at) = (base, base_at, head_at);
        pull.may_maintainers_modify = may_modify.unwrap_or(pull.may_maintainers_modify);
    }
    call.shown(number).map(Answer::ok)
}
