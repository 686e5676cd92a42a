//! Git data: trees, commits, and refs that move only from the commit at which they were seen.
//!
//! A commit of many files is four requests: the parent's tree, a tree with all contents inline, a commit, and the
//! ref. Only the ref is visible to anybody else, and it moves only from the commit's parent, so an interrupted
//! command leaves nothing half done behind.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::future::try_join_all;
use http::Method;
use serde_json::{Value, json};

use super::client::Github;
use super::error::GithubError;
use super::request::RAW;
use super::response::GithubResponse;
use super::route::{encode_path, encode_segment, repository_route};
use crate::model::github::{Commit, Comparison, FileChange, RepositoryName, Tree};
use crate::wire::retry::Repeat;

/// What became of a ref that was to be created or moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefUpdate {
    /// It is at the commit that was asked for.
    Moved,
    /// It is at another commit, which somebody else moved it to; `None` when it is gone.
    Elsewhere(Option<String>),
}

impl Github {
    /// The newest commit of a branch.
    pub async fn head(&self, name: &RepositoryName, branch: &str) -> Result<Option<String>, GithubError> {
        let route = format!("{}/git/ref/heads/{}", repository_route(name, &[]), encode_path(branch));
        let Some(found) = self.find(&route).await? else { return Ok(None) };
        let commit = found["object"]["sha"].as_str().map(str::to_owned);
        commit.map(Some).ok_or(GithubError::Malformed { request: format!("GET {route}") })
    }

    /// A commit, by its SHA.
    pub async fn commit(&self, name: &RepositoryName, sha: &str) -> Result<Option<Commit>, GithubError> {
        Ok(self
            .find(&repository_route(name, &["git", "commits", sha]))
            .await?
            .map(|value| Commit::from_json(&value)))
    }

    /// The newest commits of a branch that touched a path, the newest first.
    pub async fn history(
        &self,
        name: &RepositoryName,
        branch: &str,
        file: Option<&str>,
        count: usize,
    ) -> Result<Vec<Commit>, GithubError> {
        let file = file.map(|file| format!("&path={}", encode_segment(file))).unwrap_or_default();
        let route = format!(
            "{}/commits?sha={}&per_page={count}{file}",
            repository_route(name, &[]),
            encode_segment(branch)
        );
        let value = self.get(&route).await?;
        Ok(value.as_array().into_iter().flatten().map(Commit::from_json).collect())
    }

    /// The commit that a hash, or the beginning of one, names; `None` where none does, or several do.
    pub async fn find_commit(
        &self,
        name: &RepositoryName,
        revision: &str,
    ) -> Result<Option<Commit>, GithubError> {
        match self.find(&repository_route(name, &["commits", revision])).await {
            // GitHub answers 422 to a hash that is nobody's.
            Err(GithubError::Invalid { .. }) => Ok(None),
            found => Ok(found?.map(|value| Commit::from_json(&value))),
        }
    }

    /// The newest commit of the default branch; `None` of a repository without commits.
    pub async fn newest_commit(&self, name: &RepositoryName) -> Result<Option<Commit>, GithubError> {
        let route = format!("{}?per_page=1", repository_route(name, &["commits"]));
        Ok(self.get(&route).await?.as_array().and_then(|commits| commits.first()).map(Commit::from_json))
    }

    /// All files of a commit or tree: one request, however many there are.
    pub async fn tree(&self, name: &RepositoryName, at: &str) -> Result<Tree, GithubError> {
        let route = format!("{}?recursive=1", repository_route(name, &["git", "trees", at]));
        Ok(Tree::from_json(&self.get(&route).await?))
    }

    /// The content of a file by its blob's SHA.
    pub async fn blob(&self, name: &RepositoryName, sha: &str) -> Result<Vec<u8>, GithubError> {
        let response = self.read(&repository_route(name, &["git", "blobs", sha]), RAW).await?;
        Ok(response.body.to_vec())
    }

    /// Compares two commits or branches.
    pub async fn compare(
        &self,
        name: &RepositoryName,
        base: &str,
        head: &str,
    ) -> Result<Comparison, GithubError> {
        let route = format!(
            "{}/compare/{}...{}?per_page=1",
            repository_route(name, &[]),
            encode_segment(base),
            encode_segment(head)
        );
        Ok(Comparison::from_json(&self.get(&route).await?))
    }

    /// Makes a commit upon `parent` that nothing refers to yet. `None` where nothing would change.
    pub async fn make_commit(
        &self,
        name: &RepositoryName,
        parent: &Commit,
        message: &str,
        changes: &[FileChange],
    ) -> Result<Option<String>, GithubError> {
        let entries = try_join_all(changes.iter().map(|change| self.tree_entry(name, change))).await?;
        let body = json!({"base_tree": parent.tree, "tree": entries});
        // A tree is named by its content, so writing it twice makes one.
        let route = repository_route(name, &["git", "trees"]);
        let response = self.write(Method::POST, &route, Some(&body), Repeat::Freely).await?;
        let tree = sha_of(&response)?;
        if tree == parent.tree {
            return Ok(None);
        }
        let body = json!({"message": message, "tree": tree, "parents": [parent.sha]});
        // A repeated request leaves a second commit behind that no ref names, which does no harm.
        let route = repository_route(name, &["git", "commits"]);
        let response = self.write(Method::POST, &route, Some(&body), Repeat::Freely).await?;
        sha_of(&response).map(Some)
    }

    /// The entry of a tree for a change. Text goes into the tree itself; other content has to be a blob before.
    async fn tree_entry(&self, name: &RepositoryName, change: &FileChange) -> Result<Value, GithubError> {
        const FILE: &str = "100644";
        const EXECUTABLE: &str = "100755";
        let entry = |path: &str, mode: &str, key: &str, value: Value| json!({"path": path, "mode": mode, "type": "blob", key: value});
        Ok(match change {
            FileChange::Write { path, content } => entry(path, FILE, "content", json!(content)),
            FileChange::WriteBlob { path, content, is_executable } => {
                let body = json!({"content": BASE64.encode(content), "encoding": "base64"});
                let route = repository_route(name, &["git", "blobs"]);
                // A blob is named by its content, so writing it twice makes one.
                let response = self.write(Method::POST, &route, Some(&body), Repeat::Freely).await?;
                let mode = if *is_executable { EXECUTABLE } else { FILE };
                entry(path, mode, "sha", json!(sha_of(&response)?))
            }
            FileChange::Delete { path } => entry(path, FILE, "sha", Value::Null),
        })
    }

    /// Creates a branch at a commit; one that exists already is left where it is, and that is returned.
    pub async fn create_branch(
        &self,
        name: &RepositoryName,
        branch: &str,
        sha: &str,
    ) -> Result<RefUpdate, GithubError> {
        let body = json!({"ref": format!("refs/heads/{branch}"), "sha": sha});
        let made = self
            .write(Method::POST, &repository_route(name, &["git", "refs"]), Some(&body), Repeat::Never)
            .await;
        self.confirm_ref(name, branch, sha, made.map(drop)).await
    }

    /// Fast-forwards a branch to a commit. It is never forced over a commit that somebody else pushed.
    pub async fn advance_branch(
        &self,
        name: &RepositoryName,
        branch: &str,
        sha: &str,
    ) -> Result<RefUpdate, GithubError> {
        let route = format!("{}/git/refs/heads/{}", repository_route(name, &[]), encode_path(branch));
        let body = json!({"sha": sha, "force": false});
        let moved = self.write(Method::PATCH, &route, Some(&body), Repeat::Never).await;
        self.confirm_ref(name, branch, sha, moved.map(drop)).await
    }

    /// Deletes a branch; that it was not there is no error.
    pub async fn delete_branch(&self, name: &RepositoryName, branch: &str) -> Result<(), GithubError> {
        let route = format!("{}/git/refs/heads/{}", repository_route(name, &[]), encode_path(branch));
        match self.remove(&route).await {
            // GitHub answers 422 for a ref that is not there.
            Err(GithubError::Invalid { message, .. }) if message.contains("does not exist") => Ok(()),
            removed => removed,
        }
    }

    /// After a write of a ref that may have been carried out: reads where the ref is, which decides.
    async fn confirm_ref(
        &self,
        name: &RepositoryName,
        branch: &str,
        sha: &str,
        written: Result<(), GithubError>,
    ) -> Result<RefUpdate, GithubError> {
        let error = match written {
            Ok(()) => return Ok(RefUpdate::Moved),
            Err(error) => error,
        };
        let may_have_happened = matches!(
            error,
            GithubError::Invalid { .. }
                | GithubError::Unreachable(_)
                | GithubError::Failed { .. }
                | GithubError::Conflict { .. }
        );
        if !may_have_happened {
            return Err(error);
        }
        match self.head(name, branch).await {
            Ok(Some(head)) if head == sha => Ok(RefUpdate::Moved),
            Ok(head) if matches!(error, GithubError::Invalid { .. }) && is_ref_conflict(&error) => {
                Ok(RefUpdate::Elsewhere(head))
            }
            _ => Err(error),
        }
    }
}

/// Whether a ref was refused because of where it is, and not because of the commit that it was to be at.
fn is_ref_conflict(error: &GithubError) -> bool {
    let GithubError::Invalid { message, .. } = error else { return false };
    ["Reference already exists", "not a fast forward", "Reference does not exist"]
        .iter()
        .any(|words| message.contains(words))
}

fn sha_of(response: &GithubResponse) -> Result<String, GithubError> {
    response.json()?["sha"].as_str().map(str::to_owned).ok_or_else(|| response.malformed())
}
