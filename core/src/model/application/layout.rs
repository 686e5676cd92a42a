//! Where in the source repository each file of a folder goes.

use super::error::ApplicationError;

/// The chart's place in every source repository.
pub(super) const CHART: &str = "helm";
/// Where the reference application has its code and its Dockerfile.
pub(super) const SERVICE: &str = "services/pipeline";
const TESTS: &str = "tests";

/// How the folders of an application move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The folder of the chart.
    chart: Option<String>,
    /// Whether the code is in a folder of its own, as the reference application has it.
    has_service_folder: bool,
}

impl Layout {
    pub(super) fn new(chart: Option<String>, has_service_folder: bool) -> Self {
        Self { chart, has_service_folder }
    }

    /// The new place of a file, and whether it is one of those that the application is made of: where such a one and
    /// another would have one place, it is what counts.
    pub(super) fn place(&self, path: &str) -> (String, bool) {
        let below = |folder: &str| match folder {
            "" => Some(path),
            _ => path.strip_prefix(folder)?.strip_prefix('/'),
        };
        if let Some(rest) = self.chart.as_deref().and_then(below) {
            return (format!("{CHART}/{rest}"), true);
        }
        match below(SERVICE).filter(|_| self.has_service_folder) {
            Some(rest) => (rest.to_owned(), true),
            None => (path.to_owned(), !self.has_service_folder || below(TESTS).is_some()),
        }
    }
}

/// Refuses a path that no repository takes, or that would leave the folder.
pub(super) fn require_path(path: &str) -> Result<(), ApplicationError> {
    let is_part = |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(char::is_control);
    if path.split('/').all(is_part) && !path.contains('\\') && path.len() <= 1000 {
        return Ok(());
    }
    Err(ApplicationError::Path { path: path.to_owned() })
}
