//! Metadata as a server takes it: names, labels, annotations, owners and finalizers, all that is wrong with them at once.
//!
//! On an update a server looks more than once, and tells what it sees as often as it looks.

use serde_json::Value;

use super::labels;
use crate::kubernetes::Resource;
use crate::kubernetes::refusals::Cause;

/// How many bytes the annotations of an object hold at most.
const LARGEST: usize = 256 * 1024;
const FINALIZERS: &str = "metadata.finalizers";
const OWNERS: &str = "metadata.ownerReferences";
/// The finalizers that need no domain.
const STANDARD: [&str; 3] = ["foregroundDeletion", "kubernetes", "orphan"];

/// What is wrong with the metadata of a new object.
pub(super) fn created(resource: &Resource, name: &str, object: &Value) -> Vec<Cause> {
    let mut causes = check_name(resource, name);
    causes.extend(check(&object["metadata"]));
    if has_qualified_finalizers(resource) {
        causes.extend(unqualified(&object["metadata"]));
    }
    causes
}

/// What is wrong with the metadata of an object that is updated.
pub(super) fn updated(resource: &Resource, before: &Value, object: &Value) -> Vec<Cause> {
    let (before, metadata) = (&before["metadata"], &object["metadata"]);
    let update = || {
        let mut causes = Vec::from_iter(added_finalizers(before, metadata));
        causes.extend(content(metadata));
        causes
    };
    let mut causes = check(metadata);
    causes.extend(update());
    causes.extend(update());
    if has_qualified_finalizers(resource) {
        causes.extend(unqualified(metadata));
    }
    if ["ConfigMap", "Secret"].contains(&resource.kind.as_str()) {
        causes.extend(check(metadata));
        causes.extend(unqualified(metadata));
    }
    causes
}

/// Custom resources and their definitions are only warned about.
fn has_qualified_finalizers(resource: &Resource) -> bool {
    !resource.is_custom() && resource.kind != "CustomResourceDefinition"
}

fn check(metadata: &Value) -> Vec<Cause> {
    let mut causes = content(metadata);
    let finalizers: Vec<&str> = texts(&metadata["finalizers"]).collect();
    for finalizer in &finalizers {
        let wrong = labels::wrong_name(finalizer).into_iter();
        causes.extend(wrong.map(|why| Cause::invalid(FINALIZERS, format!("{finalizer:?}: {why}"))));
    }
    if finalizers.contains(&"orphan") && finalizers.contains(&"foregroundDeletion") {
        let why = "finalizer orphan and foregroundDeletion cannot be both set";
        causes.push(Cause::invalid(FINALIZERS, format!("{}: {why}", metadata["finalizers"])));
    }
    causes
}

/// Labels, annotations and owners.
fn content(metadata: &Value) -> Vec<Cause> {
    let mut causes = labels::check(&metadata["labels"], "metadata.labels");
    causes.extend(annotations(&metadata["annotations"]));
    for owner in metadata["ownerReferences"].as_array().into_iter().flatten() {
        for (field, why) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            if owner[field].as_str().unwrap_or_default().is_empty() {
                causes.push(Cause::invalid(format!("{OWNERS}.{field}"), format!("\"\": {why}")));
            }
        }
    }
    causes
}

fn annotations(annotations: &Value) -> Vec<Cause> {
    const FIELD: &str = "metadata.annotations";
    let mut causes = Vec::new();
    let mut size = 0;
    for (name, value) in annotations.as_object().into_iter().flatten() {
        size += name.len() + value.as_str().map_or(0, str::len);
        // Letters may be of either case.
        let wrong = labels::wrong_name(&name.to_lowercase()).into_iter();
        causes.extend(wrong.map(|why| Cause::invalid(FIELD, format!("{name:?}: {why}"))));
    }
    if size > LARGEST {
        causes.push(Cause::too_long(FIELD, format!("may not be more than {LARGEST} bytes")));
    }
    causes
}

/// The finalizers that came in though the object is going.
fn added_finalizers(before: &Value, metadata: &Value) -> Option<Cause> {
    before.get("deletionTimestamp")?;
    let had: Vec<&str> = texts(&before["finalizers"]).collect();
    let mut added: Vec<String> = texts(&metadata["finalizers"])
        .filter(|finalizer| !had.contains(finalizer))
        .map(|finalizer| format!("{finalizer:?}"))
        .collect();
    added.sort();
    added.dedup();
    let why = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
        added.join(", ")
    );
    (!added.is_empty()).then(|| Cause::forbidden(FINALIZERS, why))
}

fn unqualified(metadata: &Value) -> Vec<Cause> {
    let finalizers = texts(&metadata["finalizers"]).enumerate();
    finalizers
        .filter(|(_, finalizer)| !finalizer.contains('/') && !STANDARD.contains(finalizer))
        .map(|(index, finalizer)| {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            Cause::invalid(format!("{FINALIZERS}[{index}]"), format!("{finalizer:?}: {why}"))
        })
        .collect()
}

/// What a client is warned of in the finalizers of a custom resource.
pub(super) fn warnings(resource: &Resource, object: &Value) -> Vec<String> {
    if has_qualified_finalizers(resource) {
        return Vec::new();
    }
    let finalizers = texts(&object["metadata"]["finalizers"]);
    finalizers
        .filter(|finalizer| !finalizer.contains('/') && !STANDARD.contains(finalizer))
        .map(|finalizer| {
            let form = if finalizer.contains('.') { " including a path (/)" } else { "" };
            format!(
                "metadata.finalizers: {finalizer:?}: prefer a domain-qualified finalizer name{form} to avoid accidental \
                 conflicts with other finalizer writers"
            )
        })
        .collect()
}

/// What is wrong with a name.
fn check_name(resource: &Resource, name: &str) -> Vec<Cause> {
    const FIELD: &str = "metadata.name";
    if name.is_empty() {
        let mut cause = Cause::required(FIELD);
        cause.message += ": name or generateName is required";
        return vec![cause];
    }
    let is_label = matches!(resource.kind.as_str(), "Namespace" | "Service");
    let longest = if is_label { 63 } else { 253 };
    let mut wrong = Vec::new();
    if name.len() > longest {
        wrong.push(format!("must be no more than {longest} characters"));
    }
    let is_subdomain = name.split('.').all(labels::is_domain);
    if is_label && name.contains('.') && is_subdomain {
        wrong.push("must not contain dots".to_owned());
    } else if is_label && !labels::is_domain(name) {
        wrong.push(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
             and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
                .to_owned(),
        );
    } else if !is_subdomain {
        wrong.push(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
             '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
                .to_owned(),
        );
    }
    wrong.iter().map(|why| Cause::invalid(FIELD, format!("{name:?}: {why}"))).collect()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::CONTENT_TYPE;
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{answer, cluster, request, send};

    const NAMESPACE: &str = "/api/v1/namespaces/default";

    #[test]
    fn a_patch_is_told_all_that_is_wrong_with_it() {
        let mut cluster = cluster();
        let patch = json!({"metadata": {
            "labels": {"team": "a b"},
            "annotations": {"Not A Key": "x"},
            "finalizers": ["bad name", "plain"],
            "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "m", "uid": ""}],
        }});
        let request = request(Method::PATCH, NAMESPACE, &patch);
        let request = request.with_header(CONTENT_TYPE, "application/merge-patch+json");
        let (code, refused) = answer(&mut cluster, &request);
        assert_eq!(code, 422);
        let mut causes: Vec<(&str, usize)> = Vec::new();
        for cause in refused["details"]["causes"].as_array().unwrap() {
            let field = cause["field"].as_str().unwrap();
            match causes.iter_mut().find(|(known, _)| *known == field) {
                Some((_, number)) => *number += 1,
                None => causes.push((field, 1)),
            }
        }
        assert_eq!(
            causes,
            [
                ("metadata.labels", 3),
                ("metadata.annotations", 3),
                ("metadata.ownerReferences.uid", 3),
                ("metadata.finalizers", 1),
                ("metadata.finalizers[0]", 1),
                ("metadata.finalizers[1]", 1),
            ]
        );
        let message = refused["message"].as_str().unwrap();
        assert_eq!(message.matches("metadata.labels: Invalid value").count(), 1, "{message}");
        assert!(message.starts_with("Namespace \"default\" is invalid: [metadata.labels: "), "{message}");
    }

    #[test]
    fn names_are_neither_too_long_nor_of_several_parts_where_a_label_is_wanted() {
        let mut cluster = cluster();
        let long = "n".repeat(64);
        for (name, told) in [
            (long.as_str(), "must be no more than 63 characters"),
            ("a.b", "\"a.b\": must not contain dots"),
            ("A", "a lowercase RFC 1123 label must consist of"),
        ] {
            let namespace = json!({"metadata": {"name": name}});
            let (code, refused) = send(&mut cluster, Method::POST, "/api/v1/namespaces", &namespace);
            assert_eq!(code, 422);
            assert!(refused["message"].as_str().unwrap().contains(told), "{refused}");
        }
    }

    #[test]
    fn annotations_are_limited_in_size() {
        let mut cluster = cluster();
        let map = json!({"metadata": {"name": "m", "annotations": {"a": "x".repeat(256 * 1024)}}});
        let (code, refused) = send(&mut cluster, Method::POST, &format!("{NAMESPACE}/configmaps"), &map);
        assert_eq!(code, 422);
        assert_eq!(
            refused["message"],
            "ConfigMap \"m\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes"
        );
        assert_ne!(refused["details"]["causes"], Value::Null);
    }
}
