//! What a person wants of a cleanup besides the project.

use super::super::shell_word;

/// What is kept, and what is done although it would be refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanupOptions {
    /// Whether repositories stay.
    pub keeps_repositories: bool,
    /// Whether what runs stays, with its namespaces.
    pub keeps_workloads: bool,
    /// Whether clusters that were not named lose their configurations of the project, too.
    pub has_all_clusters: bool,
    /// Whether Azure forgets configurations without waiting for their clusters.
    pub is_delete_forced: bool,
    /// Whether what holds a namespace that is being deleted is freed.
    pub frees_stuck: bool,
    /// Whether what does not look like the project's is deleted, too.
    pub is_forced: bool,
    /// The command as it was typed, in a spelling that a shell reads back: for remedies that repeat it with one flag more.
    pub command: String,
}

impl CleanupOptions {
    /// The command with one flag more.
    pub fn with_flag(&self, flag: &str) -> String {
        format!("{} {flag}", self.command)
    }

    /// The command with a flag and its value more.
    pub fn with_value(&self, flag: &str, value: &str) -> String {
        format!("{} {flag} {}", self.command, shell_word(value))
    }
}
