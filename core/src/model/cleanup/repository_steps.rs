//! The steps about repositories. They go last: Flux must not lose its source while it prunes, and what is left can still
//! be found by them.

use super::inventory::{CleanupInventory, CleanupRepository, OtherFollowers, PresentRepository};
use super::options::CleanupOptions;
use super::ownership::looks_like_role;
use super::plan::{CleanupTarget, Steps};
use crate::model::argument::valid_subject;
use crate::model::pipeline::Role;

/// The scope that a classic token needs to delete repositories.
const DELETE_REPO: &str = "delete_repo";

/// Why a repository is not deleted, and the command that changes that.
struct Refusal {
    why: String,
    remedy: Option<String>,
}

pub(super) fn repository_steps(inventory: &CleanupInventory, options: &CleanupOptions, steps: &mut Steps) {
    let before = steps.before_repositories.clone();
    let mut others = Vec::new();
    let mut ordered: Vec<&CleanupRepository> = inventory.repositories.iter().collect();
    ordered.sort_by_key(|repository| repository.role == Role::Source);
    for repository in ordered {
        let name = format!("Repository {}", repository.name);
        let Some(present) = &repository.present else {
            steps.keep(name, "not there, as far as this token sees".to_owned());
            continue;
        };
        if options.keeps_repositories {
            steps.keep(name, "stays".to_owned());
            continue;
        }
        if let Some(Refusal { why, remedy }) = refusal(inventory, options, repository, present, steps) {
            steps.block(name, why, remedy);
            continue;
        }
        let mut after = before.clone();
        if repository.role == Role::Source {
            after.append(&mut others);
        } else {
            others.push(name.clone());
        }
        let seen = if present.repository.is_private { "private" } else { "public" };
        let exists = format!("{seen}, {}", present.repository.url);
        let change = "delete it, with its pull requests, workflows, variables and secrets".to_owned();
        let target = CleanupTarget::Repository(present.repository.name.clone());
        steps.delete(name, (exists, change), after, target);
    }
}

fn refusal(
    inventory: &CleanupInventory,
    options: &CleanupOptions,
    repository: &CleanupRepository,
    present: &PresentRepository,
    steps: &Steps,
) -> Option<Refusal> {
    let force = || Some(options.with_flag("--force"));
    if let Some(refusal) = still_followed(inventory, options, steps) {
        return Some(refusal);
    }
    let today = &present.repository.name;
    if *today != repository.name && !options.is_forced {
        return Some(Refusal { why: format!("it was renamed: it is {today} today"), remedy: force() });
    }
    if let Err(why) = looks_like_role(&inventory.project, repository.role, present)
        && !options.is_forced
    {
        return Some(Refusal { why, remedy: force() });
    }
    if inventory.scopes.lacks(DELETE_REPO) {
        let why = format!("the token has no scope {DELETE_REPO}");
        return Some(Refusal { why, remedy: Some(format!("gh auth refresh -s {DELETE_REPO}")) });
    }
    if !present.repository.may_administer {
        let why = "the token may not administer it, which deleting it takes".to_owned();
        let place = valid_subject(today.owner(), "'<organisation>'")
            + "/"
            + &valid_subject(today.name(), "'<repository>'");
        return Some(Refusal { why, remedy: Some(format!("gh api repos/{place} --jq .permissions")) });
    }
    None
}

/// Who would lose what is followed.
fn still_followed(inventory: &CleanupInventory, options: &CleanupOptions, steps: &Steps) -> Option<Refusal> {
    if let Some(first) = steps.staying_followers.first() {
        let more = steps.staying_followers.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let why = format!("{first}{more} would lose the repository that it follows");
        let is_elsewhere = inventory.followers.known().iter().any(|follower| {
            super::configuration_steps::step_name(inventory, &follower.configuration) == *first
        });
        let remedy = match is_elsewhere && !options.has_all_clusters {
            true => options.with_flag("--all-clusters"),
            false => options.with_flag("--keep-repositories"),
        };
        return Some(Refusal { why, remedy: Some(remedy) });
    }
    match &inventory.followers {
        OtherFollowers::NotTold(why) if !options.has_all_clusters => Some(Refusal {
            why: format!("whether other clusters follow it is not known: {why}"),
            remedy: Some(options.with_flag("--all-clusters")),
        }),
        _ => None,
    }
}
