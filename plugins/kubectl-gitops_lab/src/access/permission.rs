//! Permissions of fine-grained tokens, of apps and of jobs: areas, each read or written.
//!
//! Areas and their spelling are those of `X-Accepted-GitHub-Permissions`; the spelling of workflow files
//! (`pull-requests`) is read as well.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// An area of what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Workflows' runs, and environments as far as they are looked at.
    Actions,
    /// Settings, protection, and whether the repository is there at all.
    Administration,
    /// Statements on where artifacts are from.
    Attestations,
    /// Check runs.
    Checks,
    /// Files, commits, branches and tags.
    Contents,
    /// Deployments.
    Deployments,
    /// Secrets and variables of environments.
    Environments,
    /// Tokens for other services (OpenID Connect).
    #[serde(alias = "id-token")]
    IdToken,
    /// Issues, and what pull requests have in common with them.
    Issues,
    /// Who belongs to an organisation.
    Members,
    /// That there is a repository, and what it is called.
    Metadata,
    /// Packages.
    Packages,
    /// Pull requests.
    #[serde(alias = "pull-requests")]
    PullRequests,
    /// Secrets of repositories.
    Secrets,
    /// Commit statuses.
    Statuses,
    /// Variables of repositories.
    #[serde(alias = "actions_variables")]
    Variables,
    /// Files below `.github/workflows`.
    Workflows,
}

/// How far a permission goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessLevel {
    /// Looking.
    Read,
    /// Changing, too.
    Write,
}

/// One area, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// What it is about.
    pub area: Area,
    /// How far it goes.
    pub level: AccessLevel,
}

/// Everything that is permitted; an area that is not named is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Permissions(BTreeMap<Area, AccessLevel>);

impl Area {
    /// Every area.
    pub const ALL: [Self; 17] = [
        Self::Actions,
        Self::Administration,
        Self::Attestations,
        Self::Checks,
        Self::Contents,
        Self::Deployments,
        Self::Environments,
        Self::IdToken,
        Self::Issues,
        Self::Members,
        Self::Metadata,
        Self::Packages,
        Self::PullRequests,
        Self::Secrets,
        Self::Statuses,
        Self::Variables,
        Self::Workflows,
    ];

    /// As headers name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Administration => "administration",
            Self::Attestations => "attestations",
            Self::Checks => "checks",
            Self::Contents => "contents",
            Self::Deployments => "deployments",
            Self::Environments => "environments",
            Self::IdToken => "id_token",
            Self::Issues => "issues",
            Self::Members => "members",
            Self::Metadata => "metadata",
            Self::Packages => "packages",
            Self::PullRequests => "pull_requests",
            Self::Secrets => "secrets",
            Self::Statuses => "statuses",
            Self::Variables => "actions_variables",
            Self::Workflows => "workflows",
        }
    }

    /// Whether `permissions:` of a job can name it.
    pub const fn is_for_jobs(self) -> bool {
        !matches!(
            self,
            Self::Administration
                | Self::Environments
                | Self::Members
                | Self::Metadata
                | Self::Secrets
                | Self::Variables
                | Self::Workflows
        )
    }

    /// Whether it can be looked at by everybody where the repository is public.
    pub(crate) const fn is_open_in_public(self) -> bool {
        matches!(
            self,
            Self::Actions
                | Self::Checks
                | Self::Contents
                | Self::Deployments
                | Self::Issues
                | Self::Metadata
                | Self::PullRequests
                | Self::Statuses
        )
    }

    /// To look at it.
    pub const fn read(self) -> Permission {
        Permission { area: self, level: AccessLevel::Read }
    }

    /// To change it.
    pub const fn write(self) -> Permission {
        Permission { area: self, level: AccessLevel::Write }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            AccessLevel::Read => "read",
            AccessLevel::Write => "write",
        };
        write!(formatter, "{}={level}", self.area.name())
    }
}

impl Permissions {
    /// Those that are listed.
    pub fn of(permissions: &[Permission]) -> Self {
        let mut all = Self::default();
        permissions.iter().for_each(|permission| all.add(*permission));
        all
    }

    /// The same level in every area.
    pub fn everything(level: AccessLevel) -> Self {
        Self(Area::ALL.into_iter().map(|area| (area, level)).collect())
    }

    /// Adds one; what goes further stays.
    pub(crate) fn add(&mut self, permission: Permission) {
        let level = self.0.entry(permission.area).or_insert(permission.level);
        *level = permission.level.max(*level);
    }

    /// The same without an area.
    pub(crate) fn without(mut self, area: Area) -> Self {
        self.0.remove(&area);
        self
    }

    /// Whether this is permitted.
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.get(&permission.area).is_some_and(|level| *level >= permission.level)
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().map(|(area, level)| Permission { area: *area, level: *level })
    }

    /// Whether nothing is permitted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessLevel, Area, Permissions};

    #[test]
    fn what_may_be_written_may_be_read_and_nothing_else() {
        let permissions = Permissions::of(&[Area::Contents.write(), Area::Issues.read()]);
        assert!(permissions.allow(Area::Contents.read()) && permissions.allow(Area::Contents.write()));
        assert!(permissions.allow(Area::Issues.read()) && !permissions.allow(Area::Issues.write()));
        assert!(!permissions.allow(Area::Metadata.read()));
    }

    #[test]
    fn areas_are_read_as_headers_and_workflow_files_spell_them() {
        for (text, told) in [
            ("{contents: read, pull_requests: write}", "contents=read, pull_requests=write"),
            ("{pull-requests: read, id-token: write}", "id_token=write, pull_requests=read"),
            ("{variables: read}", "actions_variables=read"),
            ("{actions_variables: write}", "actions_variables=write"),
        ] {
            let read: Permissions = serde_saphyr::from_str(text).unwrap();
            let words: Vec<_> = read.each().map(|permission| permission.to_string()).collect();
            assert_eq!(words.join(", "), told, "{text}");
        }
        let unknown = serde_saphyr::from_str::<Permissions>("{wishes: read}").unwrap_err().to_string();
        assert!(unknown.contains("wishes"), "{unknown}");
        assert_eq!(Permissions::everything(AccessLevel::Read).each().count(), Area::ALL.len());
    }
}
