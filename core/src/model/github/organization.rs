//! An organisation and what it allows.

use serde_json::Value;

use super::fields::{flag, line, optional_line};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The name in addresses.
    pub login: String,
    /// Its plan: `free`, `team`, `enterprise`. Told to its owners alone.
    pub plan: Option<String>,
    /// Whether members may create repositories, as far as that is told.
    pub lets_members_create: Option<bool>,
}

impl Organization {
    /// Reads the document of an organisation.
    pub fn from_json(value: &Value) -> Self {
        Self {
            login: line(value, "/login"),
            plan: optional_line(value, "/plan/name"),
            lets_members_create: value["members_can_create_repositories"].as_bool(),
        }
    }
}

/// What somebody is in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Whether the invitation was taken.
    pub is_active: bool,
    /// Whether it is an owner.
    pub is_owner: bool,
}

impl Membership {
    /// Reads the document of a membership.
    pub fn from_json(value: &Value) -> Self {
        Self { is_active: value["state"] == "active", is_owner: value["role"] == "admin" }
    }
}

/// Which workflows an organisation lets run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionsPolicy {
    /// In which repositories: `all`, `selected`, `none`.
    pub repositories: String,
    /// Which actions: `all`, `local_only`, `selected`; `None` where no workflow runs.
    pub actions: Option<String>,
    /// Whether actions must be pinned to a commit.
    pub requires_pins: bool,
}

impl ActionsPolicy {
    /// Reads the document of a policy.
    pub fn from_json(value: &Value) -> Self {
        Self {
            repositories: line(value, "/enabled_repositories"),
            actions: optional_line(value, "/allowed_actions"),
            requires_pins: flag(value, "/sha_pinning_required"),
        }
    }
}

/// A package of container images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPackage {
    /// Its name, without the owner: `hello/hello`.
    pub name: String,
    /// The repository that it belongs to, `owner/name`; `None` where that was deleted, or never was.
    pub repository: Option<String>,
    /// Its page.
    pub url: String,
}

impl ContainerPackage {
    /// Reads the document of a package.
    pub fn from_json(value: &Value) -> Self {
        Self {
            name: line(value, "/name"),
            repository: optional_line(value, "/repository/full_name"),
            url: line(value, "/html_url"),
        }
    }
}
