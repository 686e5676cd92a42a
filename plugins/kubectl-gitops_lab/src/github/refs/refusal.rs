//! Why a ref may not move, as the API says it and as git does.

use git2::Oid;

use crate::git::{GitError, RefError};
use crate::github::api::refusal::Refusal;

/// Why a ref did not move.
#[derive(Debug)]
pub(in crate::github) enum RefRefusal {
    /// The repository is archived.
    Archived,
    /// The caller may not write there.
    Forbidden,
    /// A ref that only GitHub moves.
    Hidden,
    /// The default branch stays; its full name.
    DefaultBranch(String),
    /// Branches lead to commits.
    NotCommit { reference: String, object: Oid },
    /// A workflow file that this token may not write.
    Workflow { path: String, is_app: bool },
    /// What the rules of the branch say.
    Protected { reference: String, violations: Vec<String> },
    /// It is not where it was seen, or cannot be where it is to be.
    Unmoved(GitError),
    /// Whatever git says of what it would lead to.
    Unread(git2::Error),
}

impl From<GitError> for RefRefusal {
    fn from(error: GitError) -> Self {
        Self::Unmoved(error)
    }
}

impl From<git2::Error> for RefRefusal {
    fn from(error: git2::Error) -> Self {
        Self::Unread(error)
    }
}

impl RefRefusal {
    /// Whether somebody else was quicker.
    pub(in crate::github) fn is_stale(&self) -> bool {
        let Self::Unmoved(error) = self else { return false };
        matches!(error.of_ref(), Some(RefError::Moved { .. } | RefError::Exists(_) | RefError::Absent(_)))
    }

    /// What git shows behind the ref.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Archived => "This repository was archived so it is read-only.".to_owned(),
            Self::Forbidden => "permission denied".to_owned(),
            Self::Hidden => "deny updating a hidden ref".to_owned(),
            Self::DefaultBranch(reference) => format!("refusing to delete the current branch: {reference}"),
            Self::NotCommit { reference, object } => format!(
                "cannot update ref '{reference}': trying to write non-commit object {object} to branch '{reference}'"
            ),
            Self::Workflow { path, is_app } => workflow(path, *is_app),
            Self::Protected { .. } => "protected branch hook declined".to_owned(),
            Self::Unread(_) => "failed to update ref".to_owned(),
            Self::Unmoved(error) => match error.of_ref() {
                Some(RefError::Git(_)) | None => "failed to update ref".to_owned(),
                Some(error) => error.to_string(),
            },
        }
    }

    /// What git shows behind `remote:`.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Protected { reference, violations } => {
                let told: String = violations.iter().map(|violation| format!("\n- {violation}\n")).collect();
                format!("error: GH006: Protected branch update failed for {reference}.\n{told}")
            }
            Self::DefaultBranch(_) | Self::NotCommit { .. } | Self::Unmoved(_) => {
                format!("error: {}\n", self.reason())
            }
            _ => String::new(),
        }
    }
}

impl From<RefRefusal> for Refusal {
    fn from(refusal: RefRefusal) -> Self {
        match refusal {
            RefRefusal::Archived => Self::forbidden("Repository was archived so is read-only."),
            RefRefusal::Forbidden => Self::not_found(),
            RefRefusal::Hidden | RefRefusal::NotCommit { .. } => {
                Self::unprocessable("Reference update failed")
            }
            RefRefusal::DefaultBranch(_) => Self::unprocessable("Cannot delete the default branch"),
            RefRefusal::Workflow { path, is_app } => Self::unprocessable(workflow(&path, is_app)),
            // GitHub tells one at a time here.
            RefRefusal::Protected { violations, .. } => {
                Self::unprocessable(violations.into_iter().next().unwrap_or_default())
            }
            RefRefusal::Unread(error) => error.into(),
            RefRefusal::Unmoved(error) => match error.of_ref() {
                Some(RefError::Exists(_)) => Self::unprocessable("Reference already exists"),
                Some(RefError::Absent(_)) => Self::unprocessable("Reference does not exist"),
                Some(RefError::Moved { .. }) => Self::unprocessable("Update is not a fast forward"),
                Some(RefError::Name(_) | RefError::Taken { .. }) => {
                    Self::unprocessable("Reference update failed")
                }
                Some(RefError::Git(_)) | None => error.into(),
            },
        }
    }
}

fn workflow(path: &str, is_app: bool) -> String {
    let (who, what) = match is_app {
        true => ("GitHub App", "`workflows` permission"),
        false => ("Personal Access Token", "`workflow` scope"),
    };
    format!("refusing to allow a {who} to create or update workflow `{path}` without {what}")
}

#[cfg(test)]
mod tests {
    use super::RefRefusal;

    #[test]
    fn git_shows_what_github_says_of_a_protected_branch() {
        let refusal = RefRefusal::Protected {
            reference: "refs/heads/main".into(),
            violations: vec!["Changes must be made through a pull request.".into(), "No.".into()],
        };
        assert_eq!(refusal.reason(), "protected branch hook declined");
        assert_eq!(
            refusal.message(),
            "error: GH006: Protected branch update failed for refs/heads/main.\n\n\
             - Changes must be made through a pull request.\n\n- No.\n"
        );
    }
}
