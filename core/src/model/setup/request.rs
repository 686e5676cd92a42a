//! What somebody asks of set-up.

use std::collections::{BTreeMap, BTreeSet};

use super::CredentialRole;
use crate::model::application::Application;
use crate::model::azure::ArcCluster;
use crate::model::pipeline::{Project, Role};

/// A pipeline that is to be.
#[derive(Clone, Debug)]
pub struct SetupRequest {
    /// The repositories.
    pub project: Project,
    /// The environments, in the order of promotion; at least one.
    pub environments: Vec<String>,
    /// The folder of the configs and gitops repositories that is delivered.
    pub target: String,
    /// The clusters.
    pub clusters: Vec<SetupCluster>,
    /// Who sees repositories that are created.
    pub visibility: Visibility,
    /// Whether Flux is left alone: neither its extension nor configurations are made.
    pub skips_flux: bool,
    /// Whether what a person has changed is replaced.
    pub overwrites: bool,
    /// The address that git addresses begin with: `https://github.com`.
    pub server: String,
    /// The host of container images: `ghcr.io`.
    pub registry: String,
    /// The application, which the source repository gets where it has no chart yet.
    pub application: Application,
    /// Workflow files, by the role of their repository and by path.
    pub workflows: BTreeMap<(Role, String), String>,
    /// The roles that a credential of its own was given for.
    pub credentials: BTreeSet<CredentialRole>,
    /// Whether a service principal for the workflows was given (`AZURE_CREDENTIALS_SP`).
    pub has_service_principal: bool,
}

/// A cluster that environments are delivered to.
#[derive(Clone, Debug)]
pub struct SetupCluster {
    /// Which one.
    pub arc: ArcCluster,
    /// Its environments, in the order of the chain.
    pub environments: Vec<String>,
}

/// Who sees a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Who has access.
    #[default]
    Private,
    /// Everybody in the enterprise.
    Internal,
}

impl Visibility {
    /// As the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Internal => "internal",
        }
    }
}

impl SetupRequest {
    /// The address that clusters fetch from.
    pub fn gitops_url(&self) -> String {
        format!("{}/{}", self.server.trim_end_matches('/'), self.project.gitops)
    }

    /// How many Flux configurations it asks for.
    pub fn configuration_count(&self) -> usize {
        self.clusters.iter().map(|cluster| cluster.environments.len()).sum()
    }

    /// The environment after this one; `None` of the last.
    pub fn next(&self, environment: &str) -> Option<&str> {
        let mut rest = self.environments.iter().skip_while(|name| *name != environment);
        rest.nth(1).map(String::as_str)
    }
}
