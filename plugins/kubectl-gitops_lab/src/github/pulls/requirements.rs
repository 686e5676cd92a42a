//! What a pull request still needs before it can be merged.

use git2::Repository as GitRepository;

use super::pull::{Pull, Review};
use crate::access::Role;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::instance::GitHub;
use crate::github::issues::Issue;
use crate::github::people::caller::Caller;
use crate::github::protection::rules::{Checks, Reviews};
use crate::github::repositories::repository::Repository;

/// The last word of each reviewer: comments are none.
fn opinions(pull: &Pull) -> Vec<&Review> {
    let mut last: Vec<&Review> = Vec::new();
    for review in pull.reviews.iter().filter(|review| !matches!(review.state, "COMMENTED" | "PENDING")) {
        last.retain(|other| other.author != review.author);
        last.push(review);
    }
    last
}

impl GitHub {
    /// What the base's rules miss of a pull request, in GitHub's words; nothing when it may be merged.
    pub(in crate::github) fn missing_for(
        &self,
        caller: &Caller,
        repository: &Repository,
        git: &GitRepository,
        number: u64,
    ) -> Result<Option<String>, git2::Error> {
        let pull = repository.issues.all.get(&number).and_then(|issue| issue.pull.as_ref());
        let Some(pull) = pull else { return Ok(None) };
        let Some(rules) = self.rules(caller, repository, &pull.base) else { return Ok(None) };
        let reviews = rules.reviews.as_ref().filter(|reviews| !reviews.lets_pass(&caller.login));
        if let Some(told) = reviews.and_then(|reviews| self.missing_reviews(repository, pull, reviews)) {
            return Ok(Some(told));
        }
        let Some(checks) = &rules.checks else { return Ok(None) };
        if let Some(told) = missing_checks(repository, pull, checks) {
            return Ok(Some(told));
        }
        let (_, behind) = git.graph_ahead_behind(pull.head_at, pull.base_at)?;
        let is_behind = checks.is_strict && behind > 0;
        Ok(is_behind.then(|| "Head branch is out of date. Review and try the merge again.".to_owned()))
    }

    /// Only those count who may write themselves.
    fn missing_reviews(&self, repository: &Repository, pull: &Pull, rules: &Reviews) -> Option<String> {
        let mut opinions = opinions(pull);
        opinions.retain(|review| self.host.role(&review.author, &repository.name) >= Some(Role::Write));
        if opinions.iter().any(|review| review.state == "CHANGES_REQUESTED") {
            return Some("Changes have been requested by a reviewer with write access.".to_owned());
        }
        opinions.retain(|review| review.state == "APPROVED");
        if (opinions.len() as u64) < rules.count {
            let plural = if rules.count == 1 { "review is" } else { "reviews are" };
            let count = rules.count;
            return Some(format!(
                "At least {count} approving {plural} required by reviewers with write access."
            ));
        }
        let is_fresh = |review: &&Review| {
            review.commit == pull.head_at && !review.author.eq_ignore_ascii_case(&pull.last_pusher)
        };
        (rules.needs_last_push && !opinions.iter().any(is_fresh))
            .then(|| "New changes require approval from someone other than the last pusher.".to_owned())
    }
}

fn missing_checks(repository: &Repository, pull: &Pull, checks: &Checks) -> Option<String> {
    let statuses = repository.statuses.latest(&pull.head_at.to_string());
    checks.contexts.iter().find_map(|context| {
        let found = statuses.iter().find(|status| status.context.eq_ignore_ascii_case(context));
        let what = match found.map(|status| status.state.as_str()) {
            Some("success") => return None,
            Some("pending") => "pending",
            Some(_) => "failing",
            None => "expected",
        };
        Some(format!("Required status check \"{context}\" is {what}."))
    })
}

impl Call<'_> {
    /// What the base's rules miss of a pull request for the caller.
    pub(super) fn missing(&self, number: u64) -> Result<Option<String>, Refusal> {
        let (repository, git) = (self.repository()?, self.git()?);
        Ok(self.github.missing_for(&self.caller, repository, &git, number)?)
    }

    /// In what state a pull request is that has no conflicts.
    pub(super) fn merge_state(&self, issue: &Issue, pull: &Pull) -> Result<&'static str, Refusal> {
        let statuses = self.repository()?.statuses.latest(&pull.head_at.to_string());
        Ok(match self.missing(issue.number)? {
            _ if pull.is_draft => "draft",
            Some(told) if told.contains("out of date") => "behind",
            Some(_) => "blocked",
            None if issue.is_open && statuses.iter().any(|status| status.state != "success") => "unstable",
            None => "clean",
        })
    }
}
