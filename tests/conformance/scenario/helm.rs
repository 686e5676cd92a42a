//! What helm-controller would write: a release's status, step by step, and the workload it makes.
//!
//! helm-controller itself does not run here. Conditions, reasons and the form of messages are those of its
//! source (v1.6, `internal/reconcile`): `Ready` is made of `Released`, an attempt counts when it reached Helm's
//! storage, and retries that are used up end in `Stalled`.

use serde_json::{Value, json};

use crate::plane::flux::{OCI, RELEASE};
use crate::plane::registry::{Content, hexadecimal};
use crate::problem::Outcome;
use crate::scenario::case::Case;
use crate::scenario::manifests::{App, file, kustomization};
use crate::scenario::origin::Origin;

/// The release, its chart, the chart's source and the workload have one name.
pub(crate) const NAME: &str = "hello";

/// A commit of the release, and what it makes Helm run.
#[derive(Clone, Copy)]
pub(crate) struct Version {
    pub(crate) chart: &'static str,
    number: u32,
    action: &'static str,
    app: App,
}

/// What is installed, and runs.
pub(crate) const FIRST: Version = Version { chart: "1.0.0", number: 1, action: "install", app: App::RUNNING };

/// What it is upgraded to, which cannot be pulled.
pub(crate) const SECOND: Version = Version {
    chart: "1.1.0",
    number: 2,
    action: "upgrade",
    app: App { image: "contoso.example/none:2", is: Some("image"), ..FIRST.app },
};

/// The files of a commit: the release, and the source of its chart, which source-controller pulls.
pub(crate) fn files(case: &Case<'_>, version: Version) -> Vec<(String, String)> {
    let metadata = json!({"name": NAME, "namespace": case.namespace});
    let release = json!({
        "apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": metadata,
        "spec": {
            "interval": "10m", "timeout": "5m",
            "chartRef": {"kind": "OCIRepository", "name": NAME},
            "values": {"image": version.app.image},
        },
    });
    let mut chart = Origin::Artifact { tag: version.chart }.source(&case.chart_url(), "");
    chart["metadata"] = metadata;
    chart["spec"]["secretRef"] = json!({"name": CREDENTIALS});
    chart["spec"]["layerSelector"] =
        json!({"mediaType": Content::Chart.media_types().1, "operation": "copy"});
    vec![
        kustomization(&["chart.yaml", "release.yaml"]),
        file("chart.yaml", &chart),
        file("release.yaml", &release),
    ]
}

/// The Secret with which charts are pulled.
pub(crate) const CREDENTIALS: &str = "charts";

/// A script in helm-controller's place.
pub(crate) struct Release<'a, 'b> {
    case: &'a Case<'b>,
}

impl<'a, 'b> Release<'a, 'b> {
    pub(crate) fn of(case: &'a Case<'b>) -> Self {
        Self { case }
    }

    /// The action begins: the release and its chart are seen, and Helm runs.
    pub(crate) async fn begins(&self, version: Version) -> Outcome {
        let namespace = &self.case.namespace;
        let what = format!("of version {}", version.number);
        let written = |object: Option<&Value>| {
            object.is_some_and(|object| object["metadata"]["generation"] == version.number)
        };
        self.case.object_is(RELEASE, namespace, NAME, &what, written).await?;
        let pulled = |object: Option<&Value>| {
            let revision = object.and_then(|object| object["status"]["artifact"]["revision"].as_str());
            revision.is_some_and(|revision| revision.starts_with(version.chart))
        };
        self.case.object_is(OCI, namespace, NAME, &what, pulled).await?;
        let mut status = json!({});
        if version.number == 1 {
            status["observedGeneration"] = json!(-1);
        }
        let mut conditions = self.before(version);
        conditions.push(condition(version, "Reconciling", "True", "Progressing", "Fulfilling prerequisites"));
        status["conditions"] = conditions.into();
        self.write(status).await?;
        let message = running(version);
        let progressing =
            |kind: &str, status: &str| condition(version, kind, status, "Progressing", &message);
        let mut conditions = self.before(version);
        conditions.retain(|condition| condition["type"] == "Released");
        conditions.extend([progressing("Reconciling", "True"), progressing("Ready", "Unknown")]);
        let mut status = self.attempt(version);
        status["conditions"] = conditions.into();
        self.write(status).await?;
        self.make_workload(version).await
    }

    /// The conditions that the version before has left.
    fn before(&self, version: Version) -> Vec<Value> {
        if version.number == FIRST.number {
            return Vec::new();
        }
        let (reason, message) = self.success(FIRST);
        ["Released", "Ready"].map(|kind| condition(FIRST, kind, "True", reason, &message)).into()
    }

    /// The workload runs: the action succeeded.
    pub(crate) async fn succeeds(&self, version: Version) -> Outcome {
        self.case.plane.cluster.wait(&self.case.namespace, "deployment/hello", "condition=Available").await?;
        let (reason, message) = self.success(version);
        let conditions = ["Released", "Ready"].map(|kind| condition(version, kind, "True", reason, &message));
        let mut status = self.attempt(version);
        status["conditions"] = json!(conditions);
        status["observedGeneration"] = version.number.into();
        status["history"] = json!([self.snapshot(version, "deployed")]);
        status["inventory"] = json!({"entries": [{"id": format!("{}_{NAME}_apps_Deployment", self.case.namespace), "v": "v1"}]});
        self.write(status).await?;
        self.event("Normal", reason, &message).await
    }

    /// The upgrade ran into its time-out. Nothing says that it may be tried again, so the release gives up.
    pub(crate) async fn gives_up(&self, version: Version) -> Outcome {
        let message = format!(
            "Helm {} failed for release {}/{NAME} with chart {NAME}@{}: \
             timeout waiting for: [Deployment/{}/{NAME} status: 'InProgress']",
            version.action, self.case.namespace, version.chart, self.case.namespace
        );
        let failed = |kind: &str| condition(version, kind, "False", "UpgradeFailed", &message);
        let mut status = self.attempt(version);
        status["history"] = json!([self.snapshot(version, "failed"), self.snapshot(FIRST, "deployed")]);
        status["failures"] = 1.into();
        status["upgradeFailures"] = 1.into();
        let reconciling = condition(version, "Reconciling", "True", "Progressing", &running(version));
        status["conditions"] = json!([failed("Ready"), failed("Released"), reconciling]);
        self.write(status.clone()).await?;
        self.event("Warning", "UpgradeFailed", &message).await?;
        let given_up = "Failed to upgrade after 1 attempt(s)";
        let stalled = condition(version, "Stalled", "True", "RetriesExceeded", given_up);
        status["conditions"] = json!([stalled, failed("Ready"), failed("Released")]);
        status["observedGeneration"] = version.number.into();
        self.write(status).await
    }

    /// What every attempt writes before it begins.
    fn attempt(&self, version: Version) -> Value {
        json!({
            "storageNamespace": self.case.namespace,
            "lastAttemptedGeneration": version.number,
            "lastAttemptedRevision": version.chart,
            "lastAttemptedReleaseAction": version.action,
            "lastAttemptedConfigDigest": digest(version, "config"),
        })
    }

    /// An entry of the history, as Helm's storage has it.
    fn snapshot(&self, version: Version, status: &str) -> Value {
        let now = now();
        json!({
            "apiVersion": "v2", "name": NAME, "namespace": self.case.namespace,
            "version": version.number, "status": status, "action": version.action,
            "chartName": NAME, "chartVersion": version.chart, "appVersion": version.chart,
            "digest": digest(version, "release"), "configDigest": digest(version, "config"),
            "firstDeployed": now, "lastDeployed": now,
        })
    }

    /// Reason and message of an action that succeeded.
    fn success(&self, version: Version) -> (&'static str, String) {
        let reason = if version.number == 1 { "InstallSucceeded" } else { "UpgradeSucceeded" };
        let Version { action, number, chart, .. } = version;
        let namespace = &self.case.namespace;
        (
            reason,
            format!(
                "Helm {action} succeeded for release {namespace}/{NAME}.v{number} with chart {NAME}@{chart}"
            ),
        )
    }

    /// The Deployment, with the labels and annotations of what a release makes.
    async fn make_workload(&self, version: Version) -> Outcome {
        let namespace = &self.case.namespace;
        let mut workload = version.app.deployment(namespace);
        workload["metadata"]["labels"] = json!({
            "app.kubernetes.io/managed-by": "Helm",
            "helm.toolkit.fluxcd.io/name": NAME,
            "helm.toolkit.fluxcd.io/namespace": namespace,
        });
        workload["metadata"]["annotations"] =
            json!({"meta.helm.sh/release-name": NAME, "meta.helm.sh/release-namespace": namespace});
        self.case.plane.cluster.apply_object(&workload, "helm-controller").await
    }

    async fn write(&self, status: Value) -> Outcome {
        let patch = json!({"status": status}).to_string();
        let (object, namespace) = (format!("{RELEASE}/{NAME}"), &self.case.namespace);
        let arguments =
            ["patch", &object, "-n", namespace, "--subresource=status", "--type=merge", "-p", &patch];
        self.case.plane.cluster.kubectl(&arguments).await.map(drop)
    }

    async fn event(&self, kind: &str, reason: &str, message: &str) -> Outcome {
        let namespace = &self.case.namespace;
        let now = now();
        let event = json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": format!("{NAME}.{}", reason.to_lowercase()), "namespace": namespace},
            "involvedObject": {
                "apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
                "name": NAME, "namespace": namespace,
            },
            "type": kind, "reason": reason, "message": message, "count": 1,
            "firstTimestamp": now, "lastTimestamp": now,
            "source": {"component": "helm-controller"}, "reportingComponent": "helm-controller",
        });
        self.case.plane.cluster.create(&[event]).await
    }
}

fn running(version: Version) -> String {
    format!("Running '{}' action with timeout of 5m0s", version.action)
}

fn condition(version: Version, kind: &str, status: &str, reason: &str, message: &str) -> Value {
    json!({
        "type": kind, "status": status, "reason": reason, "message": message,
        "lastTransitionTime": now(), "observedGeneration": version.number,
    })
}

/// A digest in form; nobody computes it.
fn digest(version: Version, of: &str) -> String {
    format!("sha256:{}", hexadecimal(format!("{of} {}", version.number).as_bytes()))
}

fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
