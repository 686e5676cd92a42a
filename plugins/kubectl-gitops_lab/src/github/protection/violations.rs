//! What the rules of a branch say against a move of it, in GitHub's words.

use git2::{Oid, Repository as GitRepository};

use super::rules::{Checks, Protection};
use crate::access::Right;
use crate::git::{RefChange, Via};
use crate::github::content::Statuses;
use crate::github::instance::GitHub;
use crate::github::people::caller::Caller;
use crate::github::repositories::repository::Repository;

const NOT_AUTHORIZED: &str = "You're not authorized to push to this branch. Visit \
    https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/\
    managing-protected-branches/about-protected-branches for more information.";

impl GitHub {
    /// The rules of a branch that hold for a caller.
    pub(in crate::github) fn rules<'a>(
        &self,
        caller: &Caller,
        repository: &'a Repository,
        branch: &str,
    ) -> Option<&'a Protection> {
        let protection = repository.protections.get(branch)?;
        let is_admin = self.right(caller, repository) >= Some(Right::Admin);
        (protection.for_admins || !is_admin).then_some(protection)
    }

    /// What the rules of a branch say against a move of it.
    pub(in crate::github) fn violations(
        &self,
        repository: &Repository,
        git: &GitRepository,
        caller: &Caller,
        branch: &str,
        change: &RefChange,
    ) -> Result<Vec<String>, git2::Error> {
        let Some(protection) = repository.protections.get(branch) else { return Ok(Vec::new()) };
        let Some(new) = change.new else {
            let told = (!protection.allows_deletion).then(|| "Cannot delete this branch".to_owned());
            return Ok(told.into_iter().collect());
        };
        let mut found = Vec::new();
        // These hold for everybody.
        let is_forward = match change.old {
            Some(old) => old == new || git.graph_descendant_of(new, old).unwrap_or_default(),
            None => true,
        };
        if !is_forward && !protection.allows_force {
            found.push("Cannot force-push to this branch".to_owned());
        }
        let Some(rules) = self.rules(caller, repository, branch) else { return Ok(found) };
        if rules.is_locked {
            found.push("Cannot change this locked branch".to_owned());
        }
        if let Via::Merge(number) = change.via {
            found.extend(self.missing_for(caller, repository, git, number)?);
        } else {
            if rules.reviews.as_ref().is_some_and(|reviews| !reviews.lets_pass(&caller.login)) {
                found.push("Changes must be made through a pull request.".to_owned());
            }
            let checks = rules.checks.as_ref();
            found.extend(checks.and_then(|checks| unmet(checks, &repository.statuses, new)));
        }
        let holds = change.old.is_some() || rules.blocks_creations;
        if rules.pushers.as_ref().is_some_and(|pushers| holds && !names(pushers, &caller.login)) {
            found.push(NOT_AUTHORIZED.to_owned());
        }
        if rules.is_linear && brings_merge(git, change.old, new)? {
            found.push("This branch must not contain merge commits.".to_owned());
        }
        Ok(found)
    }
}

/// Whether a login is among others, in any case.
fn names(logins: &[String], login: &str) -> bool {
    logins.iter().any(|other| other.eq_ignore_ascii_case(login))
}

/// Which checks a commit has not passed that is to be pushed.
fn unmet(checks: &Checks, statuses: &Statuses, commit: Oid) -> Option<String> {
    let statuses = statuses.latest(&commit.to_string());
    let has_passed = |context: &&String| {
        let status = statuses.iter().find(|status| status.context.eq_ignore_ascii_case(context));
        status.is_some_and(|status| status.state == "success")
    };
    let mut missing = checks.contexts.iter().filter(|context| !has_passed(context));
    let (first, more) = (missing.next()?, missing.count());
    Some(match more {
        0 => format!("Required status check \"{first}\" is expected."),
        _ => format!("{} of {} required status checks are expected.", more + 1, checks.contexts.len()),
    })
}

/// Whether there is a merge among the commits that a branch would get.
fn brings_merge(git: &GitRepository, old: Option<Oid>, new: Oid) -> Result<bool, git2::Error> {
    let mut walk = git.revwalk()?;
    walk.push(new)?;
    if let Some(old) = old {
        walk.hide(old)?;
    }
    for id in walk {
        if git.find_commit(id?)?.parent_count() > 1 {
            return Ok(true);
        }
    }
    Ok(false)
}
