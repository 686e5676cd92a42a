//! Helm releases of Flux. Fields as in the CRDs of Flux 2, those of its first versions too.

use serde_json::Value;

use super::helm_snapshot::Snapshot;
use super::reference::inventory;
use super::{Conditions, Meta, Reference, read};

/// What Flux does about differences between a release and the cluster (`spec.driftDetection.mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DriftDetection {
    /// It does not look.
    #[default]
    Off,
    /// It tells of them.
    Warn,
    /// It puts them back.
    Enabled,
}

/// Values that a release takes from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuesReference {
    /// `ConfigMap` or `Secret`.
    pub kind: String,
    /// Its name, in the release's namespace.
    pub name: String,
    /// The key in it.
    pub key: String,
    /// Whether it may be absent.
    pub is_optional: bool,
}

/// How an action of Helm is tried (`spec.install`, `spec.upgrade`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReleaseAction {
    /// The limit of one try, in seconds.
    pub timeout: i64,
    /// How often it is tried again after a failure; negative without end.
    pub retries: i64,
    /// How often it has failed, with these values and this chart.
    pub failures: i64,
}

impl ReleaseAction {
    fn read(action: &Value, timeout: i64, failures: i64) -> Self {
        let retries = read::count(&action["remediation"], "retries").unwrap_or_default();
        let is_endless = action["strategy"]["name"] == "RetryOnFailure";
        Self {
            timeout: read::seconds(action, "timeout").unwrap_or(timeout),
            retries: if is_endless { -1 } else { retries },
            failures,
        }
    }

    /// Whether it has failed as often as it may.
    pub fn is_exhausted(&self) -> bool {
        self.retries >= 0 && self.failures > self.retries
    }
}

/// A `HelmRelease` of Flux.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelmRelease {
    /// Metadata.
    pub meta: Meta,
    /// The chart and the range of versions that are wanted, where it says so.
    pub wanted_chart: Option<(String, Option<String>)>,
    /// Where its chart comes from: a `HelmChart`, or a source that holds the chart itself.
    pub chart: Option<Reference>,
    /// Where that `HelmChart` takes the chart from.
    pub chart_source: Option<Reference>,
    /// Where its objects go.
    pub target_namespace: String,
    /// Where Helm keeps its own records.
    pub storage_namespace: String,
    /// The name that Helm knows it by.
    pub release_name: String,
    /// What must be ready before it.
    pub depends_on: Vec<Reference>,
    /// Values from ConfigMaps and Secrets.
    pub values_from: Vec<ValuesReference>,
    /// Whether its objects are in another cluster (`spec.kubeConfig`).
    pub is_remote: bool,
    /// Whether it is suspended.
    pub suspended: bool,
    /// What Flux does about changes by hand.
    pub drift_detection: DriftDetection,
    /// Whether failed tests count.
    pub fails_with_tests: bool,
    /// How often it is looked at, in seconds.
    pub interval: i64,
    /// The limit of one operation of Helm, in seconds.
    pub timeout: i64,
    /// Installing.
    pub install: ReleaseAction,
    /// Upgrading.
    pub upgrade: ReleaseAction,
    /// The version of the chart that was tried last.
    pub attempted: Option<String>,
    /// The digest of that chart, where its source has one.
    pub attempted_digest: Option<String>,
    /// The generation that was tried last.
    pub attempted_generation: i64,
    /// The digest of the values that were tried last.
    pub attempted_values: Option<String>,
    /// `install` or `upgrade`.
    pub attempted_action: String,
    /// How often anything failed since the last success.
    pub failures: i64,
    /// The version of the chart that was applied last; of the first versions of the API.
    pub applied: Option<String>,
    /// The generation its status speaks of.
    pub observed_generation: i64,
    /// The reconcile request that was handled last.
    pub handled_request: Option<String>,
    /// Its conditions.
    pub conditions: Conditions,
    /// What was installed, newest first.
    pub history: Vec<Snapshot>,
    /// What it installed, where that is kept.
    pub inventory: Option<Vec<Reference>>,
}

/// Of an operation of Helm, where nothing says how long it may take (helm-controller).
const DEFAULT_TIMEOUT: i64 = 300;

impl HelmRelease {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let (spec, status) = (&object["spec"], &object["status"]);
        let meta = Meta::read(object);
        let timeout = read::seconds(spec, "timeout").unwrap_or(DEFAULT_TIMEOUT);
        let failures = |key: &str| read::count(status, key).unwrap_or_default();
        let target = read::optional(spec, "targetNamespace");
        let release_name = read::optional(spec, "releaseName").unwrap_or_else(|| match &target {
            Some(target) => format!("{target}-{}", meta.name),
            None => meta.name.clone(),
        });
        let mut history: Vec<Snapshot> = read::list(status, "history").map(Snapshot::read).collect();
        history.sort_by_key(|snapshot| std::cmp::Reverse(snapshot.revision));
        let entries = &status["inventory"]["entries"];
        let test = &spec["test"];
        Self {
            wanted_chart: wanted_chart(&spec["chart"]["spec"]),
            chart: chart(spec, status, &meta),
            chart_source: chart_source(spec, &meta),
            target_namespace: target.unwrap_or_else(|| meta.namespace.clone()),
            storage_namespace: read::optional(status, "storageNamespace")
                .or_else(|| read::optional(spec, "storageNamespace"))
                .unwrap_or_else(|| meta.namespace.clone()),
            release_name,
            depends_on: read::list(spec, "dependsOn")
                .map(|dependency| Reference::read(dependency, &meta.namespace))
                .collect(),
            values_from: read::list(spec, "valuesFrom").map(values_reference).collect(),
            is_remote: spec["kubeConfig"].is_object(),
            suspended: read::flag(spec, "suspend"),
            drift_detection: drift_detection(spec),
            fails_with_tests: read::flag(test, "enable") && !read::flag(test, "ignoreFailures"),
            interval: read::seconds(spec, "interval").unwrap_or_default(),
            timeout,
            install: ReleaseAction::read(&spec["install"], timeout, failures("installFailures")),
            upgrade: ReleaseAction::read(&spec["upgrade"], timeout, failures("upgradeFailures")),
            attempted: read::optional(status, "lastAttemptedRevision"),
            attempted_digest: read::optional(status, "lastAttemptedRevisionDigest"),
            attempted_generation: read::number(status, "lastAttemptedGeneration").unwrap_or(-1),
            attempted_values: read::optional(status, "lastAttemptedConfigDigest"),
            attempted_action: read::text(status, "lastAttemptedReleaseAction"),
            failures: failures("failures"),
            applied: read::optional(status, "lastAppliedRevision"),
            observed_generation: read::number(status, "observedGeneration").unwrap_or(-1),
            handled_request: read::optional(status, "lastHandledReconcileAt"),
            conditions: Conditions::read(status),
            history,
            inventory: entries.as_array().map(|entries| entries.iter().filter_map(inventory).collect()),
            meta,
        }
    }

    /// `HelmRelease orders/orders-api`.
    pub fn title(&self) -> String {
        format!("HelmRelease {}", self.meta.key())
    }

    /// The version that was installed last with success, where the history keeps one.
    pub fn deployed(&self) -> Option<&Snapshot> {
        self.history.iter().find(|snapshot| snapshot.is_deployed())
    }

    /// Whether anything was ever installed with success, as far as it remembers.
    pub fn was_deployed(&self) -> bool {
        self.applied.is_some()
            || self.history.iter().any(|snapshot| snapshot.is_deployed() || snapshot.status == "superseded")
    }

    /// The version of the chart that runs, as far as is known.
    pub fn running_version(&self) -> Option<&str> {
        self.deployed().map(|snapshot| snapshot.chart_version.as_str()).or(self.applied.as_deref())
    }

    /// The action that was tried last; where nothing says which, upgrading what was installed, installing else.
    pub fn last_action(&self) -> (&'static str, ReleaseAction) {
        let is_upgrade = match self.attempted_action.as_str() {
            "install" => false,
            "upgrade" => true,
            _ => self.was_deployed() || self.upgrade.failures > 0,
        };
        if is_upgrade { ("upgrade", self.upgrade) } else { ("install", self.install) }
    }
}

fn wanted_chart(spec: &Value) -> Option<(String, Option<String>)> {
    Some((read::optional(spec, "chart")?, read::optional(spec, "version")))
}

/// What the chart is taken from: `chartRef`, else the `HelmChart` that Flux makes from `chart`.
fn chart(spec: &Value, status: &Value, meta: &Meta) -> Option<Reference> {
    if spec["chartRef"].is_object() {
        return Some(Reference::read(&spec["chartRef"], &meta.namespace));
    }
    let made = read::optional(status, "helmChart");
    let (namespace, name) = match made.as_deref().and_then(|made| made.split_once('/')) {
        Some((namespace, name)) => (namespace.to_owned(), name.to_owned()),
        None => (chart_source(spec, meta)?.namespace, format!("{}-{}", meta.namespace, meta.name)),
    };
    Some(Reference { group: String::new(), kind: "HelmChart".to_owned(), namespace, name })
}

fn chart_source(spec: &Value, meta: &Meta) -> Option<Reference> {
    let source = &spec["chart"]["spec"]["sourceRef"];
    source.is_object().then(|| Reference::read(source, &meta.namespace).or_kind("HelmRepository"))
}

fn values_reference(reference: &Value) -> ValuesReference {
    ValuesReference {
        kind: read::text(reference, "kind"),
        name: read::text(reference, "name"),
        key: read::optional(reference, "valuesKey").unwrap_or_else(|| "values.yaml".to_owned()),
        is_optional: read::flag(reference, "optional"),
    }
}

fn drift_detection(spec: &Value) -> DriftDetection {
    match spec["driftDetection"]["mode"].as_str() {
        Some("enabled") => DriftDetection::Enabled,
        Some("warn") => DriftDetection::Warn,
        _ => DriftDetection::Off,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn where_a_release_and_its_chart_are_follows_the_controllers_rules() {
        let read = |spec: Value| {
            HelmRelease::read(&json!({ "metadata": { "name": "hr", "namespace": "a" }, "spec": spec }))
        };
        let release = read(
            json!({ "chart": { "spec": { "chart": "c", "version": "1.x", "sourceRef": { "name": "charts", "namespace": "f" } } } }),
        );
        let chart = release.chart.map(|chart| chart.title());
        assert_eq!(chart.as_deref(), Some("HelmChart f/a-hr"));
        assert_eq!(
            release.chart_source.map(|source| source.title()).as_deref(),
            Some("HelmRepository f/charts")
        );
        assert_eq!((release.target_namespace.as_str(), release.release_name.as_str()), ("a", "hr"));
        let release = read(
            json!({ "targetNamespace": "t", "chartRef": { "kind": "OCIRepository", "name": "oci" }, "timeout": "10m" }),
        );
        assert_eq!(release.chart.map(|chart| chart.title()).as_deref(), Some("OCIRepository a/oci"));
        assert_eq!((release.target_namespace.as_str(), release.release_name.as_str()), ("t", "t-hr"));
        assert_eq!((release.storage_namespace.as_str(), release.upgrade.timeout), ("a", 600));
    }

    #[test]
    fn retries_end_or_do_not() {
        for (retries, strategy, failures, is_exhausted) in [
            (0, "", 1, true),
            (0, "", 0, false),
            (3, "", 3, false),
            (3, "", 4, true),
            (-1, "", 40, false),
            (0, "RetryOnFailure", 9, false),
        ] {
            let action = json!({ "remediation": { "retries": retries }, "strategy": { "name": strategy } });
            let action = ReleaseAction::read(&action, 300, failures);
            assert_eq!(action.is_exhausted(), is_exhausted, "{retries} {strategy} {failures}");
        }
    }
}
