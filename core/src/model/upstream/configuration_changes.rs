//! What changed in an environment's configuration since the commit that was rendered.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::github::{Comparison, MOST_COMPARED_FILES};

/// The name of the files that are rendered; a change of others changes nothing.
const VALUES: &str = "values.yaml";

/// Changes of values that are not rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationChanges {
    /// Commits of the branch that were not rendered.
    pub commits: u64,
    /// The files with values that they change.
    pub values: Vec<String>,
    /// Whether they change more files than GitHub lists, so that there may be more of them.
    pub is_cut: bool,
    /// When the oldest of the commits was made.
    pub oldest: Option<Timestamp>,
}

impl ConfigurationChanges {
    /// Reads the comparison of the rendered commit with the branch.
    pub fn of(comparison: &Comparison) -> Self {
        let is_values = |path: &&String| path.rsplit('/').next() == Some(VALUES);
        Self {
            commits: comparison.ahead,
            values: comparison.files.iter().filter(is_values).cloned().collect(),
            is_cut: comparison.files.len() >= MOST_COMPARED_FILES,
            oldest: comparison.oldest,
        }
    }

    /// Whether what is rendered is not what the branch holds.
    pub fn is_newer(&self) -> bool {
        self.commits > 0 && !self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_values_count() {
        for (ahead, files, is_newer) in [
            (1, vec!["hello/values.yaml"], true),
            (2, vec!["README.md", "values.yaml"], true),
            (1, vec!["README.md", "hello/values.yaml.bak", "my-values.yaml"], false),
            (0, vec!["hello/values.yaml"], false),
            (1, vec![], false),
        ] {
            let files: Vec<_> = files.iter().map(|name| json!({"filename": name})).collect();
            let comparison = Comparison::from_json(&json!({"ahead_by": ahead, "files": files}));
            assert_eq!(ConfigurationChanges::of(&comparison).is_newer(), is_newer, "{comparison:?}");
        }
    }
}
