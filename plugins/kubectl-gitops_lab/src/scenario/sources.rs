//! Sources that are no git repositories, as a scenario tells them: what source-controller fetched, or why it could not.
//! What a Kustomization builds from one is given with it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The annotation in which a source carries what is in its artifact, as a map from paths to texts.
pub(crate) const CONTENT: &str = "lab.gitops.dev/content";

/// A source.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Its specification.
    #[serde(default)]
    pub spec: Map<String, Value>,
    /// The revision of what was fetched last; nothing was where there is none.
    #[serde(default)]
    pub revision: Option<String>,
    /// Why nothing can be fetched.
    #[serde(default)]
    pub failure: Option<SourceFailure>,
    /// The branch whose files its artifact holds: `organisation/repository/branch`.
    #[serde(default)]
    pub mirrors: Option<String>,
}

/// The kinds of source that a scenario tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SourceKind {
    /// Artifacts in a registry.
    #[serde(rename = "OCIRepository")]
    OciRepository,
    /// A bucket of object storage.
    Bucket,
    /// An index of charts.
    HelmRepository,
    /// One chart.
    HelmChart,
    /// What another controller made.
    ExternalArtifact,
}

/// Why nothing can be fetched.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFailure {
    /// The condition that says so, beside `Ready`.
    #[serde(default)]
    pub condition: FailureCondition,
    /// In one word.
    pub reason: String,
    /// In a sentence.
    pub message: String,
}

/// The conditions that say why a source is not ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum FailureCondition {
    /// It could not be fetched.
    #[default]
    FetchFailed,
    /// It could not be kept.
    StorageOperationFailed,
    /// Its signature was refused.
    SourceVerified,
    /// A chart could not be built.
    BuildFailed,
}

impl SourceKind {
    fn name(self) -> &'static str {
        match self {
            Self::OciRepository => "OCIRepository",
            Self::Bucket => "Bucket",
            Self::HelmRepository => "HelmRepository",
            Self::HelmChart => "HelmChart",
            Self::ExternalArtifact => "ExternalArtifact",
        }
    }
}

impl FailureCondition {
    /// Its name, and its status where it says that something failed.
    fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::FetchFailed => ("FetchFailed", "True"),
            Self::StorageOperationFailed => ("StorageOperationFailed", "True"),
            Self::SourceVerified => ("SourceVerified", "False"),
            Self::BuildFailed => ("BuildFailed", "True"),
        }
    }
}

impl Source {
    /// The object with its status since `now`, and with `content`, where it has some.
    pub(super) fn object(&self, content: Option<&Value>, now: Timestamp) -> Value {
        let mut metadata = json!({
            "name": self.name, "namespace": self.namespace, "labels": self.labels,
            "finalizers": ["finalizers.fluxcd.io"],
        });
        if let Some(content) = content {
            metadata["annotations"] = json!({CONTENT: content.to_string()});
        }
        let mut spec = self.spec.clone();
        spec.entry("interval").or_insert(json!("1m0s"));
        json!({
            "apiVersion": "source.toolkit.fluxcd.io/v1",
            "kind": self.kind.name(),
            "metadata": metadata,
            "spec": spec,
            "status": self.status(now),
        })
    }

    fn status(&self, now: Timestamp) -> Value {
        let time = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let condition = |kind: &str, status: &str, reason: &str, message: &str| {
            json!({
                "type": kind, "status": status, "reason": reason, "message": message,
                "observedGeneration": 1, "lastTransitionTime": time,
            })
        };
        let stored = |revision: &str| format!("stored artifact for digest '{revision}'");
        let mut conditions = Vec::new();
        match (&self.failure, &self.revision) {
            (Some(SourceFailure { condition: failed, reason, message }), _) => {
                let (kind, status) = failed.told();
                conditions.push(condition("Ready", "False", reason, message));
                conditions.push(condition(kind, status, reason, message));
            }
            (None, Some(revision)) => {
                conditions.push(condition("Ready", "True", "Succeeded", &stored(revision)));
            }
            (None, None) => {
                let message = "building artifact: new digest";
                conditions.push(condition("Reconciling", "True", "Progressing", message));
                conditions.push(condition("Ready", "Unknown", "Progressing", message));
            }
        }
        if let Some(revision) = &self.revision {
            conditions.push(condition("ArtifactInStorage", "True", "Succeeded", &stored(revision)));
        }
        let mut status = json!({"observedGeneration": 1, "conditions": conditions});
        if let Some(revision) = &self.revision {
            status["artifact"] = self.artifact(revision, &time);
        }
        status
    }

    fn artifact(&self, revision: &str, time: &str) -> Value {
        let folder = format!("{}/{}/{}", self.kind.name().to_lowercase(), self.namespace, self.name);
        let digest =
            revision.rsplit_once("sha256:").map_or_else(|| digest(revision), |(_, digest)| digest.to_owned());
        let path = format!("{folder}/{digest}.tar.gz");
        json!({
            "revision": revision,
            "digest": format!("sha256:{digest}"),
            "path": path,
            "url": format!("http://source-controller.flux-system.svc.cluster.local./{path}"),
            "lastUpdateTime": time,
            "size": 1024,
        })
    }
}

/// A digest for an artifact whose revision is none, such as a chart's version.
fn digest(revision: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, revision.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::Source;

    fn conditions(fields: Value) -> Vec<String> {
        let mut source = json!({"kind": "OCIRepository", "namespace": "flux-system", "name": "fleet"});
        for (name, value) in fields.as_object().expect("fields") {
            source[name] = value.clone();
        }
        let source: Source = serde_json::from_value(source).expect("a source");
        let object = source.object(None, Timestamp::UNIX_EPOCH);
        let text = |condition: &Value| {
            ["type", "status", "reason"].map(|field| condition[field].as_str().unwrap_or_default()).join(" ")
        };
        object["status"]["conditions"].as_array().expect("conditions").iter().map(text).collect()
    }

    #[test]
    fn sources_say_what_was_fetched_and_what_was_not() {
        let revision = json!("1.0.0@sha256:12");
        let refused = json!({"condition": "SourceVerified", "reason": "VerificationError", "message": "m"});
        let failure = json!({"reason": "OCIArtifactPullFailed", "message": "m"});
        for (fields, expected) in [
            (json!({"revision": revision}), vec!["Ready True Succeeded", "ArtifactInStorage True Succeeded"]),
            (
                json!({"revision": revision, "failure": refused}),
                vec![
                    "Ready False VerificationError",
                    "SourceVerified False VerificationError",
                    "ArtifactInStorage True Succeeded",
                ],
            ),
            (
                json!({"failure": failure}),
                vec!["Ready False OCIArtifactPullFailed", "FetchFailed True OCIArtifactPullFailed"],
            ),
            (json!({}), vec!["Reconciling True Progressing", "Ready Unknown Progressing"]),
        ] {
            assert_eq!(conditions(fields.clone()), expected, "{fields}");
        }
    }
}
