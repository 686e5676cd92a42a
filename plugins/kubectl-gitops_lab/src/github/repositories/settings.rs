//! Settings of a repository as a body asks for them: decided before anything is changed.

use serde_json::json;

use super::repository::{Merging, Repository};
use crate::github::api::body_fields::BodyFields;
use crate::github::api::refusal::Refusal;

/// Who may see a repository.
const VISIBILITIES: [&str; 3] = ["public", "private", "internal"];

/// Settings that creation and change have in common.
pub(super) struct Settings {
    description: Option<String>,
    homepage: Option<String>,
    pub(super) is_private: bool,
    pub(super) is_archived: bool,
    merging: Merging,
}

impl Settings {
    /// The settings that a body asks for; what it does not speak of is as it was.
    pub(super) fn of(repository: &Repository, fields: &BodyFields) -> Result<Self, Refusal> {
        let text = |field: &str, known: &Option<String>| match fields.0.contains_key(field) {
            true => fields.text(field),
            false => Ok(known.clone()),
        };
        let visibility = fields.text("visibility")?;
        if let Some(unknown) = visibility.as_ref().filter(|text| !VISIBILITIES.contains(&text.as_str())) {
            let kinds = "a member of [\"public\", \"private\", \"internal\"]";
            return Err(Refusal::mistyped("visibility", &json!(unknown), kinds));
        }
        let private = match (fields.flag("private")?, visibility) {
            (Some(private), _) => Some(private),
            (None, visibility) => visibility.map(|visibility| visibility != "public"),
        };
        Ok(Self {
            description: text("description", &repository.description)?,
            homepage: text("homepage", &repository.homepage)?,
            is_private: private.unwrap_or(repository.is_private),
            is_archived: fields.flag("archived")?.unwrap_or(repository.is_archived),
            merging: merging(repository.merging.clone(), fields)?,
        })
    }

    pub(super) fn apply(self, repository: &mut Repository) {
        repository.description = self.description;
        repository.homepage = self.homepage;
        repository.is_private = self.is_private;
        repository.is_archived = self.is_archived;
        repository.merging = self.merging;
    }
}

fn merging(mut merging: Merging, fields: &BodyFields) -> Result<Merging, Refusal> {
    for (field, flag) in [
        ("allow_merge_commit", &mut merging.allows_merge),
        ("allow_squash_merge", &mut merging.allows_squash),
        ("allow_rebase_merge", &mut merging.allows_rebase),
        ("allow_auto_merge", &mut merging.allows_auto),
        ("allow_update_branch", &mut merging.allows_update),
        ("delete_branch_on_merge", &mut merging.deletes_branch),
    ] {
        *flag = fields.flag(field)?.unwrap_or(*flag);
    }
    for (field, known, choice) in [
        ("squash_merge_commit_title", ["PR_TITLE", "COMMIT_OR_PR_TITLE", ""], &mut merging.squash_title),
        ("squash_merge_commit_message", ["PR_BODY", "COMMIT_MESSAGES", "BLANK"], &mut merging.squash_message),
        ("merge_commit_title", ["PR_TITLE", "MERGE_MESSAGE", ""], &mut merging.merge_title),
        ("merge_commit_message", ["PR_BODY", "PR_TITLE", "BLANK"], &mut merging.merge_message),
    ] {
        if let Some(value) = fields.text(field)? {
            if value.is_empty() || !known.contains(&value.as_str()) {
                return Err(Refusal::field("Repository", field, "invalid"));
            }
            *choice = value;
        }
    }
    if !(merging.allows_merge || merging.allows_squash || merging.allows_rebase) {
        return Err(Refusal::custom(
            "Repository",
            "Sorry, you need to allow at least one merge strategy. (no_merge_method)",
        ));
    }
    Ok(merging)
}
