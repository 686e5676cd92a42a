//! Routes about files on branches: looked at, and written with a commit each.

use git2::build::TreeUpdateBuilder;
use git2::{Commit, FileMode, ObjectType, Oid, Repository, Tree};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::commit_json::{Author, text};
use super::revision::{branch_tip, commit_at};
use crate::git::Via;
use crate::github::api::answer::Answer;
use crate::github::api::body_fields::BodyFields;
use crate::github::api::call::Call;
use crate::github::api::encoding::{decoded, encoded};
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

/// Larger files are told without their content.
const LARGE: usize = 1024 * 1024;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/contents",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/repos/contents#get-repository-content",
        answer: get,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/contents/{path+}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/repos/contents#get-repository-content",
        answer: get,
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/contents/{path+}",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/repos/contents#create-or-update-file-contents",
        answer: put,
    },
    Route {
        method: Method::DELETE,
        path: "/repos/{owner}/{repo}/contents/{path+}",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/repos/contents#delete-a-file",
        answer: delete,
    },
];

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.git()?;
    if git.references()?.next().is_none() {
        return Err(Refusal::absent("This repository is empty."));
    }
    let wanted = call.parameter("ref");
    let shown = match &wanted {
        Some(wanted) => wanted.clone(),
        None => call.default_branch(call.repository()?),
    };
    let commit = commit_at(&git, &shown).ok_or_else(|| match wanted {
        Some(wanted) => Refusal::absent(&format!("No commit found for the ref {wanted}")),
        None => Refusal::not_found(),
    })?;
    let tree = git.find_commit(commit)?.tree()?;
    let path = call.word("path").to_owned();
    if call.request.path.ends_with('/') && !path.is_empty() {
        return Ok(Answer::elsewhere(call.url(&format!("/contents/{path}"))));
    }
    if path.is_empty() {
        return Ok(Answer::ok(folder(call, &git, &tree, "", &shown)));
    }
    let entry = tree.get_path(std::path::Path::new(&path)).map_err(|_| Refusal::not_found())?;
    match entry.kind() {
        Some(ObjectType::Tree) => {
            Ok(Answer::ok(folder(call, &git, &git.find_tree(entry.id())?, &path, &shown)))
        }
        Some(ObjectType::Blob) => {
            let blob = git.find_blob(entry.id())?;
            if call.wants_raw() {
                let media = "application/vnd.github.raw+json; charset=utf-8";
                return Ok(Answer::raw(media, blob.content().to_vec()));
            }
            let mut file = file(call, &path, entry.id(), blob.size(), "file", &shown);
            let is_large = blob.size() > LARGE;
            file["content"] = json!(if is_large { String::new() } else { encoded(blob.content()) });
            file["encoding"] = json!(if is_large { "none" } else { "base64" });
            Ok(Answer::ok(file))
        }
        _ => Ok(Answer::ok(file(call, &path, entry.id(), 0, "submodule", &shown))),
    }
}

fn folder(call: &Call<'_>, git: &Repository, tree: &Tree<'_>, folder: &str, at: &str) -> Value {
    let entries = tree.iter().map(|entry| {
        let slash = if folder.is_empty() { "" } else { "/" };
        let path = format!("{folder}{slash}{}", text(entry.name_bytes()));
        let (kind, size) = match entry.kind() {
            Some(ObjectType::Tree) => ("dir", 0),
            Some(ObjectType::Commit) => ("submodule", 0),
            _ if entry.filemode() == i32::from(FileMode::Link) => ("symlink", 0),
            _ => ("file", git.find_blob(entry.id()).map_or(0, |blob| blob.size())),
        };
        file(call, &path, entry.id(), size, kind, at)
    });
    Value::Array(entries.collect())
}

/// A file or folder without what is in it.
fn file(call: &Call<'_>, path: &str, id: Oid, size: usize, kind: &str, at: &str) -> Value {
    let url = call.url(&format!("/contents/{path}?ref={at}"));
    let (object, page) = if kind == "dir" { ("trees", "tree") } else { ("blobs", "blob") };
    let (git, html) = (call.url(&format!("/git/{object}/{id}")), call.page(&format!("/{page}/{at}/{path}")));
    let download = (kind != "dir").then(|| call.page(&format!("/raw/{at}/{path}")));
    json!({
        "name": path.rsplit('/').next(),
        "path": path,
        "sha": id.to_string(),
        "size": size,
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": download,
        "type": kind,
        "_links": {"self": url, "git": git, "html": html},
    })
}

/// What a write of one file is about: the branch, where it stands, and the file as it is there.
struct Spot<'a> {
    branch: String,
    tip: Option<Commit<'a>>,
    known: Option<Oid>,
}

fn spot<'a>(
    call: &Call<'_>,
    git: &'a Repository,
    fields: &BodyFields,
    path: &str,
) -> Result<Spot<'a>, Refusal> {
    let branch = match fields.text("branch")?.or_else(|| call.parameter("branch")) {
        Some(branch) => branch.trim_start_matches("refs/heads/").to_owned(),
        None => call.default_branch(call.repository()?),
    };
    let tip = branch_tip(git, &branch)?.map(|id| git.find_commit(id)).transpose()?;
    if tip.is_none() && git.references()?.next().is_some() {
        return Err(Refusal::absent(&format!("Branch {branch} not found")));
    }
    let tree = tip.as_ref().map(Commit::tree).transpose()?;
    let entry = tree.and_then(|tree| tree.get_path(std::path::Path::new(path)).ok());
    Ok(Spot { branch, tip, known: entry.map(|entry| entry.id()) })
}

/// Writes the tree that `update` makes onto the branch.
fn write(
    call: &mut Call<'_>,
    git: &Repository,
    spot: &Spot<'_>,
    update: &mut TreeUpdateBuilder,
    fields: &BodyFields,
    message: &str,
) -> Result<Oid, Refusal> {
    let name = format!("refs/heads/{}", spot.branch);
    let before = match &spot.tip {
        Some(tip) => tip.tree()?,
        None => git.find_tree(git.treebuilder(None)?.write()?)?,
    };
    let tree = git.find_tree(update.create_updated(git, &before)?)?;
    let author = call.author_of(fields, "author", call.author())?;
    let committer = match fields.get("committer") {
        Some(_) => call.author_of(fields, "committer", author.clone())?,
        None => Author::github(call.now),
    };
    let parents: Vec<_> = spot.tip.iter().collect();
    let id = git.commit(None, &author.signature()?, &committer.signature()?, message, &tree, &parents)?;
    match call.move_ref(&name, spot.tip.as_ref().map(Commit::id), Some(id), Via::Api) {
        Ok(()) => Ok(id),
        Err(stale) if stale.is_stale() => {
            Err(Refusal::conflict(&format!("is at another commit than {id} was made upon")))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn put(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.git()?;
    let fields = call.body()?;
    let path = call.word("path").to_owned();
    let (message, content) = (fields.needed("message")?, fields.needed("content")?);
    let content = decoded(&content).ok_or_else(|| Refusal::unprocessable("content is not valid Base64"))?;
    call.may_write_file(&path)?;
    let spot = spot(call, &git, &fields, &path)?;
    match (spot.known, fields.text("sha")?) {
        (Some(_), None) => return Err(Refusal::missing("sha")),
        (known, Some(sha)) if known.map(|id| id.to_string()).as_ref() != Some(&sha) => {
            return Err(Refusal::conflict(&format!("{path} does not match {sha}")));
        }
        _ => {}
    }
    let blob = git.blob(&content)?;
    let mut update = TreeUpdateBuilder::new();
    update.upsert(path.as_str(), blob, FileMode::Blob);
    let id = write(call, &git, &spot, &mut update, &fields, &message)?;
    let shown = json!({
        "content": file(call, &path, blob, content.len(), "file", &spot.branch),
        "commit": call.git_commit(&git.find_commit(id)?),
    });
    let answer = Answer::ok(shown);
    Ok(Answer { status: if spot.known.is_some() { StatusCode::OK } else { StatusCode::CREATED }, ..answer })
}

fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.git()?;
    let mut fields = call.body()?;
    for name in ["message", "sha", "branch"] {
        if let Some(value) = call.parameter(name) {
            fields.0.entry(name).or_insert(json!(value));
        }
    }
    let path = call.word("path").to_owned();
    let (message, sha) = (fields.needed("message")?, fields.needed("sha")?);
    call.may_write_file(&path)?;
    let spot = spot(call, &git, &fields, &path)?;
    let known = spot.known.ok_or_else(Refusal::not_found)?;
    if known.to_string() != sha {
        return Err(Refusal::conflict(&format!("{path} does not match {sha}")));
    }
    let mut update = TreeUpdateBuilder::new();
    update.remove(path.as_str());
    let id = write(call, &git, &spot, &mut update, &fields, &message)?;
    Ok(Answer::ok(json!({"content": null, "commit": call.git_commit(&git.find_commit(id)?)})))
}
