//! What each route needs, as data: who may come, the role that a person must have, and the permissions or scopes
//! that their token must have beside it.
//!
//! Permissions are those of GitHub's pages "Permissions required for fine-grained personal access tokens" and
//! "… for GitHub Apps"; scopes are those that `X-Accepted-OAuth-Scopes` was recorded to name. Where both pages and
//! the service differ, the service is right: environments are made with `administration`, not `environments`.

use crate::access::{Area, Permission, Role};

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::github) enum Audience {
    /// Whoever sees what it is about.
    Anybody,
    /// Who shows a token.
    Somebody,
    /// A person who shows a token: an app or a job has nothing of its own.
    Person,
}

/// What a person is told whose role does not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::github) enum RoleRefusal {
    NotFound,
    MustAdminister,
}

/// Permissions all of which are needed together.
pub(in crate::github) type PermissionSet = &'static [Permission];

/// What a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::github) struct Needs {
    pub(in crate::github) audience: Audience,
    /// The least role in the repository.
    pub(in crate::github) role: Role,
    pub(in crate::github) refusal: RoleRefusal,
    /// Sets, of which one suffices. None are needed where there is no set.
    pub(in crate::github) permissions: &'static [PermissionSet],
    /// Scopes, one of which a classic token needs; the header names them.
    pub(in crate::github) scopes: &'static str,
}

/// What the header says of routes that need no permission.
const PERMISSIONLESS: &str = "allows_permissionless_access=true";

const ORGANIZATION: &str = "admin:org, read:org, repo, user, write:org";

impl Needs {
    const BASE: Self = Self {
        audience: Audience::Anybody,
        role: Role::Read,
        refusal: RoleRefusal::NotFound,
        permissions: &[],
        scopes: "",
    };
    const PUSH: Self = Self { role: Role::Write, ..Self::BASE };
    /// Who may not is told what administrators are told.
    const OPERATE: Self = Self { refusal: RoleRefusal::MustAdminister, ..Self::PUSH };
    const ADMIN: Self = Self { role: Role::Admin, ..Self::OPERATE };

    pub(in crate::github) const NOTHING: Self = Self::BASE;
    pub(in crate::github) const PERSON: Self = Self { audience: Audience::Person, ..Self::BASE };
    pub(in crate::github) const ORGANIZATION: Self = Self { scopes: ORGANIZATION, ..Self::BASE };
    pub(in crate::github) const MEMBERSHIP: Self =
        Self { permissions: &[&[Area::Members.read()]], scopes: ORGANIZATION, ..Self::PERSON };

    pub(in crate::github) const READ_REPOSITORY: Self = Self {
        scopes: "admin:repo_hook, delete_repo, read:repo_hook, repo, repo:status, repo_deployment, \
                 security_events, write:repo_hook",
        ..Self::READ_METADATA
    };
    pub(in crate::github) const READ_METADATA: Self =
        Self { permissions: &[&[Area::Metadata.read()]], ..Self::BASE };
    pub(in crate::github) const LIST_OWN_REPOSITORIES: Self =
        Self { audience: Audience::Person, ..Self::READ_METADATA };
    /// In an organisation.
    pub(in crate::github) const CREATE_REPOSITORY: Self = Self {
        audience: Audience::Somebody,
        permissions: &[&[Area::Administration.write()]],
        scopes: "public_repo, repo",
        ..Self::BASE
    };
    pub(in crate::github) const CREATE_OWN_REPOSITORY: Self =
        Self { audience: Audience::Person, ..Self::CREATE_REPOSITORY };
    pub(in crate::github) const CHANGE_REPOSITORY: Self = Self { scopes: "repo", ..Self::ADMINISTER };
    pub(in crate::github) const DELETE_REPOSITORY: Self = Self { scopes: "delete_repo", ..Self::ADMINISTER };
    pub(in crate::github) const READ_SETTINGS: Self =
        Self { permissions: &[&[Area::Administration.read()]], ..Self::ADMIN };
    pub(in crate::github) const ADMINISTER: Self =
        Self { permissions: &[&[Area::Administration.write()]], ..Self::ADMIN };

    pub(in crate::github) const READ_CONTENTS: Self =
        Self { permissions: &[&[Area::Contents.read()]], scopes: "repo", ..Self::BASE };
    pub(in crate::github) const READ_BRANCHES: Self = Self { scopes: "", ..Self::READ_CONTENTS };
    pub(in crate::github) const WRITE_CONTENTS: Self =
        Self { permissions: &[&[Area::Contents.write()]], scopes: "repo", ..Self::PUSH };
    /// A ref can lead to other workflows; then they are needed as well.
    pub(in crate::github) const WRITE_REFS: Self = Self {
        permissions: &[&[Area::Contents.write()], &[Area::Contents.write(), Area::Workflows.write()]],
        ..Self::WRITE_CONTENTS
    };
    pub(in crate::github) const MERGE: Self = Self { scopes: "", ..Self::WRITE_CONTENTS };

    pub(in crate::github) const READ_STATUSES: Self =
        Self { permissions: &[&[Area::Statuses.read()]], scopes: "repo, repo:status", ..Self::BASE };
    pub(in crate::github) const WRITE_STATUSES: Self =
        Self { permissions: &[&[Area::Statuses.write()]], scopes: "repo, repo:status", ..Self::PUSH };
    pub(in crate::github) const READ_CHECKS: Self =
        Self { permissions: &[&[Area::Checks.read()]], ..Self::BASE };

    pub(in crate::github) const READ_PULLS: Self =
        Self { permissions: &[&[Area::PullRequests.read()]], ..Self::BASE };
    pub(in crate::github) const READ_PULL: Self =
        Self { permissions: &[&[Area::PullRequests.read()], &[Area::Contents.read()]], ..Self::READ_PULLS };
    pub(in crate::github) const WRITE_PULLS: Self =
        Self { permissions: &[&[Area::PullRequests.write()]], ..Self::PUSH };
    /// Who may look may have an opinion.
    pub(in crate::github) const REVIEW: Self = Self { role: Role::Read, ..Self::WRITE_PULLS };
    pub(in crate::github) const DELETE_REVIEW: Self = Self { scopes: "public_repo, repo", ..Self::REVIEW };
    pub(in crate::github) const DISMISS_REVIEW: Self =
        Self { role: Role::Admin, refusal: RoleRefusal::MustAdminister, ..Self::WRITE_PULLS };

    pub(in crate::github) const READ_ISSUE: Self =
        Self { permissions: &[&[Area::Issues.read()]], scopes: "repo", ..Self::BASE };
    pub(in crate::github) const READ_DISCUSSION: Self =
        Self { permissions: &[&[Area::Issues.read()], &[Area::PullRequests.read()]], ..Self::READ_ISSUE };
    pub(in crate::github) const COMMENT: Self = Self {
        permissions: &[&[Area::Issues.write()], &[Area::PullRequests.write()]],
        ..Self::READ_DISCUSSION
    };
    pub(in crate::github) const LABEL: Self = Self { role: Role::Triage, ..Self::COMMENT };
    pub(in crate::github) const WRITE_LABELS: Self = Self { role: Role::Write, ..Self::COMMENT };

    pub(in crate::github) const READ_ACTIONS: Self =
        Self { permissions: &[&[Area::Actions.read()]], ..Self::BASE };
    pub(in crate::github) const WRITE_ACTIONS: Self =
        Self { permissions: &[&[Area::Actions.write()]], ..Self::OPERATE };
    /// Whether the caller is asked to review, the environment says.
    pub(in crate::github) const REVIEW_DEPLOYMENTS: Self =
        Self { permissions: &[&[Area::Deployments.write()]], ..Self::BASE };
    pub(in crate::github) const DISPATCH: Self = Self { scopes: "", ..Self::WRITE_CONTENTS };
    pub(in crate::github) const READ_SECRETS: Self =
        Self { permissions: &[&[Area::Secrets.read()]], ..Self::PUSH };
    pub(in crate::github) const WRITE_SECRETS: Self =
        Self { permissions: &[&[Area::Secrets.write()]], ..Self::PUSH };
    pub(in crate::github) const READ_VARIABLES: Self =
        Self { permissions: &[&[Area::Variables.read()]], ..Self::PUSH };
    pub(in crate::github) const WRITE_VARIABLES: Self =
        Self { permissions: &[&[Area::Variables.write()]], ..Self::PUSH };
    /// Secrets and variables of an environment.
    pub(in crate::github) const READ_ENVIRONMENT: Self =
        Self { permissions: &[&[Area::Environments.read()]], ..Self::PUSH };
    pub(in crate::github) const WRITE_ENVIRONMENT: Self =
        Self { permissions: &[&[Area::Environments.write()]], ..Self::PUSH };

    /// As `X-Accepted-GitHub-Permissions` says it: what stands between commas is needed together, and of what
    /// stands between semicolons one suffices.
    pub(in crate::github) fn header(&self) -> String {
        if self.permissions.is_empty() {
            return PERMISSIONLESS.to_owned();
        }
        let set = |set: &PermissionSet| {
            set.iter().map(|permission| permission.to_string()).collect::<Vec<_>>().join(",")
        };
        self.permissions.iter().map(set).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::Needs;

    #[test]
    fn the_header_tells_what_goes_together_and_what_suffices() {
        for (needs, header) in [
            (Needs::NOTHING, "allows_permissionless_access=true"),
            (Needs::MERGE, "contents=write"),
            (Needs::LABEL, "issues=write; pull_requests=write"),
            (Needs::WRITE_REFS, "contents=write; contents=write,workflows=write"),
            (Needs::READ_VARIABLES, "actions_variables=read"),
        ] {
            assert_eq!(needs.header(), header);
        }
    }
}
