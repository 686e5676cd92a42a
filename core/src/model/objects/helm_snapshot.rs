//! What a Helm release remembers of what was installed: one entry of `status.history`.

use jiff::Timestamp;
use serde_json::Value;

use super::read;

/// A revision of a Helm release that was installed, or tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Counts what Helm did to the release, as `helm history` does.
    pub revision: i64,
    /// `deployed`, `failed`, `superseded`, `uninstalled`, or `pending-…` while an operation goes on or was cut off.
    pub status: String,
    /// The chart's name.
    pub chart: String,
    /// The chart's version.
    pub chart_version: String,
    /// The version of the application, as the chart tells it.
    pub app_version: Option<String>,
    /// The digest of its values.
    pub values: Option<String>,
    /// When this revision was installed last.
    pub deployed: Option<Timestamp>,
    /// The tests that failed.
    pub failed_tests: Vec<String>,
}

impl Snapshot {
    /// Reads one.
    pub(super) fn read(entry: &Value) -> Self {
        let hooks = entry["testHooks"].as_object().into_iter().flatten();
        let failed = hooks.filter(|(_, hook)| hook["phase"] == "Failed");
        Self {
            revision: read::count(entry, "version").unwrap_or_default(),
            status: read::text(entry, "status"),
            chart: read::text(entry, "chartName"),
            chart_version: read::text(entry, "chartVersion"),
            app_version: read::optional(entry, "appVersion"),
            values: read::optional(entry, "configDigest"),
            deployed: read::time(entry, "lastDeployed"),
            failed_tests: failed.map(|(name, _)| crate::model::printable(name)).collect(),
        }
    }

    /// Whether it was installed with success and runs.
    pub fn is_deployed(&self) -> bool {
        self.status == "deployed"
    }

    /// Whether an operation of Helm goes on, or was cut off: no other can begin then.
    pub fn is_pending(&self) -> bool {
        self.status.starts_with("pending-")
    }

    /// `runner 1.4.0`.
    pub fn title(&self) -> String {
        format!("{} {}", self.chart, self.chart_version).trim().to_owned()
    }
}
