//! Routes about repositories themselves.

use git2::{Signature, Time};
use http::Method;

use super::repository::Repository;
use super::settings::Settings;
use crate::git::{Right, Via};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::content::branch_tip;

/// The longest name without its owner's.
const LONGEST: usize = 100;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}",
        needs: Needs::READ_REPOSITORY,
        documentation: "rest/repos/repos#get-a-repository",
        answer: |call| Ok(Answer::ok(call.full(call.repository()?))),
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}",
        needs: Needs::CHANGE_REPOSITORY,
        documentation: "rest/repos/repos#update-a-repository",
        answer: update,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}",
        needs: Needs::DELETE_REPOSITORY,
        documentation: "rest/repos/repos#delete-a-repository",
        answer: delete,
    },
    Route {
        method: Method::GET,
        path: "/orgs/{org}/repos",
        needs: Needs::READ_METADATA,
        documentation: "rest/repos/repos#list-organization-repositories",
        answer: |call| list(call, Some(call.word("org").to_owned())),
    },
    Route {
        method: Method::POST,
        path: "/orgs/{org}/repos",
        needs: Needs::CREATE_REPOSITORY,
        documentation: "rest/repos/repos#create-an-organization-repository",
        answer: |call| create(call, call.word("org").to_owned()),
    },
    Route {
        method: Method::GET,
        path: "/users/{username}/repos",
        needs: Needs::READ_METADATA,
        documentation: "rest/repos/repos#list-repositories-for-a-user",
        answer: |call| list(call, Some(call.word("username").to_owned())),
    },
    Route {
        method: Method::GET,
        path: "/user/repos",
        needs: Needs::LIST_OWN_REPOSITORIES,
        documentation: "rest/repos/repos#list-repositories-for-the-authenticated-user",
        answer: |call| list(call, None),
    },
    Route {
        method: Method::POST,
        path: "/user/repos",
        needs: Needs::CREATE_OWN_REPOSITORY,
        documentation: "rest/repos/repos#create-a-repository-for-the-authenticated-user",
        answer: |call| create(call, call.caller.login.clone()),
    },
];

fn list(call: &mut Call<'_>, owner: Option<String>) -> Result<Answer, Refusal> {
    if let Some(owner) = &owner
        && call.github.accounts.get(owner).is_none()
    {
        return Err(Refusal::not_found());
    }
    for name in call.github.host.names() {
        call.github.find(&name, call.now);
    }
    let is_asked = |one: &&Repository| match &owner {
        Some(owner) => one.owner().eq_ignore_ascii_case(owner),
        None => call.github.right(&call.caller, one) >= Some(Right::Write),
    };
    let seen = |one: &&Repository| call.github.right(&call.caller, one).is_some();
    let mut all: Vec<_> = call.github.repositories.values().filter(is_asked).filter(seen).collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.created, one.id)));
    Ok(Answer::list(call, all, |one| call.listed(one)))
}

fn create(call: &mut Call<'_>, owner: String) -> Result<Answer, Refusal> {
    let account = call.github.accounts.get(&owner).ok_or_else(Refusal::not_found)?;
    let is_own = account.login == call.caller.login;
    let owner = account.login.clone();
    if !is_own && !call.github.accounts.is_organization(&owner) {
        return Err(Refusal::not_found());
    }
    let fields = call.body()?;
    let short = fields.needed("name")?;
    let name = format!("{owner}/{}", spelt(&short));
    let token = call.caller.token.clone().unwrap_or_default();
    if call.github.host.right(&token, &name) < Some(Right::Admin) || call.caller.lacks("repo") {
        return Err(match call.caller.is_fine_grained() {
            true => Refusal::forbidden("Resource not accessible by personal access token"),
            false if is_own => Refusal::not_found(),
            false => Refusal::forbidden(
                "You need admin access to the organization before adding a repository to it.",
            ),
        });
    }
    if call.github.host.name(&name).is_some_and(|known| known.eq_ignore_ascii_case(&name)) {
        return Err(taken("Repository creation failed.", "name already exists on this account"));
    }
    let mut repository = Repository::new(&name, call.now);
    // Whoever says nothing gets a public one.
    repository.is_private = false;
    Settings::of(&repository, &fields)?.apply(&mut repository);
    let is_begun = fields.flag("auto_init")?.unwrap_or_default();
    if short.len() > LONGEST || call.github.host.create(&name, "main").is_err() {
        return Err(taken("Repository creation failed.", "name is invalid"));
    }
    call.github.host.set_public(&name, !repository.is_private);
    let description = repository.description.clone();
    call.about = Some(call.github.add(repository));
    if is_begun {
        begin(call, &short, description.as_deref())?;
    }
    let shown = call.full(call.repository()?);
    Ok(Answer::created(shown))
}

/// The first commit: a README with the repository's name.
fn begin(call: &mut Call<'_>, short: &str, description: Option<&str>) -> Result<(), Refusal> {
    let git = call.git()?;
    let text = match description {
        Some(description) => format!("# {short}\n{description}\n"),
        None => format!("# {short}\n"),
    };
    let mut tree = git.treebuilder(None)?;
    tree.insert("README.md", git.blob(text.as_bytes())?, 0o100_644)?;
    let tree = git.find_tree(tree.write()?)?;
    let email =
        call.github.accounts.get(&call.caller.login).map(crate::github::people::accounts::Account::email);
    let when = Time::new(call.now.as_second(), 0);
    let author = Signature::new(&call.caller.login, &email.unwrap_or_default(), &when)?;
    let committer = Signature::new("GitHub", "noreply@github.com", &when)?;
    let commit = git.commit(None, &author, &committer, "Initial commit", &tree, &[])?;
    Ok(call.move_ref("refs/heads/main", None, Some(commit), Via::Api)?)
}

/// What becomes of letters that cannot be in a name.
fn spelt(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    name.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect()
}

fn taken(message: &str, problem: &str) -> Refusal {
    let error = serde_json::json!([
        {"resource": "Repository", "code": "custom", "field": "name", "message": problem}
    ]);
    Refusal { message: message.to_owned(), ..Refusal::invalid(error) }
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.body()?;
    let repository = call.repository()?;
    let (id, old) = (repository.id, repository.name.clone());
    let settings = Settings::of(repository, &fields)?;
    if repository.is_archived && settings.is_archived {
        return Err(Refusal::forbidden("Repository was archived so is read-only."));
    }
    let branch = fields.text("default_branch")?;
    if let Some(branch) = &branch
        && branch_tip(&call.git()?, branch)?.is_none()
    {
        let told = format!(
            "The branch {branch} was not found. Please push that ref first or create it via the Git Data API."
        );
        return Err(Refusal::invalid(serde_json::json!([
            {"resource": "Repository", "field": "default_branch", "code": "invalid", "message": told}
        ])));
    }
    let short = fields.text("name")?.filter(|short| short != call.word("repo"));
    let new = short.map(|short| new_name(call, &old, &short)).transpose()?;
    // Nothing is refused any more.
    if let Some(new) = &new {
        call.github.host.rename(&old, new)?;
        call.github.rename(id, new);
    }
    let name = new.unwrap_or(old);
    if let Some(branch) = &branch {
        call.github.host.set_default_branch(&name, branch)?;
    }
    call.github.host.set_public(&name, !settings.is_private);
    let now = call.now;
    let repository = call.repository_mut()?;
    repository.updated = now;
    settings.apply(repository);
    Ok(Answer::ok(call.full(call.repository()?)))
}

/// The whole name that a repository gets with another one of its own, if it can have that.
fn new_name(call: &Call<'_>, old: &str, short: &str) -> Result<String, Refusal> {
    let new = format!("{}/{}", old.split('/').next().unwrap_or_default(), spelt(short));
    let taken = call.github.host.name(&new).filter(|known| known.eq_ignore_ascii_case(&new));
    if taken.is_some_and(|known| !known.eq_ignore_ascii_case(old)) {
        return Err(Refusal::field("Repository", "name", "already_exists"));
    }
    if short.len() > LONGEST || !call.github.host.is_name(&new) {
        return Err(Refusal::field("Repository", "name", "invalid"));
    }
    Ok(new)
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if call.caller.lacks("delete_repo") {
        return Err(Refusal::must_administer());
    }
    let (id, name) = (call.repository()?.id, call.repository()?.name.clone());
    call.github.host.delete(&name)?;
    call.github.forget(id);
    Ok(Answer::done())
}
