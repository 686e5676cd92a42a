//! Whether GitHub lets a pipeline be made: the token, its person, the organisation with its plan and its policy, and
//! what an earlier project of the same name left behind.

use std::collections::BTreeMap;

use super::{ObservedRepository, SetupRequest, Visibility};
use crate::model::application::image_name;
use crate::model::argument::valid_subject;
use crate::model::github::{Account, ActionsPolicy, ContainerPackage, Membership, Organization, TokenScopes};
use crate::model::harmless;
use crate::model::pipeline::Role;
use crate::model::{Check, Unread};

/// What GitHub said.
#[derive(Clone, Debug)]
pub struct GithubFacts {
    /// Whose token it is, and its scopes.
    pub user: Result<(Account, TokenScopes), Unread>,
    /// Who the repositories belong to.
    pub owner: Result<Option<Account>, Unread>,
    /// The organisation, where it is one.
    pub organization: Result<Option<Organization>, Unread>,
    /// What the person is in it.
    pub membership: Result<Option<Membership>, Unread>,
    /// What it lets run.
    pub policy: Result<Option<ActionsPolicy>, Unread>,
    /// The package that images are pushed to.
    pub package: Result<Option<ContainerPackage>, Unread>,
    /// Types of rules that branches have by rulesets, by repository and branch.
    pub rules: Vec<(String, Result<Vec<String>, Unread>)>,
}

/// The scopes of a classic token that set-up cannot do without.
const SCOPES: [&str; 2] = ["repo", "workflow"];

/// The checks, in the order in which a person would mend them.
pub fn github_checks(
    request: &SetupRequest,
    repositories: &BTreeMap<Role, ObservedRepository>,
    facts: &GithubFacts,
) -> Vec<Check> {
    let mut checks = vec![token(facts), owner(request, repositories, facts)];
    if matches!(&facts.owner, Ok(Some(owner)) if owner.is_organization) {
        checks.push(plan(request, repositories, facts));
        checks.push(policy(facts));
    }
    checks.push(package(request, repositories, facts));
    checks.extend(rights(repositories));
    checks.extend(rules(facts));
    checks.extend(reviewers(request, repositories));
    checks.extend(lock_file(request, repositories));
    checks
}

fn token(facts: &GithubFacts) -> Check {
    const NAME: &str = "GitHub token";
    let (account, scopes) = match &facts.user {
        Ok(user) => user,
        Err(unread) => return unread.failed(NAME),
    };
    let lacking: Vec<&str> = SCOPES.into_iter().filter(|scope| scopes.lacks(scope)).collect();
    if !lacking.is_empty() {
        let evidence = format!("the token of {} lacks scope {}", account.login, lacking.join(" and "));
        let fix = format!("gh auth refresh -s {}", SCOPES.join(","));
        return Check::failed(NAME, evidence, fix).with_exit(crate::model::Exit::Denied);
    }
    match scopes.list() {
        Some(scopes) => Check::passed(NAME, format!("{}, scopes {}", account.login, scopes.join(", "))),
        None => Check::passed(NAME, format!("{}; GitHub does not tell what it may do", account.login)),
    }
}

fn owner(
    request: &SetupRequest,
    repositories: &BTreeMap<Role, ObservedRepository>,
    facts: &GithubFacts,
) -> Check {
    let login = request.project.organization();
    let name = format!("organisation {login}");
    let owner = match &facts.owner {
        Ok(Some(owner)) => owner,
        Ok(None) => {
            let fix = "correct --org, or create the organisation on GitHub".to_owned();
            return Check::failed(name, "there is no organisation or person of this name", fix);
        }
        Err(unread) => return unread.failed(name),
    };
    let has_all = repositories.len() == 3;
    if !owner.is_organization {
        let is_own = matches!(&facts.user, Ok((user, _)) if user.login.eq_ignore_ascii_case(&owner.login));
        return match is_own || has_all {
            true => Check::passed(name, "a person's account"),
            false => {
                let fix = format!("sign in as {login}, or name an organisation with --org");
                Check::failed(name, "another person's account, which takes no repositories of yours", fix)
            }
        };
    }
    let may_create = match (&facts.membership, &facts.organization) {
        (Ok(Some(membership)), _) if membership.is_active && membership.is_owner => Ok("you are an owner"),
        (Ok(Some(membership)), Ok(Some(organization))) if membership.is_active => {
            match organization.lets_members_create {
                Some(false) => Err("its members may not create repositories"),
                _ => Ok("you are a member"),
            }
        }
        (Ok(Some(membership)), _) if membership.is_active => Ok("you are a member"),
        (Ok(Some(_)), _) => Err("you are invited, and have not accepted"),
        (Ok(None), _) => Err("you are not a member"),
        (Err(unread), _) => return unread.not_checked(name),
    };
    match may_create {
        Ok(evidence) => Check::passed(name, evidence),
        Err(evidence) if has_all => Check::passed(name, format!("{evidence}; the repositories are there")),
        Err(evidence) => {
            let fix = format!("ask an owner of {login}, or let one create the repositories");
            Check::failed(name, evidence, fix)
        }
    }
}

/// Private repositories have environments only on a plan that is paid for.
fn plan(
    request: &SetupRequest,
    repositories: &BTreeMap<Role, ObservedRepository>,
    facts: &GithubFacts,
) -> Check {
    const NAME: &str = "environments of the plan";
    let source = repositories.get(&Role::Source);
    let is_private =
        source.map_or(request.visibility != Visibility::Public, |source| source.repository.is_private);
    let plan = match &facts.organization {
        Ok(Some(organization)) => organization.plan.as_deref(),
        Ok(None) => None,
        Err(unread) => return unread.not_checked(NAME),
    };
    match plan {
        _ if !is_private => Check::passed(NAME, "public repositories have them on every plan"),
        None => Check::not_checked(NAME, "the plan is told to owners alone", None),
        Some("free") => {
            let fix = match source {
                Some(source) => {
                    format!("gh repo edit {} --visibility public, or a paid plan", source.repository.name)
                }
                None => "add --public, or choose a paid plan".to_owned(),
            };
            Check::failed(NAME, "plan free has no environments in private repositories", fix)
        }
        Some(plan)
            if request.visibility == Visibility::Internal && plan != "enterprise" && source.is_none() =>
        {
            let fix = "add --private, or --public".to_owned();
            Check::failed(NAME, format!("plan {} has no internal repositories", harmless(plan)), fix)
        }
        Some(plan) => Check::passed(NAME, format!("plan {}", harmless(plan))),
    }
}

fn policy(facts: &GithubFacts) -> Check {
    const NAME: &str = "policy for Actions";
    let policy = match &facts.policy {
        Ok(Some(policy)) => policy,
        Ok(None) => return Check::not_checked(NAME, "it is told to owners alone", None),
        Err(unread) => return unread.not_checked(NAME),
    };
    let settings = "allow them in the organisation's settings, Actions, General".to_owned();
    match (policy.repositories.as_str(), policy.actions.as_deref()) {
        ("none", _) => Check::failed(NAME, "no repository may run workflows", settings),
        ("selected", _) => {
            let evidence = "chosen repositories alone may run workflows";
            Check::warning(NAME, evidence, "add the three repositories there".to_owned())
        }
        (_, Some("local_only")) => {
            Check::failed(NAME, "actions of other owners may not run, and ci uses some", settings)
        }
        (_, Some("selected")) => {
            let evidence = "chosen actions alone may run";
            Check::warning(NAME, evidence, "allow actions/* and docker/*, which ci uses".to_owned())
        }
        _ => Check::passed(NAME, "workflows and their actions may run"),
    }
}

/// A package that an earlier repository of this name left behind refuses pushes from a new one.
fn package(
    request: &SetupRequest,
    repositories: &BTreeMap<Role, ObservedRepository>,
    facts: &GithubFacts,
) -> Check {
    let name = format!("package {}", image_name(&request.registry, &request.project.source));
    match &facts.package {
        Ok(None) => Check::passed(name, "not there yet"),
        Ok(Some(_)) if repositories.contains_key(&Role::Source) => Check::passed(name, "there"),
        Ok(Some(package)) => {
            let owner = valid_subject(request.project.organization(), "'<organisation>'");
            let package = package.name.replace('/', "%2F");
            let fix = format!("gh api --method DELETE 'orgs/{owner}/packages/container/{package}'");
            let evidence = "left behind by another repository; it refuses pushes from a new one";
            Check::failed(name, evidence, fix)
        }
        Err(unread) => unread.not_checked(name),
    }
}

/// Whether the token may write to what is there.
fn rights(repositories: &BTreeMap<Role, ObservedRepository>) -> Vec<Check> {
    let lacking = repositories.values().filter(|found| !found.repository.may_push);
    let check = |found: &ObservedRepository| {
        let name = &found.repository.name;
        let fix = format!("ask for write access to {name}");
        Check::failed(format!("rights in {name}"), "the token may not push to it", fix)
            .with_exit(crate::model::Exit::Denied)
    };
    lacking.map(check).collect()
}

/// Rules of branches that keep commits or merges of workflows out.
fn rules(facts: &GithubFacts) -> Vec<Check> {
    let mut checks = Vec::new();
    for (branch, rules) in &facts.rules {
        let name = format!("rules of {branch}");
        let rules = match rules {
            Ok(rules) => rules,
            Err(unread) => {
                checks.push(unread.not_checked(name));
                continue;
            }
        };
        let told = rules.iter().filter_map(|rule| match rule.as_str() {
            "required_signatures" => Some("signed commits alone"),
            "merge_queue" => Some("merges through a queue"),
            "required_status_checks" => Some("merges after status checks"),
            "creation" | "update" => Some("no pushes"),
            _ => None,
        });
        let told: Vec<&str> = told.collect();
        if !told.is_empty() {
            let fix = "except this token from the ruleset, or expect its commits to be refused".to_owned();
            checks.push(Check::warning(name, format!("a ruleset allows {}", told.join(", ")), fix));
        }
    }
    checks
}

/// Reviewers of an environment stop every job that names it; they belong to the one that approval alone names.
fn reviewers(request: &SetupRequest, repositories: &BTreeMap<Role, ObservedRepository>) -> Vec<Check> {
    let Some(source) = repositories.get(&Role::Source) else { return Vec::new() };
    let is_reviewed = |environment: &&String| {
        source.environments.get(environment.as_str()).is_some_and(|found| found.has_reviewers)
    };
    let check = |environment: &String| {
        let name = format!("reviewers of environment {environment}");
        let evidence = "every job that reads its variables waits for them";
        let fix = format!("move them to environment {environment}-approval, in the repository's settings");
        Check::warning(name, evidence, fix)
    };
    request.environments.iter().filter(is_reviewed).map(check).collect()
}

/// Where a lock file stands, a workflow without an entry in it does not start.
fn lock_file(request: &SetupRequest, repositories: &BTreeMap<Role, ObservedRepository>) -> Vec<Check> {
    const FILE: &str = ".github/workflows/actions.lock";
    let mut checks = Vec::new();
    for found in repositories.values() {
        let locked = found.branches.iter().find(|(_, branch)| branch.files.contains_key(FILE));
        if let Some((branch, _)) = locked {
            let name = format!("{FILE} of {} {branch}", found.repository.name);
            let evidence = "a workflow that it does not list does not start, and says nothing";
            let workflows: Vec<&str> = request.workflows.keys().map(|(_, path)| path.as_str()).collect();
            let fix = format!("list each of them there: {}", workflows.join(", "));
            checks.push(Check::warning(name, evidence, fix));
        }
    }
    checks
}
