//! What a pull request still needs before it can be merged.

use super::pull::{Pull, Review};
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::issues::Issue;

/// The last word of each reviewer: comments are none.
fn opinions(pull: &Pull) -> Vec<&Review> {
    let mut last: Vec<&Review> = Vec::new();
    for review in pull.reviews.iter().filter(|review| !matches!(review.state, "COMMENTED" | "PENDING")) {
        last.retain(|other| other.author != review.author);
        last.push(review);
    }
    last
}

impl Call<'_> {
    /// What the base's rules miss, in GitHub's words; nothing when it may be merged.
    pub(super) fn missing(&self, pull: &Pull) -> Result<Option<String>, Refusal> {
        let Some(rules) = self.rules(&pull.base) else { return Ok(None) };
        if let Some(reviews) = &rules.reviews {
            let opinions = opinions(pull);
            if opinions.iter().any(|review| review.state == "CHANGES_REQUESTED") {
                return Ok(Some("Changes have been requested by a reviewer with write access.".to_owned()));
            }
            let approvals = opinions.iter().filter(|review| review.state == "APPROVED").count() as u64;
            if approvals < reviews.count {
                let plural = if reviews.count == 1 { "review is" } else { "reviews are" };
                let told = format!(
                    "At least {} approving {plural} required by reviewers with write access.",
                    reviews.count
                );
                return Ok(Some(told));
            }
        }
        if let Some(checks) = &rules.checks {
            let statuses = self.repository()?.statuses.latest(&pull.head_at.to_string());
            for context in &checks.contexts {
                let found = statuses.iter().find(|status| status.context.eq_ignore_ascii_case(context));
                match found.map(|status| status.state.as_str()) {
                    Some("success") => {}
                    Some("pending") => {
                        return Ok(Some(format!("Required status check \"{context}\" is pending.")));
                    }
                    Some(_) => return Ok(Some(format!("Required status check \"{context}\" is failing."))),
                    None => return Ok(Some(format!("Required status check \"{context}\" is expected."))),
                }
            }
            let git = self.git()?;
            let (_, behind) = git.graph_ahead_behind(pull.head_at, pull.base_at)?;
            if checks.is_strict && behind > 0 {
                return Ok(Some("Head branch is out of date. Review and try the merge again.".to_owned()));
            }
        }
        Ok(None)
    }

    /// In what state a pull request is that has no conflicts.
    pub(super) fn merge_state(&self, issue: &Issue, pull: &Pull) -> Result<&'static str, Refusal> {
        let statuses = self.repository()?.statuses.latest(&pull.head_at.to_string());
        Ok(match self.missing(pull)? {
            _ if pull.is_draft => "draft",
            Some(told) if told.contains("out of date") => "behind",
            Some(_) => "blocked",
            None if issue.is_open && statuses.iter().any(|status| status.state != "success") => "unstable",
            None => "clean",
        })
    }
}
