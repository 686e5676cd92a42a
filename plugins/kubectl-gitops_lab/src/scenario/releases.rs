//! Helm releases as a scenario tells them: in which state helm-controller left one, and what its chart would have made,
//! given as manifests. Nothing renders charts here; states are data.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::formats::{manifests, object_name, release_version};
use super::release_states::ReleaseState;

const NAME_LABEL: &str = "helm.toolkit.fluxcd.io/name";
const NAMESPACE_LABEL: &str = "helm.toolkit.fluxcd.io/namespace";

/// A Helm release.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Its namespace.
    #[serde(deserialize_with = "object_name")]
    pub namespace: String,
    /// Its name.
    #[serde(deserialize_with = "object_name")]
    pub name: String,
    /// What it installs.
    pub chart: Chart,
    /// Where the chart is from.
    #[serde(default)]
    pub source: Option<ChartSource>,
    /// How it stands.
    #[serde(default)]
    pub state: ReleaseState,
    /// The newest version of the release: from the second on it is an upgrade.
    #[serde(default = "first", deserialize_with = "release_version")]
    pub version: u64,
    /// What was wrong, instead of what usually is.
    #[serde(default)]
    pub message: Option<String>,
    /// Further fields of its specification.
    #[serde(default)]
    pub spec: Map<String, Value>,
    /// What it installed.
    #[serde(default, deserialize_with = "manifests")]
    pub manifests: Vec<Value>,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Chart {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its version in the releases before the newest one; the same where there is none.
    #[serde(default)]
    pub before: Option<String>,
    /// The version of what it installs.
    #[serde(default)]
    pub app_version: Option<String>,
}

/// Where a chart is from.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartSource {
    /// `HelmRepository`, `GitRepository`, `Bucket` or `OCIRepository`.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

fn first() -> u64 {
    1
}

impl Release {
    /// Its objects: what it installed, with helm-controller's labels, and the HelmRelease with its status.
    pub(super) fn objects(&self, now: Timestamp) -> Vec<Value> {
        let mut objects: Vec<Value> =
            self.manifests.iter().map(|manifest| self.installed(manifest)).collect();
        let entries: Vec<Value> = objects.iter().map(inventory_entry).collect();
        objects.push(self.release(&entries, now));
        objects
    }

    /// `dev/hello` and `hello@1.2.3`, as messages name a release and its chart.
    pub(super) fn names(&self, version: u64) -> (String, String) {
        let release = format!("{}/{}.v{version}", self.namespace, self.name);
        (release, format!("{}@{}", self.chart.name, self.chart.version))
    }

    fn installed(&self, manifest: &Value) -> Value {
        let mut object = manifest.clone();
        let is_namespaced = !matches!(
            object["kind"].as_str(),
            Some("Namespace" | "ClusterRole" | "ClusterRoleBinding" | "CustomResourceDefinition")
        );
        let metadata = &mut object["metadata"];
        if is_namespaced && metadata["namespace"].is_null() {
            metadata["namespace"] = json!(self.namespace);
        }
        for (label, value) in [
            ("app.kubernetes.io/managed-by", "Helm"),
            (NAME_LABEL, self.name.as_str()),
            (NAMESPACE_LABEL, self.namespace.as_str()),
        ] {
            metadata["labels"][label] = json!(value);
        }
        metadata["annotations"]["meta.helm.sh/release-name"] = json!(self.name);
        metadata["annotations"]["meta.helm.sh/release-namespace"] = json!(self.namespace);
        object
    }

    fn release(&self, entries: &[Value], now: Timestamp) -> Value {
        let mut spec = self.spec.clone();
        spec.entry("interval").or_insert(json!("5m0s"));
        self.add_chart(&mut spec);
        if self.state == ReleaseState::Suspended {
            spec.insert("suspend".to_owned(), json!(true));
        }
        json!({
            "apiVersion": "helm.toolkit.fluxcd.io/v2",
            "kind": "HelmRelease",
            "metadata": {
                "name": self.name,
                "namespace": self.namespace,
                "finalizers": ["finalizers.fluxcd.io"],
            },
            "spec": spec,
            "status": self.state.status(self, entries, now),
        })
    }

    /// OCI repositories hold a chart each, and are referred to as a whole.
    fn add_chart(&self, spec: &mut Map<String, Value>) {
        let Some(source) = &self.source else {
            let reference = json!({"kind": "HelmRepository", "name": self.chart.name});
            spec.entry("chart").or_insert(self.chart_template(&reference));
            return;
        };
        let ChartSource { kind, namespace, name } = source;
        let reference = json!({"kind": kind, "namespace": namespace, "name": name});
        match kind.as_str() {
            "OCIRepository" => spec.entry("chartRef").or_insert(reference),
            _ => spec.entry("chart").or_insert(self.chart_template(&reference)),
        };
    }

    fn chart_template(&self, reference: &Value) -> Value {
        json!({"spec": {"chart": self.chart.name, "version": self.chart.version, "sourceRef": reference}})
    }
}

/// An object as an inventory lists it.
fn inventory_entry(object: &Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (namespace, name) = (text(&object["metadata"]["namespace"]), text(&object["metadata"]["name"]));
    let api_version = text(&object["apiVersion"]);
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    json!({"id": format!("{namespace}_{name}_{group}_{}", text(&object["kind"])), "v": version})
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::Release;

    fn release(fields: Value) -> Release {
        let mut release =
            json!({"namespace": "dev", "name": "hello", "chart": {"name": "web", "version": "1.2.3"}});
        for (name, value) in fields.as_object().expect("fields") {
            release[name] = value.clone();
        }
        serde_json::from_value(release).expect("a release")
    }

    fn told(release: &Release) -> (Value, Vec<String>, Vec<String>) {
        let object = release.objects(Timestamp::UNIX_EPOCH).pop().expect("the release");
        let texts = |list: &Value, fields: [&str; 3]| -> Vec<String> {
            let text =
                |entry: &Value| fields.map(|field| entry[field].to_string().replace('"', "")).join(" ");
            list.as_array().into_iter().flatten().map(text).collect()
        };
        let conditions = texts(&object["status"]["conditions"], ["type", "status", "reason"]);
        let history = texts(&object["status"]["history"], ["version", "status", "chartVersion"]);
        (object, conditions, history)
    }

    #[test]
    fn states_are_told_as_helm_controller_tells_them() {
        for (state, version, conditions, history) in [
            (
                "deployed",
                1,
                vec!["Ready True InstallSucceeded", "Released True InstallSucceeded"],
                vec!["1 deployed 1.2.3"],
            ),
            (
                "deployed",
                2,
                vec!["Ready True UpgradeSucceeded", "Released True UpgradeSucceeded"],
                vec!["2 deployed 1.2.3", "1 superseded 1.2.3"],
            ),
            ("installing", 1, vec!["Reconciling True Progressing", "Ready Unknown Progressing"], vec![]),
            (
                "failed",
                2,
                vec!["Ready False UpgradeFailed", "Released False UpgradeFailed"],
                vec!["2 failed 1.2.3", "1 deployed 1.2.3"],
            ),
            (
                "stalled",
                1,
                vec![
                    "Stalled True RetriesExceeded",
                    "Ready False InstallFailed",
                    "Released False InstallFailed",
                ],
                vec!["1 failed 1.2.3"],
            ),
            (
                "rolledBack",
                3,
                vec![
                    "Ready False RollbackSucceeded",
                    "Released False UpgradeFailed",
                    "Remediated True RollbackSucceeded",
                ],
                vec!["3 deployed 1.2.3", "2 failed 1.2.3", "1 superseded 1.2.3"],
            ),
            ("chartNotReady", 1, vec!["Ready False SourceNotReady"], vec![]),
        ] {
            let (_, found, versions) = told(&release(json!({"state": state, "version": version})));
            assert_eq!(
                (found, versions),
                (
                    conditions.iter().map(|&text| text.to_owned()).collect(),
                    history.iter().map(|&text| text.to_owned()).collect()
                ),
                "{state}"
            );
        }
    }

    #[test]
    fn what_a_release_installed_is_its_own() {
        let deployment =
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "hello"}});
        let release =
            release(json!({"manifests": [deployment], "state": "suspended", "spec": {"interval": "1m"},
            "source": {"kind": "OCIRepository", "namespace": "dev", "name": "web"}}));
        let objects = release.objects(Timestamp::UNIX_EPOCH);
        assert_eq!(objects[0]["metadata"]["namespace"], "dev");
        assert_eq!(objects[0]["metadata"]["labels"]["helm.toolkit.fluxcd.io/name"], "hello");
        let (spec, status) = (&objects[1]["spec"], &objects[1]["status"]);
        assert_eq!(spec["chartRef"], json!({"kind": "OCIRepository", "namespace": "dev", "name": "web"}));
        assert_eq!((&spec["suspend"], &spec["interval"]), (&json!(true), &json!("1m")));
        assert_eq!(status["inventory"]["entries"], json!([{"id": "dev_hello_apps_Deployment", "v": "v1"}]));
    }
}
