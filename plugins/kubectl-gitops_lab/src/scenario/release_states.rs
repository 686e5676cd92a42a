//! The states in which helm-controller leaves a release, as it writes them into its status.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::releases::Release;

/// How a release stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReleaseState {
    /// It is installed, or upgraded.
    #[default]
    Deployed,
    /// It is installed for the first time.
    Installing,
    /// It is upgraded.
    Upgrading,
    /// The last attempt failed, and is made again.
    Failed,
    /// The last attempt failed, and no other is made.
    Stalled,
    /// An upgrade failed, and there is nothing to roll back to.
    NoRollbackTarget,
    /// An upgrade failed, and the version before was put back.
    RolledBack,
    /// Helm was ended in the middle, and its lock stays.
    Pending,
    /// It is installed, and its tests failed.
    TestFailed,
    /// Nothing is done to it.
    Suspended,
    /// Its chart is not there.
    ChartNotReady,
    /// Values that it refers to are not there.
    ValuesMissing,
    /// Another release that it depends on is not ready.
    DependencyNotReady,
}

/// Type, status, reason and message of a condition.
type Condition = (&'static str, &'static str, &'static str, String);

impl ReleaseState {
    /// The status of a release in this state since `now`.
    pub(super) fn status(self, release: &Release, entries: &[Value], now: Timestamp) -> Value {
        let conditions = self.conditions(release).into_iter().map(|(kind, status, reason, message)| {
            json!({
                "type": kind, "status": status, "reason": reason, "message": message,
                "observedGeneration": 1, "lastTransitionTime": time(now),
            })
        });
        let conditions: Vec<Value> = conditions.collect();
        let history = self.history(release, now);
        let mut status = json!({"conditions": conditions, "observedGeneration": 1});
        if !history.is_empty() {
            let action = if release.version > 1 { "upgrade" } else { "install" };
            status["history"] = json!(history);
            status["storageNamespace"] = json!(release.namespace);
            status["lastAttemptedReleaseAction"] = json!(action);
            status["inventory"] = json!({"entries": entries});
        }
        if !matches!(self, Self::ChartNotReady | Self::DependencyNotReady) {
            status["lastAttemptedGeneration"] = json!(1);
            status["lastAttemptedRevision"] = json!(release.chart.version);
        }
        if matches!(self, Self::Failed | Self::Stalled | Self::NoRollbackTarget | Self::RolledBack) {
            let failures = if release.version > 1 { "upgradeFailures" } else { "installFailures" };
            status["failures"] = json!(1);
            status[failures] = json!(1);
        }
        if let Some(source) = release.source.as_ref().filter(|source| source.kind != "OCIRepository") {
            status["helmChart"] =
                json!(format!("{}/{}-{}", source.namespace, release.namespace, release.name));
        }
        status
    }

    fn conditions(self, release: &Release) -> Vec<Condition> {
        let is_upgrade = release.version > 1;
        let (name, chart) = release.names(release.version);
        let action = if is_upgrade { "upgrade" } else { "install" };
        let (succeeded, failed) = match is_upgrade {
            true => ("UpgradeSucceeded", "UpgradeFailed"),
            false => ("InstallSucceeded", "InstallFailed"),
        };
        let success = format!("Helm {action} succeeded for release {name} with chart {chart}");
        let why = |usual: &str| release.message.clone().unwrap_or_else(|| usual.to_owned());
        let short = name.rsplit_once('.').map_or(name.as_str(), |(short, _)| short);
        let failure = format!(
            "Helm {action} failed for release {short} with chart {chart}: {}",
            why("context deadline exceeded")
        );
        let released = ("Released", "True", succeeded, success.clone());
        let unreleased = ("Released", "False", failed, failure.clone());
        let not_ready = ("Ready", "False", failed, failure);
        let progressing = || format!("Running '{action}' action with timeout of 5m0s");
        match self {
            Self::Deployed | Self::Suspended => vec![("Ready", "True", succeeded, success), released],
            Self::Installing | Self::Upgrading => vec![
                ("Reconciling", "True", "Progressing", progressing()),
                ("Ready", "Unknown", "Progressing", progressing()),
            ],
            Self::Failed => vec![not_ready, unreleased],
            Self::Stalled => {
                let stalled = format!("Failed to {action} after 1 attempt(s)");
                vec![("Stalled", "True", "RetriesExceeded", stalled), not_ready, unreleased]
            }
            Self::NoRollbackTarget => {
                let stalled = "Failed to perform remediation: missing target release for rollback: cannot remediate \
                               failed release";
                vec![("Stalled", "True", "MissingRollbackTarget", stalled.to_owned()), not_ready, unreleased]
            }
            Self::RolledBack => {
                let (before, _) = release.names(release.version.saturating_sub(2).max(1));
                let message =
                    format!("Helm rollback to previous release {before} with chart {chart} succeeded");
                vec![
                    ("Ready", "False", "RollbackSucceeded", message.clone()),
                    unreleased,
                    ("Remediated", "True", "RollbackSucceeded", message),
                ]
            }
            Self::Pending => {
                let message = format!(
                    "Helm {action} failed for release {short} with chart {chart}: {}",
                    why("another operation (install/upgrade/rollback) is in progress")
                );
                vec![("Ready", "False", failed, message.clone()), ("Released", "False", failed, message)]
            }
            Self::TestFailed => {
                let message = format!(
                    "Helm test failed for release {name} with chart {chart}: {}",
                    why("1 test hook(s) failed")
                );
                vec![
                    ("Ready", "False", "TestFailed", message.clone()),
                    released,
                    ("TestSuccess", "False", "TestFailed", message),
                ]
            }
            Self::ChartNotReady => {
                let usual = match &release.source {
                    Some(source) if source.kind == "OCIRepository" => {
                        format!("OCIRepository '{}/{}' is not ready", source.namespace, source.name)
                    }
                    source => {
                        let namespace =
                            source.as_ref().map_or(&release.namespace, |source| &source.namespace);
                        format!("HelmChart '{namespace}/{}-{}' is not ready", release.namespace, release.name)
                    }
                };
                vec![("Ready", "False", "SourceNotReady", why(&usual))]
            }
            Self::ValuesMissing => {
                let usual = format!(
                    "could not resolve Secret chart values reference '{0}/{1}-values' with key 'values.yaml': \
                     secrets \"{1}-values\" not found",
                    release.namespace, release.name
                );
                vec![("Ready", "False", "ValuesError", why(&usual))]
            }
            Self::DependencyNotReady => {
                let usual = format!("dependency '{}/base' is not ready", release.namespace);
                vec![("Ready", "False", "DependencyNotReady", why(&usual))]
            }
        }
    }

    /// The versions of a release, the newest first.
    fn history(self, release: &Release, now: Timestamp) -> Vec<Value> {
        let newest = release.version;
        let status = |version: u64| match (self, newest - version) {
            (Self::Installing | Self::ChartNotReady | Self::ValuesMissing | Self::DependencyNotReady, _) => {
                None
            }
            (Self::Failed | Self::Stalled | Self::NoRollbackTarget, 0) => Some("failed"),
            (Self::Failed | Self::Stalled | Self::NoRollbackTarget | Self::Pending | Self::Upgrading, 1) => {
                Some("deployed")
            }
            (Self::Pending, 0) if newest == 1 => Some("pending-install"),
            (Self::Pending, 0) => Some("pending-upgrade"),
            (Self::Upgrading, 0) => None,
            (Self::RolledBack, 1) => Some("failed"),
            (_, 0) => Some("deployed"),
            _ => Some("superseded"),
        };
        let versions = (1..=newest).rev().filter_map(|version| Some((version, status(version)?)));
        let snapshot = |(version, status): (u64, &str)| {
            let chart = &release.chart;
            let is_newest = version == newest;
            let before = chart.before.as_ref().filter(|_| !is_newest);
            let mut snapshot = json!({
                "name": release.name,
                "namespace": release.namespace,
                "version": version,
                "status": status,
                "chartName": chart.name,
                "chartVersion": before.unwrap_or(&chart.version),
                "configDigest": format!("sha256:{:064x}", version),
                "digest": format!("sha256:{:064x}", version + 4096),
                "firstDeployed": time(now),
                "lastDeployed": time(now),
            });
            if let Some(version) = before.or(chart.app_version.as_ref()) {
                snapshot["appVersion"] = json!(version);
            }
            snapshot
        };
        versions.take(5).map(snapshot).collect()
    }
}

fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
