//! What is known of repositories beside Azure: how they are called, where their branches are, and which version a commit is.

use std::collections::BTreeMap;

use super::{BranchKnowledge, FleetReport};
use crate::model::github::RepositoryName;
use crate::model::is_same_repository;

/// What GitHub told, as far as it was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetKnowledge {
    /// The newest commit of a branch of a repository on the configured GitHub.
    pub heads: BTreeMap<(RepositoryName, String), String>,
    /// The version that a commit of a gitops repository is of.
    pub versions: BTreeMap<(RepositoryName, String), String>,
    /// The host of the configured GitHub.
    pub host: String,
}

impl FleetKnowledge {
    /// The repository of an address, where it is on the configured GitHub.
    pub fn repository(&self, url: &str) -> Option<RepositoryName> {
        RepositoryName::from_url(url, &self.host)
    }

    /// The newest commit of a branch.
    pub fn head(&self, url: &str, branch: Option<&str>) -> Option<&str> {
        self.heads.get(&(self.repository(url)?, branch?.to_owned())).map(String::as_str)
    }

    /// What is known of the branch that a configuration follows.
    pub fn branch(&self, report: &FleetReport) -> BranchKnowledge<'_> {
        BranchKnowledge {
            head: self.head(&report.url, report.branch.as_deref()),
            is_tracked: self.version(&report.url, report.commit.as_deref()).is_some(),
        }
    }

    /// The version of a commit.
    pub fn version(&self, url: &str, commit: Option<&str>) -> Option<&str> {
        self.versions.get(&(self.repository(url)?, commit?.to_owned())).map(String::as_str)
    }

    /// What a repository is called in an answer: `contoso/hello-gitops`, else its address. Spellings of one have one name.
    pub fn name(&self, url: &str, known: &[String]) -> String {
        if let Some(repository) = self.repository(url) {
            return repository.to_string().to_lowercase();
        }
        let same = known.iter().find(|other| is_same_repository(other, url));
        same.cloned().unwrap_or_else(|| url.to_owned())
    }
}
