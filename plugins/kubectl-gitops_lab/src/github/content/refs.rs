//! Routes about refs, which move only from where they were seen.

use git2::{ErrorCode, Oid, Repository};
use http::Method;
use serde_json::{Value, json};

use crate::git::Via;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/git/ref/{ref+}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/git/refs#get-a-reference",
        answer: get,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/git/matching-refs/{ref+}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/git/refs#list-matching-references",
        answer: matching,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/git/refs",
        needs: Needs::WRITE_REFS,
        documentation: "rest/git/refs#create-a-reference",
        answer: create,
    },
    Route {
        method: Method::PATCH,
        path: "/repos/{owner}/{repo}/git/refs/{ref+}",
        needs: Needs::WRITE_REFS,
        documentation: "rest/git/refs#update-a-reference",
        answer: update,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/git/refs/{ref+}",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/git/refs#delete-a-reference",
        answer: delete,
    },
    // Not documented, and known: some clients delete by the path that they read.
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/git/ref/{ref+}",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/git/refs#delete-a-reference",
        answer: delete,
    },
];

fn shown(call: &Call<'_>, git: &Repository, name: &str, target: Oid) -> Value {
    let kind = match git.find_object(target, None).ok().and_then(|object| object.kind()) {
        Some(git2::ObjectType::Tag) => "tag",
        Some(git2::ObjectType::Tree) => "tree",
        Some(git2::ObjectType::Blob) => "blob",
        _ => "commit",
    };
    json!({
        "ref": name,
        "node_id": call.named_node("Ref", name),
        "url": call.url(&format!("/git/{name}")),
        "object": {
            "sha": target.to_string(),
            "type": kind,
            "url": call.url(&format!("/git/{kind}s/{target}")),
        },
    })
}

/// Where a ref stands.
fn target(git: &Repository, name: &str) -> Result<Option<Oid>, Refusal> {
    match git.find_reference(name) {
        Ok(reference) => Ok(reference.target()),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let name = format!("refs/{}", call.word("ref"));
    let target = target(&git, &name)?.ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(shown(call, &git, &name, target)))
}

fn matching(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let beginning = format!("refs/{}", call.word("ref"));
    let mut found = Vec::new();
    for reference in git.references()? {
        let reference = reference?;
        if let (Ok(name), Some(target)) = (reference.name(), reference.target())
            && name.starts_with(&beginning)
        {
            found.push((name.to_owned(), target));
        }
    }
    found.sort();
    Ok(Answer::list(call, found, |(name, target)| shown(call, &git, &name, target)))
}

/// The commit, tag or whatever else a body names.
fn wanted(git: &Repository, sha: &str, is_branch: bool) -> Result<Oid, Refusal> {
    let id = Oid::from_str(sha).ok().filter(|_| sha.len() == 40);
    let Some(id) = id else {
        return Err(Refusal::unprocessable(
            "The sha parameter must be exactly 40 characters and contain only [0-9a-f].",
        ));
    };
    match git.find_object(id, None) {
        Ok(object) if is_branch && object.kind() != Some(git2::ObjectType::Commit) => {
            Err(Refusal::unprocessable("Reference update failed"))
        }
        Ok(_) => Ok(id),
        Err(_) => Err(Refusal::unprocessable("Object does not exist")),
    }
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let fields = call.body()?;
    let (name, sha) = (fields.needed("ref")?, fields.needed("sha")?);
    if !name.starts_with("refs/") || name.split('/').count() < 3 {
        let told = "Reference name must start with 'refs/' and contain at least three components.";
        return Err(Refusal::unprocessable(told));
    }
    if !git2::Reference::is_valid_name(&name) {
        return Err(Refusal::unprocessable("Reference name is invalid."));
    }
    let target = wanted(&git, &sha, name.starts_with("refs/heads/"))?;
    call.move_ref(&name, None, Some(target), Via::Api)?;
    Ok(Answer::created(shown(call, &git, &name, target)))
}

fn update(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let fields = call.body()?;
    let name = format!("refs/{}", call.word("ref"));
    let sha = fields.needed("sha")?;
    let force = fields.flag("force")?.unwrap_or_default();
    let known = target(&git, &name)?.ok_or_else(|| Refusal::unprocessable("Reference does not exist"))?;
    let target = wanted(&git, &sha, name.starts_with("refs/heads/"))?;
    let is_forward = known == target || git.graph_descendant_of(target, known).unwrap_or_default();
    if !force && !is_forward {
        return Err(Refusal::unprocessable("Update is not a fast forward"));
    }
    if known != target {
        call.move_ref(&name, Some(known), Some(target), Via::Api)?;
    }
    Ok(Answer::ok(shown(call, &git, &name, target)))
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let name = format!("refs/{}", call.word("ref"));
    let known = target(&git, &name)?.ok_or_else(|| Refusal::unprocessable("Reference does not exist"))?;
    call.move_ref(&name, Some(known), None, Via::Api)?;
    Ok(Answer::done())
}
