//! What a credential is for. Each role needs less than the one that set-up itself is run with, which may create
//! repositories; a role that nobody gave falls back to a wider one.

use std::fmt;

/// The use of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialRole {
    /// Of whoever runs set-up: administration of the repositories.
    Bootstrap,
    /// Of workflows of the configs and gitops repositories, which start workflows of the source repository.
    Source,
    /// Of workflows of the source repository, which open pull requests in the gitops repository.
    Delivery,
    /// Of the clusters, which fetch the gitops repository.
    GitPull,
    /// Of the clusters, which pull container images.
    ImagePull,
}

impl CredentialRole {
    /// All roles that fall back to another.
    pub const GIVEN: [CredentialRole; 4] = [Self::Source, Self::Delivery, Self::GitPull, Self::ImagePull];

    /// The environment variable that gives it.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Bootstrap => "GITOPS_GITHUB_TOKEN",
            Self::Source => "GITOPS_SOURCE_TOKEN",
            Self::Delivery => "GITOPS_DELIVERY_TOKEN",
            Self::GitPull => "GITOPS_PULL_TOKEN",
            Self::ImagePull => "GITOPS_IMAGE_PULL_TOKEN",
        }
    }

    /// What it has to be able to do, and no more.
    pub fn needs(self) -> &'static str {
        match self {
            Self::Bootstrap => "administration of the repositories",
            Self::Source => {
                "Actions and Commit statuses: write, of the source repository; Contents: read, of the others"
            }
            Self::Delivery => {
                "Contents and Pull requests: write, of the gitops repository; Contents: read, of configs"
            }
            Self::GitPull => "Contents: read, of the gitops repository",
            Self::ImagePull => "read:packages, of a classic token",
        }
    }

    /// Where it is kept, which is where it leaks from.
    pub fn place(self) -> &'static str {
        match self {
            Self::Bootstrap => "this machine",
            Self::Source => "secrets of the configs and gitops repositories",
            Self::Delivery => "a secret of the source repository",
            Self::GitPull | Self::ImagePull => "every cluster",
        }
    }
}

impl fmt::Display for CredentialRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Bootstrap => "bootstrap",
            Self::Source => "source",
            Self::Delivery => "delivery",
            Self::GitPull => "git pull",
            Self::ImagePull => "image pull",
        })
    }
}
