//! Routes about trees: all files of a commit at once, and new trees made of old ones.

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid, Repository, Tree, TreeWalkMode, TreeWalkResult};
use http::Method;
use serde_json::{Value, json};

use super::commit_json::text;
use super::revision::commit_at;
use crate::github::api::answer::Answer;
use crate::github::api::body_fields::BodyFields;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

/// No more entries are told at once.
const MOST: usize = 100_000;
/// Where workflows are, which not every token may write.
const WORKFLOWS: &str = ".github/workflows/";

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/git/trees/{sha+}",
        needs: Needs::READ_CONTENTS,
        documentation: "rest/git/trees#get-a-tree",
        answer: get,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/git/trees",
        needs: Needs::WRITE_CONTENTS,
        documentation: "rest/git/trees#create-a-tree",
        answer: create,
    },
];

/// A tree by its own name, or by that of whatever has one.
fn named<'a>(git: &'a Repository, name: &str) -> Option<Tree<'a>> {
    let own = Oid::from_str(name).ok().filter(|_| name.len() == 40);
    let own = own.and_then(|id| git.find_object(id, None).ok()?.peel_to_tree().ok());
    own.or_else(|| git.find_commit(commit_at(git, name)?).ok()?.tree().ok())
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let tree = named(&git, call.word("sha")).ok_or_else(Refusal::not_found)?;
    // Whatever is said of it, even no: GitHub looks whether it is said.
    let is_recursive = call.parameter("recursive").is_some();
    Ok(Answer::ok(shown(call, &git, &tree, is_recursive)?))
}

fn shown(call: &Call<'_>, git: &Repository, tree: &Tree<'_>, is_recursive: bool) -> Result<Value, Refusal> {
    let odb = git.odb()?;
    let mut entries = Vec::new();
    let mut is_truncated = false;
    let walked = tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if entries.len() == MOST {
            is_truncated = true;
            return TreeWalkResult::Abort;
        }
        let kind = entry.kind().unwrap_or(ObjectType::Any);
        let sha = entry.id().to_string();
        let mut shown = json!({
            "path": format!("{folder}{}", text(entry.name_bytes())),
            "mode": format!("{:06o}", entry.filemode()),
            "type": kind.str(),
            "sha": sha,
        });
        if kind == ObjectType::Blob {
            shown["size"] = json!(odb.read_header(entry.id()).map_or(0, |(size, _)| size));
        }
        if kind != ObjectType::Commit {
            shown["url"] = json!(call.url(&format!("/git/{}s/{sha}", kind.str())));
        }
        entries.push(shown);
        if is_recursive { TreeWalkResult::Ok } else { TreeWalkResult::Skip }
    });
    if !is_truncated {
        walked?;
    }
    let sha = tree.id().to_string();
    Ok(json!({
        "sha": sha,
        "url": call.url(&format!("/git/trees/{sha}")),
        "tree": entries,
        "truncated": is_truncated,
    }))
}

fn create(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let fields = call.body()?;
    let entries = match fields.get("tree") {
        None => return Err(Refusal::missing("tree")),
        Some(Value::Array(entries)) => entries.clone(),
        Some(other) => return Err(Refusal::mistyped("tree", other, "an array")),
    };
    if entries.is_empty() {
        return Err(Refusal::unprocessable("Invalid tree info"));
    }
    let base = match fields.text("base_tree")? {
        Some(base) => named(&git, &base).ok_or_else(Refusal::not_found)?,
        None => git.find_tree(git.treebuilder(None)?.write()?)?,
    };
    let mut update = TreeUpdateBuilder::new();
    for entry in entries {
        let Value::Object(entry) = entry else {
            return Err(Refusal::mistyped("tree", &entry, "an object"));
        };
        change(call, &git, &base, &mut update, &BodyFields(entry))?;
    }
    let tree = update.create_updated(&git, &base);
    let tree = git.find_tree(tree.map_err(|_| Refusal::unprocessable("GitRPC::BadObjectState"))?)?;
    Ok(Answer::created(shown(call, &git, &tree, false)?))
}

/// One entry: content, an object that is there already, or none any more.
fn change(
    call: &Call<'_>,
    git: &Repository,
    base: &Tree<'_>,
    update: &mut TreeUpdateBuilder,
    entry: &BodyFields,
) -> Result<(), Refusal> {
    let path = entry.text("path")?.ok_or_else(|| Refusal::unprocessable("tree.path is missing"))?;
    let is_path = !path.is_empty()
        && path.split('/').all(|part| !part.is_empty() && !matches!(part, "." | ".." | ".git"));
    if !is_path {
        let told = if path.starts_with('/') {
            "tree.path cannot start with a slash"
        } else {
            "tree.path contains a malformed path component"
        };
        return Err(Refusal::unprocessable(told));
    }
    call.may_write_file(&path)?;
    let is_deletion = entry.0.get("sha").is_some_and(Value::is_null) && entry.get("content").is_none();
    if is_deletion {
        if base.get_path(std::path::Path::new(&path)).is_err() {
            return Err(Refusal::unprocessable("GitRPC::BadObjectState"));
        }
        update.remove(path.as_str());
        return Ok(());
    }
    let mode = match entry.text("mode")?.as_deref() {
        None => return Err(Refusal::unprocessable("tree.mode is missing")),
        Some("100644") => FileMode::Blob,
        Some("100755") => FileMode::BlobExecutable,
        Some("120000") => FileMode::Link,
        Some("040000") => FileMode::Tree,
        Some("160000") => FileMode::Commit,
        Some(_) => return Err(Refusal::unprocessable("Must supply a valid tree.mode")),
    };
    let id = match (entry.text("content")?, entry.text("sha")?) {
        (Some(_), Some(_)) => {
            return Err(Refusal::unprocessable("Must supply either tree.sha or tree.content, but not both."));
        }
        (Some(content), None) => git.blob(content.as_bytes())?,
        (None, Some(sha)) => Oid::from_str(&sha)
            .ok()
            .filter(|id| mode == FileMode::Commit || git.find_object(*id, None).is_ok())
            .ok_or_else(|| Refusal::unprocessable(format!("tree.sha {sha} is not a valid blob")))?,
        (None, None) => {
            return Err(Refusal::unprocessable("Must supply either tree.sha or tree.content, but not both."));
        }
    };
    update.upsert(path.as_str(), id, mode);
    Ok(())
}

impl Call<'_> {
    /// Workflows are programs that get secrets: writing them is a right of its own. Who has not got it with a
    /// classic token is told that there is nothing.
    pub(in crate::github) fn may_write_file(&self, path: &str) -> Result<(), Refusal> {
        let token = self.caller.token.as_deref().unwrap_or_default();
        let repository = &self.repository()?.name;
        match path.starts_with(WORKFLOWS) && !self.github.host.may_change_workflows(token, repository) {
            true => Err(self.caller.not_permitted()),
            false => Ok(()),
        }
    }
}
