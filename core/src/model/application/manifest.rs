//! Plain manifests: which files are such, and what they become as templates of a chart.

use serde_json::Value;

use super::ApplicationError;

/// Objects of no namespace (the kinds of Kubernetes itself, and of definitions).
const CLUSTER_KINDS: [&str; 17] = [
    "APIService",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "CSIDriver",
    "CustomResourceDefinition",
    "FlowSchema",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingWebhookConfiguration",
];
/// Groups whose documents are read by programs and never by a cluster.
const OTHER_GROUPS: [&str; 4] = ["skaffold/", "kind.x-k8s.io/", "gitops.dev/", "lab.gitops.dev/"];
const KUSTOMIZATION_FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether a file holds objects of a cluster and nothing else.
///
/// # Errors
/// It is a kustomization.
pub(super) fn is_manifest(path: &str, text: &str) -> Result<bool, ApplicationError> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if KUSTOMIZATION_FILES.contains(&name) {
        return Err(ApplicationError::Kustomization { path: path.to_owned() });
    }
    if !(name.ends_with(".yaml") || name.ends_with(".yml")) {
        return Ok(false);
    }
    let mut documents = documents(text).filter_map(read).peekable();
    let is_object = |object: Value| {
        let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
        let group = text("apiVersion");
        !group.is_empty()
            && !text("kind").is_empty()
            && !OTHER_GROUPS.iter().any(|other| group.starts_with(other))
    };
    Ok(documents.peek().is_some() && documents.all(is_object))
}

/// A manifest as a template: what a chart would read as its own is taken literally, and objects without a namespace get
/// the one of the environment.
///
/// # Errors
/// An object's metadata is not written as a block.
pub(super) fn template(path: &str, text: &str) -> Result<String, ApplicationError> {
    let mut parts = Vec::new();
    for document in documents(text) {
        let namespace = match read(document).is_some_and(|object| wants_namespace(&object)) {
            true => Some(
                metadata_end(document)
                    .ok_or_else(|| ApplicationError::MetadataNotBlock { path: path.to_owned() })?,
            ),
            false => None,
        };
        let Some((at, indentation)) = namespace else {
            parts.push(literal(document));
            continue;
        };
        let (before, after) = document.split_at(at);
        parts.push(format!(
            "{}{indentation}namespace: {{{{ .Values.namespace }}}}\n{}",
            literal(before),
            literal(after)
        ));
    }
    Ok(parts.join("---\n"))
}

/// The documents of a stream, without the lines between them.
fn documents(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let is_end =
                line.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty() || rest.starts_with(" #"));
            if is_end {
                rest = Some(&text[at + line.len()..]);
                return Some(&text[..at]);
            }
            at += line.len();
        }
        rest = None;
        Some(text)
    })
}

/// What a document is; nothing where it is empty. What is no YAML is no object.
fn read(document: &str) -> Option<Value> {
    match serde_saphyr::from_str::<Value>(document) {
        Ok(Value::Null) => None,
        Ok(object) => Some(object),
        Err(_) => document.lines().any(|line| !line.trim().is_empty()).then_some(Value::Bool(false)),
    }
}

fn wants_namespace(object: &Value) -> bool {
    let kind = object["kind"].as_str().unwrap_or_default();
    !kind.is_empty() && !CLUSTER_KINDS.contains(&kind) && object["metadata"].get("namespace").is_none()
}

/// Behind the line `metadata:` of a document, and the indentation of what follows it.
fn metadata_end(document: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    let mut lines = document.split_inclusive('\n');
    for line in lines.by_ref() {
        at += line.len();
        let rest = line.strip_prefix("metadata:").map(str::trim_start);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#')) {
            break;
        }
    }
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = lines.find(is_content)?;
    let indentation = &first[..first.len() - first.trim_start().len()];
    (!indentation.is_empty()).then_some((at, indentation))
}

/// A text that a template says as it is.
fn literal(text: &str) -> String {
    text.split("{{").collect::<Vec<_>>().join("{{ \"{{\" }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_objects_alone_are_manifests() {
        for (path, text, is_manifest_file) in [
            ("a.yaml", "apiVersion: v1\nkind: Service\n", true),
            ("a.yml", "---\n# why\n---\napiVersion: v1\nkind: Service\n---\n", true),
            ("a.yaml", "apiVersion: v1\nkind: Service\n---\na: 1\n", false),
            ("values.yaml", "a: 1\n", false),
            ("a.yaml", "", false),
            ("a.yaml", "# nothing\n", false),
            ("a.yaml", "apiVersion: v1\nkind: {{ x }}\n", false),
            ("skaffold.yaml", "apiVersion: skaffold/v4beta11\nkind: Config\n", false),
            ("a.txt", "apiVersion: v1\nkind: Service\n", false),
        ] {
            assert_eq!(is_manifest(path, text), Ok(is_manifest_file), "{path} {text}");
        }
        assert!(is_manifest("base/kustomization.yaml", "resources: []").is_err());
    }

    #[test]
    fn an_object_gets_the_namespace_of_its_environment() {
        for (text, expected) in [
            (
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n",
                "apiVersion: v1\nkind: Service\nmetadata:\n  namespace: {{ .Values.namespace }}\n  name: a\n",
            ),
            (
                "kind: Pod\nmetadata: # why\n\n    name: a\n---\nkind: ClusterRole\nmetadata:\n  name: b\n",
                "kind: Pod\nmetadata: # why\n    namespace: {{ .Values.namespace }}\n\n    name: a\n---\nkind: ClusterRole\nmetadata:\n  name: b\n",
            ),
            ("kind: Pod\nmetadata:\n  namespace: own\n", "kind: Pod\nmetadata:\n  namespace: own\n"),
            (
                "kind: ConfigMap\nmetadata:\n  name: a\ndata:\n  rule: '{{ $value }}'\n",
                "kind: ConfigMap\nmetadata:\n  namespace: {{ .Values.namespace }}\n  name: a\ndata:\n  rule: '{{ \"{{\" }} $value }}'\n",
            ),
        ] {
            assert_eq!(template("a.yaml", text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn metadata_that_is_no_block_is_refused() {
        for text in
            ["kind: Pod\nmetadata: {name: a}\n", "kind: Pod\n", "kind: Pod\nmetadata:\n", "{kind: Pod}"]
        {
            let error = template("a.yaml", text).expect_err(text);
            assert_eq!(error, ApplicationError::MetadataNotBlock { path: "a.yaml".to_owned() });
        }
    }
}
