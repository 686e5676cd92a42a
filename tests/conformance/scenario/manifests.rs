//! The manifests that scenarios commit, as files of a gitops repository.
//!
//! They are written as JSON, which is YAML: a change is then a field, not a splice of text.

use serde_json::{Value, json};

/// The one workload. Its fields are what scenarios change about it.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) image: &'static str,
    /// What becomes of its pods, in kwok's words (`kwok.yaml`).
    pub(crate) is: Option<&'static str>,
    /// After how long, where it happens later.
    pub(crate) after: Option<&'static str>,
    /// A node label that its pods ask for.
    pub(crate) accelerator: Option<&'static str>,
    /// A pod label that no API server accepts.
    pub(crate) bad_label: bool,
    pub(crate) paused: bool,
    /// After how many seconds without progress a roll-out has failed; Kubernetes' own default is ten minutes.
    pub(crate) deadline: Option<u32>,
}

impl App {
    /// One that runs.
    pub(crate) const RUNNING: App = App {
        image: "nginx:1",
        is: None,
        after: None,
        accelerator: None,
        bad_label: false,
        paused: false,
        deadline: None,
    };
}

impl Default for App {
    fn default() -> Self {
        Self::RUNNING
    }
}

impl App {
    /// The file of a Deployment `hello`.
    pub(crate) fn file(&self, namespace: &str) -> (String, String) {
        file("app.yaml", &self.deployment(namespace))
    }

    pub(crate) fn deployment(&self, namespace: &str) -> Value {
        let mut spec = json!({
            "replicas": 1, "selector": {"matchLabels": {"app": "hello"}}, "template": self.template(),
        });
        if self.paused {
            spec["paused"] = true.into();
        }
        if let Some(deadline) = self.deadline {
            spec["progressDeadlineSeconds"] = deadline.into();
        }
        let metadata = json!({"name": "hello", "namespace": namespace});
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})
    }

    /// The file of a StatefulSet `hello`.
    pub(crate) fn stateful(&self, namespace: &str) -> (String, String) {
        let spec = json!({
            "replicas": 3, "serviceName": "hello", "selector": {"matchLabels": {"app": "hello"}},
            "template": self.template(),
        });
        let metadata = json!({"name": "hello", "namespace": namespace});
        file(
            "app.yaml",
            &json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec}),
        )
    }

    fn template(&self) -> Value {
        let mut labels = json!({"app": "hello"});
        if let Some(is) = self.is {
            labels["golden.test/is"] = is.into();
        }
        if self.bad_label {
            labels["bad label"] = "x".into();
        }
        let mut pod = json!({
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "app", "image": self.image}]},
        });
        if let Some(after) = self.after {
            pod["metadata"]["annotations"] = json!({"golden.test/after": after});
        }
        if let Some(accelerator) = self.accelerator {
            pod["spec"]["nodeSelector"] = json!({"accelerator": accelerator});
        }
        pod
    }
}

/// The file of a ConfigMap.
pub(crate) fn settings(namespace: &str, name: &str, value: &str) -> (String, String) {
    let metadata = json!({"name": name, "namespace": namespace});
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"v": value}});
    file(&format!("{name}.yaml"), &object)
}

/// The file that names the others.
pub(crate) fn kustomization(resources: &[&str]) -> (String, String) {
    let object = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": resources,
    });
    file("kustomization.yaml", &object)
}

/// A deployment and its settings: what most scenarios begin with.
pub(crate) fn everything(namespace: &str) -> Vec<(String, String)> {
    vec![
        kustomization(&["app.yaml", "settings.yaml"]),
        App::default().file(namespace),
        settings(namespace, "settings", "1"),
    ]
}

/// A file that is not YAML.
pub(crate) fn broken() -> (String, String) {
    (
        "settings.yaml".to_owned(),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n data: {}\n".to_owned(),
    )
}

/// An object as a file.
pub(crate) fn file(name: &str, object: &Value) -> (String, String) {
    (name.to_owned(), format!("{object:#}\n"))
}
