//! Flags that select a pipeline outside of a cluster, and what selects one without them: `GITHUB_REPOSITORY`, as
//! workflows have it, then the git remote `origin` of the checkout that a person stands in.

use std::collections::BTreeMap;
use std::process::Stdio;

use super::{GithubArgs, Session};
use crate::flow::{Narrowing, PipelineStart};
use crate::model::contract::split_namespace;
use crate::model::github::RepositoryName;
use crate::model::pipeline::{Resolved, ResolvedFrom, Role, conventional, role};
use crate::model::{Exit, Failure, is_commit_hash};

/// The variable with the organisation that owns the repositories.
const ORGANISATION: &str = "GITOPS_ORG";

/// Pipeline flags.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pipeline")]
pub struct PipelineArgs {
    /// Project, with its organisation where --org does not give it [default: GITHUB_REPOSITORY, then the git remote origin]
    #[arg(long, value_name = "[ORG/]PROJECT")]
    project: Option<String>,
    /// Organisation, or user, that owns the repositories [default: GITOPS_ORG]
    #[arg(long, value_name = "ORG")]
    org: Option<String>,
    /// One environment of the pipeline
    #[arg(long, visible_alias = "env", value_name = "ENVIRONMENT", value_parser = non_empty)]
    pub environment: Option<String>,
    /// One deployment target: a folder of the configs and gitops repositories
    #[arg(long, value_name = "TARGET", value_parser = non_empty)]
    pub target: Option<String>,
    /// A commit of the source or the gitops repository, whole or at least its first 7 digits
    #[arg(long, visible_alias = "commit", value_name = "COMMIT", value_parser = revision)]
    pub revision: Option<String>,
}

fn non_empty(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// A commit's hash, or its beginning, in lower case.
fn revision(text: &str) -> Result<String, String> {
    let text = text.trim();
    is_commit_hash(text)
        .then(|| text.to_ascii_lowercase())
        .ok_or_else(|| "a commit is 7 to 64 hexadecimal digits".to_owned())
}

/// Why no pipeline is selected.
#[derive(Debug, thiserror::Error)]
pub enum PipelineArgsError {
    /// There is no flag, no variable and no remote.
    #[error(
        "no pipeline is selected: no --project, no GITHUB_REPOSITORY, and no git remote origin on {host} here"
    )]
    NotSelected {
        /// The host of the configured GitHub.
        host: String,
    },
    /// A project without its organisation.
    #[error("project {project} has no organisation")]
    NoOrganisation {
        /// The project.
        project: String,
    },
    /// It is no repository's name.
    #[error("{origin} is not the name of a repository: {text}")]
    NotAName {
        /// The flag or variable.
        origin: &'static str,
        /// What it holds.
        text: String,
    },
}

impl Failure for PipelineArgsError {
    fn code(&self) -> &'static str {
        "PipelineNotSelected"
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            PipelineArgsError::NotSelected { .. } => "name it: --project <organisation>/<project>".to_owned(),
            PipelineArgsError::NoOrganisation { project } => {
                format!("give it: --project <organisation>/{project}, --org or GITOPS_ORG")
            }
            PipelineArgsError::NotAName { .. } => "write <organisation>/<repository>".to_owned(),
        })
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl PipelineArgs {
    /// Whether a flag names the pipeline.
    pub fn names_project(&self) -> bool {
        self.project.is_some()
    }

    /// What of the selected pipelines is asked about.
    pub fn narrowing(&self) -> Narrowing {
        Narrowing {
            environment: self.environment.clone(),
            target: self.target.clone(),
            revision: self.revision.clone(),
        }
    }

    /// The repository that the pipeline is found from.
    ///
    /// # Errors
    /// Nothing selects one, or what does is no repository's name.
    pub async fn start(
        &self,
        session: &Session,
        github: &GithubArgs,
    ) -> Result<PipelineStart, PipelineArgsError> {
        if let Some(project) = &self.project {
            let from = ResolvedFrom::Flag("--project");
            return Ok(PipelineStart::Repository(Resolved { value: self.named(project, session)?, from }));
        }
        const VARIABLE: &str = "GITHUB_REPOSITORY";
        if let Some(text) = session.env_vars.get(VARIABLE) {
            let value = parse(VARIABLE, text)?;
            return Ok(PipelineStart::Repository(Resolved { value, from: ResolvedFrom::EnvVar(VARIABLE) }));
        }
        let access = github.access(session);
        let remote = origin(session).await;
        let value = remote.and_then(|url| RepositoryName::from_url(&url, access.host()));
        let value = value.ok_or_else(|| PipelineArgsError::NotSelected { host: access.host().to_owned() })?;
        Ok(PipelineStart::Repository(Resolved { value, from: ResolvedFrom::GitRemote }))
    }

    /// The repository of the pipeline that a namespace is named after: what else selects one, where its project is that of
    /// the namespace; else the project of the namespace in the organisation that a flag or a variable names.
    pub async fn of_namespace(
        &self,
        session: &Session,
        github: &GithubArgs,
        namespace: &str,
    ) -> Option<Resolved<RepositoryName>> {
        if let Ok(PipelineStart::Repository(found)) = self.start(session, github).await {
            let is = role(&found.value, &BTreeMap::new());
            let source = conventional(&found.value, is, Role::Source).unwrap_or_else(|| found.value.clone());
            let project = source.name().to_ascii_lowercase();
            if namespace.strip_suffix(&project).is_some_and(|environment| environment.ends_with('-')) {
                return Some(found);
            }
        }
        let (_, project) = split_namespace(namespace)?;
        let (organisation, from) = match &self.org {
            Some(organisation) => (organisation.as_str(), ResolvedFrom::Flag("--org")),
            None => (session.env_vars.get(ORGANISATION)?, ResolvedFrom::EnvVar(ORGANISATION)),
        };
        Some(Resolved::new(format!("{organisation}/{project}").parse().ok()?, from))
    }

    fn named(&self, project: &str, session: &Session) -> Result<RepositoryName, PipelineArgsError> {
        if project.contains('/') {
            return parse("--project", project);
        }
        let organisation = self.org.as_deref().or(session.env_vars.get(ORGANISATION));
        let organisation =
            organisation.ok_or_else(|| PipelineArgsError::NoOrganisation { project: project.to_owned() })?;
        parse("--project", &format!("{organisation}/{project}"))
    }
}

fn parse(origin: &'static str, text: &str) -> Result<RepositoryName, PipelineArgsError> {
    text.parse().map_err(|_| PipelineArgsError::NotAName { origin, text: crate::model::harmless(text) })
}

/// The address of the git remote `origin`, as git resolves it; `None` outside of a checkout and without git.
async fn origin(session: &Session) -> Option<String> {
    let asked = tokio::process::Command::new("git")
        .args(["remote", "get-url", "origin"])
        .current_dir(&session.folder)
        .env_clear()
        .envs(session.env_vars.iter())
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = asked.await.ok().filter(|output| output.status.success())?;
    let url = String::from_utf8(output.stdout).ok()?;
    Some(url.trim().to_owned()).filter(|url| !url.is_empty())
}
