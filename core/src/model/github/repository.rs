//! Accounts, repositories, branches, deployment environments, labels and token scopes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::{flag, items, line, optional_line};
use super::{InvalidRepositoryName, RepositoryName};

/// An organisation or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name in addresses.
    pub login: String,
    /// Whether it is an organisation.
    pub is_organization: bool,
}

impl Account {
    /// Reads the document of an account.
    pub fn from_json(value: &Value) -> Self {
        Self { login: line(value, "/login"), is_organization: line(value, "/type") == "Organization" }
    }
}

/// A repository, as far as the flow asks about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its present name; it may have been asked for by a former one.
    pub name: RepositoryName,
    /// The branch that clones begin with.
    pub default_branch: String,
    /// Whether only people with access see it.
    pub is_private: bool,
    /// Whether it can no longer be written to.
    pub is_archived: bool,
    /// Whether the branch of a merged pull request is deleted.
    pub deletes_merged_branches: bool,
    /// What messages of merges are made of, by the setting's name (`merge_commit_title`); none of them where this token
    /// may not push.
    pub merge_messages: BTreeMap<String, String>,
    /// Whether this token may push.
    pub may_push: bool,
    /// Whether this token may change its settings.
    pub may_administer: bool,
    /// Its page.
    pub url: String,
}

impl Repository {
    /// Reads the document of a repository.
    pub fn from_json(value: &Value) -> Result<Self, InvalidRepositoryName> {
        Ok(Self {
            name: line(value, "/full_name").parse()?,
            default_branch: line(value, "/default_branch"),
            is_private: flag(value, "/private"),
            is_archived: flag(value, "/archived"),
            deletes_merged_branches: flag(value, "/delete_branch_on_merge"),
            merge_messages: merge_messages(value),
            may_push: flag(value, "/permissions/push"),
            may_administer: flag(value, "/permissions/admin"),
            url: line(value, "/html_url"),
        })
    }
}

/// The settings of a repository's document that messages of merges are made by.
fn merge_messages(value: &Value) -> BTreeMap<String, String> {
    const SETTINGS: [&str; 4] = [
        "merge_commit_title",
        "merge_commit_message",
        "squash_merge_commit_title",
        "squash_merge_commit_message",
    ];
    let setting = |name: &&str| Some(((*name).to_owned(), value[*name].as_str()?.to_owned()));
    SETTINGS.iter().filter_map(setting).collect()
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
    /// Reads the document of a branch.
    pub fn from_json(value: &Value) -> Self {
        Self {
            name: line(value, "/name"),
            head: line(value, "/commit/sha"),
            is_protected: flag(value, "/protected"),
        }
    }
}

/// A deployment environment of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentEnvironment {
    /// Its name.
    pub name: String,
    /// Whether somebody must approve what runs in it.
    pub has_reviewers: bool,
}

impl DeploymentEnvironment {
    /// Reads the document of an environment.
    pub fn from_json(value: &Value) -> Self {
        let mut rules = items(value, "/protection_rules");
        Self {
            name: line(value, "/name"),
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
    /// Reads the document of a label.
    pub fn from_json(value: &Value) -> Self {
        Self {
            name: line(value, "/name"),
            color: line(value, "/color"),
            description: optional_line(value, "/description"),
        }
    }
}

/// The scopes of a classic token. Fine-grained tokens and those of apps have none, and GitHub does not say what they may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenScopes(Option<Vec<String>>);

impl TokenScopes {
    /// Reads the header `x-oauth-scopes`.
    pub fn from_header(header: Option<&str>) -> Self {
        Self(header.map(|list| {
            list.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        }))
    }

    /// Whether the token certainly lacks a scope. `repo` and `workflow` include nothing of each other.
    pub fn lacks(&self, scope: &str) -> bool {
        self.0.as_ref().is_some_and(|scopes| !scopes.iter().any(|known| known == scope))
    }

    /// The scopes; `None` of a token that is not classic.
    pub fn list(&self) -> Option<&[String]> {
        self.0.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::TokenScopes;

    #[test]
    fn a_token_without_scopes_lacks_nothing_for_certain() {
        assert!(!TokenScopes::from_header(None).lacks("repo"));
        assert!(TokenScopes::from_header(Some("")).lacks("repo"));
        let scopes = TokenScopes::from_header(Some("repo, read:org"));
        assert!(!scopes.lacks("repo") && scopes.lacks("workflow"));
    }
}
