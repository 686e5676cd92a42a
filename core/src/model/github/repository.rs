//! Accounts, repositories, branches, environments.

use serde_json::Value;

use super::{NameError, RepositoryName, flag, maybe, text};

/// An organisation or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name in addresses.
    pub login: String,
    /// Whether it is an organisation.
    pub is_organization: bool,
}

impl Account {
    /// Reads an account.
    pub fn read(value: &Value) -> Self {
        Self { login: text(value, "/login"), is_organization: text(value, "/type") == "Organization" }
    }
}

/// A repository, as far as the flow asks about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its name today, whatever name it was asked for by.
    pub name: RepositoryName,
    /// The branch that clones begin with.
    pub default_branch: String,
    /// Whether others cannot see it.
    pub is_private: bool,
    /// Whether it can no longer be written to.
    pub is_archived: bool,
    /// Whether a merged pull request's branch goes by itself.
    pub deletes_merged_branches: bool,
    /// Whether this token may push.
    pub may_push: bool,
    /// Whether this token may change its settings.
    pub may_administer: bool,
    /// Its page.
    pub url: String,
}

impl Repository {
    /// Reads a repository.
    pub fn read(value: &Value) -> Result<Self, NameError> {
        Ok(Self {
            name: text(value, "/full_name").parse()?,
            default_branch: text(value, "/default_branch"),
            is_private: flag(value, "/private"),
            is_archived: flag(value, "/archived"),
            deletes_merged_branches: flag(value, "/delete_branch_on_merge"),
            may_push: flag(value, "/permissions/push"),
            may_administer: flag(value, "/permissions/admin"),
            url: text(value, "/html_url"),
        })
    }
}

/// A branch and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// Its newest commit.
    pub head: String,
    /// Whether rules protect it.
    pub is_protected: bool,
}

impl Branch {
    /// Reads a branch.
    pub fn read(value: &Value) -> Self {
        Self {
            name: text(value, "/name"),
            head: text(value, "/commit/sha"),
            is_protected: flag(value, "/protected"),
        }
    }
}

/// An environment of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Whether somebody must approve what runs in it.
    pub has_reviewers: bool,
}

impl Environment {
    /// Reads an environment.
    pub fn read(value: &Value) -> Self {
        let mut rules = super::items(value, "/protection_rules");
        Self {
            name: text(value, "/name"),
            has_reviewers: rules.any(|rule| rule["type"] == "required_reviewers"),
        }
    }
}

/// A label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: String,
    /// Six hexadecimal digits.
    pub color: String,
    /// What it is for.
    pub description: Option<String>,
}

impl Label {
    /// Reads a label.
    pub fn read(value: &Value) -> Self {
        Self {
            name: text(value, "/name"),
            color: text(value, "/color"),
            description: maybe(value, "/description"),
        }
    }
}

/// What a classic token may do; nothing is known of the others, which have no scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Option<Vec<String>>);

impl Scopes {
    /// Reads the header `x-oauth-scopes`.
    pub fn read(header: Option<&str>) -> Self {
        Self(header.map(|list| {
            list.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        }))
    }

    /// Whether the token certainly lacks a scope. `repo` and `workflow` include nothing of each other.
    pub fn lacks(&self, scope: &str) -> bool {
        self.0.as_ref().is_some_and(|scopes| !scopes.iter().any(|one| one == scope))
    }

    /// The scopes, where the token has any notion of them.
    pub fn list(&self) -> Option<&[String]> {
        self.0.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::Scopes;

    #[test]
    fn a_token_without_scopes_lacks_nothing_for_certain() {
        assert!(!Scopes::read(None).lacks("repo"));
        assert!(Scopes::read(Some("")).lacks("repo"));
        let scopes = Scopes::read(Some("repo, read:org"));
        assert!(!scopes.lacks("repo") && scopes.lacks("workflow"));
    }
}
