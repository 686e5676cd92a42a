//! Git data: trees, commits, and refs that move only from where they were seen.
//!
//! A commit of many files is four requests: the parent's tree, a tree with all contents inline, a commit, and the
//! ref. None but the last can be seen by anybody, and the last moves only from the commit it was made upon: killed
//! anywhere and run again, nothing is half there.

use http::Method;
use serde_json::{Value, json};

use super::connect::Github;
use super::error::GithubError;
use super::route::{encoded, of, path};
use crate::model::github::{Change, Commit, Comparison, RepositoryName, Tree};
use crate::wire::retry::Repeat;

/// What became of a ref that was to be moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefUpdate {
    /// It is where it was to be.
    Moved,
    /// Somebody else moved it, to there; or it is gone.
    Elsewhere(Option<String>),
}

impl Github {
    /// The commit that a branch stands at.
    pub async fn head(&self, name: &RepositoryName, branch: &str) -> Result<Option<String>, GithubError> {
        // A fresh look: a ref is asked for to decide by it.
        let route = format!("{}/git/ref/heads/{}", of(name, &[]), path(branch));
        let found = self.find(&route).await?;
        Ok(found.and_then(|value| value["object"]["sha"].as_str().map(str::to_owned)))
    }

    /// A commit, by its name.
    pub async fn commit(&self, name: &RepositoryName, sha: &str) -> Result<Option<Commit>, GithubError> {
        Ok(self.find(&of(name, &["git", "commits", sha])).await?.map(|value| Commit::read(&value)))
    }

    /// The newest commits of a branch that touched a path, the newest first.
    pub async fn history(
        &self,
        name: &RepositoryName,
        branch: &str,
        file: Option<&str>,
        count: usize,
    ) -> Result<Vec<Commit>, GithubError> {
        let file = file.map(|file| format!("&path={}", encoded(file))).unwrap_or_default();
        let route = format!("{}/commits?sha={}&per_page={count}{file}", of(name, &[]), encoded(branch));
        let value = self.get(&route).await?;
        Ok(value.as_array().into_iter().flatten().map(Commit::read).collect())
    }

    /// All files of a commit or tree: one request, however many there are.
    pub async fn tree(&self, name: &RepositoryName, at: &str) -> Result<Tree, GithubError> {
        let route = format!("{}?recursive=1", of(name, &["git", "trees", at]));
        Ok(Tree::read(&self.get(&route).await?))
    }

    /// The content of a file by the name that its tree gives it.
    pub async fn blob(&self, name: &RepositoryName, sha: &str) -> Result<Vec<u8>, GithubError> {
        let answer = self.read(&of(name, &["git", "blobs", sha]), super::request::RAW).await?;
        Ok(answer.body.to_vec())
    }

    /// How two commits or branches stand to each other.
    pub async fn compare(
        &self,
        name: &RepositoryName,
        base: &str,
        head: &str,
    ) -> Result<Comparison, GithubError> {
        let route = format!("{}/compare/{}...{}?per_page=1", of(name, &[]), encoded(base), encoded(head));
        Ok(Comparison::read(&self.get(&route).await?))
    }

    /// Makes a commit upon `parent` that nothing refers to yet. `None` where nothing would change.
    pub async fn make_commit(
        &self,
        name: &RepositoryName,
        parent: &Commit,
        message: &str,
        changes: &[Change],
    ) -> Result<Option<String>, GithubError> {
        let entries: Vec<Value> = changes.iter().map(entry).collect();
        let body = json!({"base_tree": parent.tree, "tree": entries});
        // Content has one name however often it is written.
        let route = of(name, &["git", "trees"]);
        let tree = self.write(Method::POST, &route, Some(&body), Repeat::Freely).await?;
        let tree = sha(&tree.json()?, "the tree")?;
        if tree == parent.tree {
            return Ok(None);
        }
        let body = json!({"message": message, "tree": tree, "parents": [parent.sha]});
        // A second one would be another commit that nobody refers to: harmless.
        let route = of(name, &["git", "commits"]);
        let commit = self.write(Method::POST, &route, Some(&body), Repeat::Freely).await?;
        sha(&commit.json()?, "the commit").map(Some)
    }

    /// Makes a branch at a commit, unless there is one: then says where it stands.
    pub async fn create_branch(
        &self,
        name: &RepositoryName,
        branch: &str,
        sha: &str,
    ) -> Result<RefUpdate, GithubError> {
        let body = json!({"ref": format!("refs/heads/{branch}"), "sha": sha});
        let made = self.write(Method::POST, &of(name, &["git", "refs"]), Some(&body), Repeat::Never).await;
        self.settled(name, branch, sha, made.map(drop)).await
    }

    /// Moves a branch forward to a commit made upon its head. Never over a commit that it does not know.
    pub async fn advance_branch(
        &self,
        name: &RepositoryName,
        branch: &str,
        sha: &str,
    ) -> Result<RefUpdate, GithubError> {
        let route = format!("{}/git/refs/heads/{}", of(name, &[]), path(branch));
        let body = json!({"sha": sha, "force": false});
        let moved = self.write(Method::PATCH, &route, Some(&body), Repeat::Never).await;
        self.settled(name, branch, sha, moved.map(drop)).await
    }

    /// Deletes a branch; that it was not there is no error.
    pub async fn delete_branch(&self, name: &RepositoryName, branch: &str) -> Result<(), GithubError> {
        let route = format!("{}/git/refs/heads/{}", of(name, &[]), path(branch));
        match self.remove(&route).await {
            // GitHub's words for a ref that is not there.
            Err(GithubError::Invalid { message, .. }) if message.contains("does not exist") => Ok(()),
            removed => removed,
        }
    }

    /// After a write of a ref: where it is decides, not what was answered.
    async fn settled(
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
        let is_open = matches!(
            error,
            GithubError::Invalid { .. }
                | GithubError::Unreachable(_)
                | GithubError::Broken { .. }
                | GithubError::Conflict { .. }
        );
        if !is_open {
            return Err(error);
        }
        match self.head(name, branch).await {
            Ok(Some(head)) if head == sha => Ok(RefUpdate::Moved),
            Ok(head) if matches!(error, GithubError::Invalid { .. }) && is_about_place(&error) => {
                Ok(RefUpdate::Elsewhere(head))
            }
            _ => Err(error),
        }
    }
}

/// Whether a ref was refused for where it stands, and not for what it was to become.
fn is_about_place(error: &GithubError) -> bool {
    let GithubError::Invalid { message, .. } = error else { return false };
    ["Reference already exists", "not a fast forward", "Reference does not exist"]
        .iter()
        .any(|words| message.contains(words))
}

fn entry(change: &Change) -> Value {
    match change {
        Change::Write { path, content } => {
            json!({"path": path, "mode": "100644", "type": "blob", "content": content})
        }
        Change::Delete { path } => json!({"path": path, "mode": "100644", "type": "blob", "sha": null}),
    }
}

fn sha(value: &Value, what: &str) -> Result<String, GithubError> {
    let sha = value["sha"].as_str().map(str::to_owned);
    sha.ok_or_else(|| GithubError::Nonsense { asked: what.to_owned() })
}
