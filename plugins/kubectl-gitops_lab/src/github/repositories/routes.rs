//! Routes about repositories themselves.

use git2::{Signature, Time};
use http::Method;
use serde_json::Value;

use super::repository::Repository;
use crate::git::Right;
use crate::github::api::answer::Answer;
use crate::github::api::call::{BodyFields, Call};
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

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
        answer: |call| create(call, call.visitor.login.clone()),
    },
];

fn list(call: &mut Call<'_>, owner: Option<String>) -> Result<Answer, Refusal> {
    if let Some(owner) = &owner
        && call.hub.accounts.get(owner).is_none()
    {
        return Err(Refusal::not_found());
    }
    for name in call.hub.host.names() {
        call.hub.find(&name, call.now);
    }
    let is_asked = |one: &&Repository| match &owner {
        Some(owner) => one.owner().eq_ignore_ascii_case(owner),
        None => call.hub.right(&call.visitor, one) >= Some(Right::Write),
    };
    let seen = |one: &&Repository| call.hub.right(&call.visitor, one).is_some();
    let mut all: Vec<_> = call.hub.repositories.values().filter(is_asked).filter(seen).collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.created, one.id)));
    Ok(Answer::list(call, all, |one| call.listed(one)))
}

fn create(call: &mut Call<'_>, owner: String) -> Result<Answer, Refusal> {
    let account = call.hub.accounts.get(&owner).ok_or_else(Refusal::not_found)?;
    let is_own = account.login == call.visitor.login;
    let owner = account.login.clone();
    if !is_own && !call.hub.accounts.is_organization(&owner) {
        return Err(Refusal::not_found());
    }
    let fields = call.body()?;
    let short = fields.needed("name")?;
    let name = format!("{owner}/{}", spelt(&short));
    let token = call.visitor.token.clone().unwrap_or_default();
    if call.hub.host.right(&token, &name) < Some(Right::Admin) || call.visitor.lacks("repo") {
        return Err(match call.visitor.is_fine_grained() {
            true => Refusal::forbidden("Resource not accessible by personal access token"),
            false if is_own => Refusal::not_found(),
            false => Refusal::forbidden(
                "You need admin access to the organization before adding a repository to it.",
            ),
        });
    }
    if call.hub.host.name(&name).is_some_and(|known| known.eq_ignore_ascii_case(&name)) {
        return Err(taken("Repository creation failed.", "name already exists on this account"));
    }
    if short.len() > 100 || call.hub.host.create(&name, "main").is_err() {
        return Err(taken("Repository creation failed.", "name is invalid"));
    }
    let mut repository = Repository::new(&name, call.now);
    repository.is_private = fields.flag("private")?.unwrap_or_default()
        || fields.text("visibility")?.is_some_and(|visibility| visibility != "public");
    apply(&mut repository, &fields)?;
    call.hub.host.set_public(&name, !repository.is_private);
    let description = repository.description.clone();
    call.about = Some(call.hub.add(repository));
    if fields.flag("auto_init")?.unwrap_or_default() {
        begin(call, &short, description.as_deref())?;
    }
    let shown = call.full(call.repository()?);
    Ok(Answer::created(shown))
}

/// The first commit: a README with the repository's name.
fn begin(call: &Call<'_>, short: &str, description: Option<&str>) -> Result<(), Refusal> {
    let git = call.git()?;
    let text = match description {
        Some(description) => format!("# {short}\n{description}\n"),
        None => format!("# {short}\n"),
    };
    let mut tree = git.treebuilder(None)?;
    tree.insert("README.md", git.blob(text.as_bytes())?, 0o100_644)?;
    let tree = git.find_tree(tree.write()?)?;
    let email =
        call.hub.accounts.get(&call.visitor.login).map(crate::github::people::accounts::Account::email);
    let when = Time::new(call.now.as_second(), 0);
    let author = Signature::new(&call.visitor.login, &email.unwrap_or_default(), &when)?;
    let committer = Signature::new("GitHub", "noreply@github.com", &when)?;
    git.commit(Some("refs/heads/main"), &author, &committer, "Initial commit", &tree, &[])?;
    Ok(())
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
    let old = call.repository()?.name.clone();
    if let Some(branch) = fields.text("default_branch")? {
        let git = call.git()?;
        if git.find_branch(&branch, git2::BranchType::Local).is_err() {
            let told = format!(
                "The branch {branch} was not found. Please push that ref first or create it via the Git Data API."
            );
            return Err(Refusal::invalid(serde_json::json!([
                {"resource": "Repository", "field": "default_branch", "code": "invalid", "message": told}
            ])));
        }
        git.set_head(&format!("refs/heads/{branch}"))?;
    }
    if let Some(short) = fields.text("name")?.filter(|short| *short != call.word("repo")) {
        let new = format!("{}/{}", old.split('/').next().unwrap_or_default(), spelt(&short));
        let taken = call.hub.host.name(&new).filter(|known| known.eq_ignore_ascii_case(&new));
        if taken.is_some_and(|known| !known.eq_ignore_ascii_case(&old)) {
            return Err(Refusal::field("Repository", "name", "already_exists"));
        }
        call.hub.host.rename(&old, &new)?;
        let id = call.repository()?.id;
        call.hub.rename(id, &new);
    }
    let now = call.now;
    let private = match (fields.flag("private")?, fields.text("visibility")?) {
        (Some(private), _) => Some(private),
        (None, visibility) => visibility.map(|visibility| visibility != "public"),
    };
    let repository = call.repository_mut()?;
    repository.is_private = private.unwrap_or(repository.is_private);
    repository.updated = now;
    apply(repository, &fields)?;
    let (name, is_public) = (repository.name.clone(), !repository.is_private);
    call.hub.host.set_public(&name, is_public);
    Ok(Answer::ok(call.full(call.repository()?)))
}

/// Settings that creation and change have in common.
fn apply(repository: &mut Repository, fields: &BodyFields) -> Result<(), Refusal> {
    for (field, text) in
        [("description", &mut repository.description), ("homepage", &mut repository.homepage)]
    {
        if let Some(value) = fields.0.get(field) {
            *text = match value {
                Value::Null => None,
                _ => fields.text(field)?,
            };
        }
    }
    let merging = &mut repository.merging;
    for (field, flag) in [
        ("archived", &mut repository.is_archived),
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
    Ok(())
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    if call.visitor.lacks("delete_repo") {
        return Err(Refusal::must_administer());
    }
    let (id, name) = (call.repository()?.id, call.repository()?.name.clone());
    call.hub.host.delete(&name)?;
    call.hub.forget(id);
    Ok(Answer::done())
}
