//! Steps that write to GitHub.

use serde_json::Value;

use super::error::SetupError;
use super::writes::Writer;
use crate::flow::DiscoverError;
use crate::github::{GithubError, Level, NewRepository, RefUpdate};
use crate::model::Failure;
use crate::model::contract::AZURE_CREDENTIALS;
use crate::model::github::{Commit, FileChange, Label, RepositoryName};
use crate::model::pipeline::Role;
use crate::model::setup::{
    BranchStart, CD_SETUP_BRANCH, CD_SETUP_TITLE, SecretContent, Visibility, repository_description,
    repository_settings,
};

/// So often a branch that others move is looked at again.
const ATTEMPTS: usize = 3;

type Done = Result<String, Box<dyn Failure>>;

impl Writer<'_> {
    fn name(&self, role: Role) -> &RepositoryName {
        self.request.project.repository(role)
    }

    pub(super) async fn create_repository(&self, role: Role) -> Done {
        let login = self.request.project.organization();
        let owner = self.owner.get_or_try_init(|| self.github.repository_owner(login)).await?;
        let mut settings = repository_settings(role);
        if self.request.visibility == Visibility::Internal {
            settings.insert("visibility".to_owned(), "internal".into());
        }
        let new = NewRepository {
            name: self.name(role).clone(),
            description: repository_description(role).to_owned(),
            is_private: self.request.visibility != Visibility::Public,
            deletes_merged_branches: role != Role::Source,
            settings,
        };
        let (repository, is_new) = self.github.create_repository_of(owner, &new).await?;
        Ok(if is_new { repository.url } else { format!("{} was there already", repository.url) })
    }

    pub(super) async fn change_repository(&self, role: Role, settings: &Value) -> Done {
        self.github.set_repository(self.name(role), settings).await?;
        Ok("changed".to_owned())
    }

    /// Commits files upon a branch as it is now, or upon the default branch. A branch that somebody else moves meanwhile
    /// is looked at again.
    pub(super) async fn commit(
        &self,
        role: Role,
        branch: &str,
        start: BranchStart,
        files: &[FileChange],
        message: &str,
    ) -> Done {
        let name = self.name(role);
        for _ in 0..ATTEMPTS {
            let existing = self.github.head(name, branch).await?;
            let head = match (&existing, start) {
                (Some(head), _) => head.clone(),
                (None, _) => self.default_head(name).await?,
            };
            let parent = self.existing_commit(name, &head).await?;
            let commit = self.github.make_commit(name, &parent, message, files).await?;
            let Some(commit) = commit.or_else(|| existing.is_none().then(|| head.clone())) else {
                return Ok("the files were there already".to_owned());
            };
            let moved = match existing {
                Some(_) => self.github.advance_branch(name, branch, &commit).await?,
                None => self.github.create_branch(name, branch, &commit).await?,
            };
            if moved == RefUpdate::Moved {
                return Ok(format!("commit {}", &commit[..7.min(commit.len())]));
            }
        }
        Err(SetupError::BranchMoves { repository: name.clone(), branch: branch.to_owned() }.into())
    }

    /// The newest commit of the default branch. A repository without any gets its first one: its git data cannot be
    /// written before.
    async fn default_head(&self, name: &RepositoryName) -> Result<String, Box<dyn Failure>> {
        let default = self.github.require_repository(name).await?.default_branch;
        if let Some(head) = self.head_or_empty(name, &default).await? {
            return Ok(head);
        }
        let title = format!("# {}\n", name.name());
        self.github.create_file(name, "README.md", &title, "Begin [skip ci]").await?;
        let head = self.github.head(name, &default).await?;
        Ok(head.ok_or_else(|| SetupError::Empty { repository: name.clone() })?)
    }

    /// A branch's newest commit; a repository without commits answers 409.
    async fn head_or_empty(
        &self,
        name: &RepositoryName,
        branch: &str,
    ) -> Result<Option<String>, Box<dyn Failure>> {
        match self.github.head(name, branch).await {
            Err(GithubError::Conflict { .. }) => Ok(None),
            head => Ok(head?),
        }
    }

    async fn existing_commit(&self, name: &RepositoryName, sha: &str) -> Result<Commit, Box<dyn Failure>> {
        let found = self.github.commit(name, sha).await?;
        Ok(found.ok_or_else(|| SetupError::Empty { repository: name.clone() })?)
    }

    pub(super) async fn open_pull_request(&self) -> Done {
        let name = self.name(Role::Source);
        let default = self.github.require_repository(name).await?.default_branch;
        let body = "Workflows, the chart and what the pipeline keeps to. Merging it starts the first build.";
        let (pull, is_new) =
            self.github.create_pull(name, (CD_SETUP_BRANCH, &default), CD_SETUP_TITLE, body).await?;
        Ok(if is_new { pull.url } else { format!("{} was open already", pull.url) })
    }

    pub(super) async fn set_variable(
        &self,
        role: Role,
        environment: Option<&str>,
        variable: &str,
        value: &str,
    ) -> Done {
        let level = environment.map_or(Level::Repository, Level::Environment);
        let is_new = self.github.set_variable(self.name(role), level, variable, value).await?;
        Ok(if is_new { value.to_owned() } else { format!("{value} already") })
    }

    pub(super) async fn set_secret(&self, role: Role, secret: &str, content: SecretContent) -> Done {
        let bootstrap = self.github.token();
        let value = match content {
            SecretContent::Token(role) => self.credentials.token(role, bootstrap),
            SecretContent::ServicePrincipal => self.credentials.service_principal.as_ref(),
        };
        let missing = || match content {
            SecretContent::Token(_) => "no token".to_owned(),
            SecretContent::ServicePrincipal => format!("{AZURE_CREDENTIALS} is not set"),
        };
        let value = value.ok_or_else(|| SetupError::NoToken(DiscoverError::NotAsked { why: missing() }))?;
        self.github.set_secret(self.name(role), Level::Repository, secret, value).await?;
        Ok("set".to_owned())
    }

    pub(super) async fn create_label(&self, role: Role, label: &Label) -> Done {
        self.github.create_label(self.name(role), label).await?;
        Ok("there".to_owned())
    }

    pub(super) async fn create_environment(&self, role: Role, environment: &str) -> Done {
        self.github.set_environment(self.name(role), environment, None).await?;
        Ok("there".to_owned())
    }
}
