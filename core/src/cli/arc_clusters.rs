//! Flags that name the clusters of a project: those of Azure Arc that its environments are delivered to.

use super::Session;
use crate::flow::DeliverySelection;
use crate::model::argument::valid_subject;
use crate::model::github::RepositoryName;
use crate::model::pipeline::{ClusterArgument, Project, is_resource_group};
use crate::model::{Exit, Failure, harmless};

/// The variable with the organisation that owns the repositories.
const ORGANIZATION: &str = "GITOPS_ORG";

/// Which project.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pipeline")]
pub struct ProjectArgs {
    /// Organisation, or user, that owns the repositories [default: GITOPS_ORG]
    #[arg(long, value_name = "ORG")]
    org: Option<String>,
    /// Project: the name of the source repository, with its organisation where --org does not give it
    #[arg(long, value_name = "[ORG/]PROJECT")]
    project: String,
}

/// Which clusters of Azure Arc.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Azure")]
pub struct ArcClusterArgs {
    /// Cluster of Azure Arc, of every environment or of one, and the context that reaches it; may be repeated
    /// [default: the cluster that the current context is]
    #[arg(long, value_name = "[ENV=][GROUP/]CLUSTER[@CONTEXT]")]
    cluster: Vec<ClusterArgument>,
    /// Resource group of clusters that are named without one [default: that of the cluster that the context is]
    #[arg(long, visible_alias = "rg", value_name = "GROUP", value_parser = resource_group)]
    resource_group: Option<String>,
    /// Subscription of the clusters, by its id [default: that of the cluster that the context is]
    #[arg(long, value_name = "SUBSCRIPTION", value_parser = subscription)]
    subscription: Option<String>,
    /// Kubeconfig context of clusters that are named without one [default: the current context]
    #[arg(long, value_name = "CONTEXT", help_heading = "Cluster")]
    context: Option<String>,
}

/// Why no project is selected.
#[derive(Debug, thiserror::Error)]
pub enum ProjectArgsError {
    /// A project without its organisation.
    #[error("project {project} has no organisation")]
    NoOrganization {
        /// The project.
        project: String,
    },
    /// The organisation is given twice, differently.
    #[error("--project {project} names another organisation than --org {org}")]
    TwoOrganizations {
        /// The project, with its organisation.
        project: String,
        /// The organisation.
        org: String,
    },
    /// It is no repository's name.
    #[error("{text} is not the name of a repository on GitHub")]
    NotAName {
        /// What was given.
        text: String,
    },
}

impl Failure for ProjectArgsError {
    fn code(&self) -> &'static str {
        "ProjectInvalid"
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ProjectArgsError::NoOrganization { project } => {
                let project = valid_subject(project, "'<project>'");
                format!("give it: --org '<organisation>' --project {project}, or GITOPS_ORG")
            }
            ProjectArgsError::TwoOrganizations { .. } => "give it once".to_owned(),
            ProjectArgsError::NotAName { .. } => {
                "write --org '<organisation>' --project '<project>', of letters, digits and '-'".to_owned()
            }
        })
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl ProjectArgs {
    /// The project.
    ///
    /// # Errors
    /// It has no organisation, or a name that no repository has.
    pub fn project(&self, session: &Session) -> Result<Project, ProjectArgsError> {
        let (organization, name) = match (self.project.split_once('/'), &self.org) {
            (Some((organization, _)), Some(org)) if !org.eq_ignore_ascii_case(organization) => {
                let (project, org) = (harmless(&self.project), harmless(org));
                return Err(ProjectArgsError::TwoOrganizations { project, org });
            }
            (Some((organization, name)), _) => (organization, name),
            (None, Some(org)) => (org.as_str(), self.project.as_str()),
            (None, None) => {
                let missing = || ProjectArgsError::NoOrganization { project: harmless(&self.project) };
                (session.env_vars.get(ORGANIZATION).ok_or_else(missing)?, self.project.as_str())
            }
        };
        let invalid = |_| ProjectArgsError::NotAName { text: harmless(&format!("{organization}/{name}")) };
        let _: RepositoryName = format!("{organization}/{name}").parse().map_err(invalid)?;
        Project::new(organization, name).map_err(invalid)
    }
}

impl ArcClusterArgs {
    /// The clusters that are named.
    pub fn selection(&self) -> DeliverySelection {
        DeliverySelection {
            clusters: self.cluster.clone(),
            resource_group: self.resource_group.clone(),
            subscription: self.subscription.clone(),
            context: self.context.clone(),
        }
    }
}

fn resource_group(text: &str) -> Result<String, String> {
    let refusal = "a resource group's name is 1 to 90 letters, digits and any of '.', '_', '-', '(', ')'";
    is_resource_group(text).then(|| text.to_owned()).ok_or_else(|| refusal.to_owned())
}

fn subscription(text: &str) -> Result<String, String> {
    let is_id = text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let refusal = "a subscription's id is a UUID; list them: az account list -o table";
    is_id.then(|| text.to_owned()).ok_or_else(|| refusal.to_owned())
}
