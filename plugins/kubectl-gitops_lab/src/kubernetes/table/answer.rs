//! A table as an answer: its columns, and a row an object.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::column::{Cell, Column, born, column, name};
use super::{custom, nodes, others, pods, rights, services, workloads};
use crate::kubernetes::Resource;
use crate::kubernetes::requests::list_document::partial;
use crate::kubernetes::schema::kinds::EXTENSIONS;
use crate::message::Request;

/// How much of each object comes with its row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Inclusion {
    None,
    Metadata,
    Object,
}

impl Inclusion {
    pub(in super::super) fn asked(request: &Request) -> Self {
        Self::named(request.parameters().get("includeObject").map(String::as_str))
    }

    /// What the parameter `includeObject` says.
    pub(in super::super) fn named(word: Option<&str>) -> Self {
        match word {
            Some("None") => Inclusion::None,
            Some("Object") => Inclusion::Object,
            _ => Inclusion::Metadata,
        }
    }
}

/// The columns of a kind.
fn columns(resource: &Resource) -> Vec<Column> {
    if let Some(definition) = &resource.definition {
        return custom::columns(definition);
    }
    match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "Pod") => pods::pods(),
        ("", "Node") => nodes::nodes(),
        ("" | "events.k8s.io", "Event") => nodes::events(),
        ("", "Namespace") => others::namespaces(),
        ("", "ConfigMap") => others::config_maps(),
        ("", "Secret") => others::secrets(),
        ("", "ResourceQuota") => others::quotas(),
        ("", "PersistentVolume") => others::volumes(),
        ("", "PersistentVolumeClaim") => others::claims(),
        ("", "PodTemplate") => workloads::templates(),
        ("", "Endpoints") => services::endpoints(),
        ("", "Service") => services::services(),
        ("", "ReplicationController") => workloads::replication_controllers(),
        ("apps", "Deployment") => workloads::deployments(),
        ("apps", "ReplicaSet") => workloads::replica_sets(),
        ("apps", "DaemonSet") => workloads::daemon_sets(),
        ("apps", "StatefulSet") => workloads::stateful_sets(),
        ("apps", "ControllerRevision") => workloads::revisions(),
        ("batch", "Job") => workloads::jobs(),
        ("batch", "CronJob") => workloads::cron_jobs(),
        ("coordination.k8s.io", "Lease") => others::leases(),
        ("discovery.k8s.io", "EndpointSlice") => services::slices(),
        ("networking.k8s.io", "Ingress") => services::ingresses(),
        ("networking.k8s.io", "IngressClass") => services::classes(),
        ("networking.k8s.io", "NetworkPolicy") => services::policies(),
        ("policy", "PodDisruptionBudget") => workloads::budgets(),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => rights::bindings(),
        ("scheduling.k8s.io", "PriorityClass") => others::priorities(),
        ("storage.k8s.io", "StorageClass") => others::storage_classes(),
        ("", "LimitRange") | ("rbac.authorization.k8s.io", _) | (EXTENSIONS, _) => plain(),
        _ => vec![name(), born()],
    }
}

/// The columns of a kind that has no printer of its own.
fn plain() -> Vec<Column> {
    let mut created = column("Created At", |object, _| object["metadata"]["creationTimestamp"].clone());
    created.form = "date".to_owned();
    vec![name(), created]
}

/// A table of `objects`.
pub(in super::super) fn of(
    resource: &Resource,
    metadata: Value,
    objects: &[&Value],
    inclusion: &Inclusion,
    now: Timestamp,
) -> Value {
    let columns = columns(resource);
    let rows: Vec<Value> =
        objects.iter().map(|object| row(resource, &columns, object, inclusion, now)).collect();
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": columns.iter().map(definition).collect::<Vec<_>>(),
        "rows": rows,
    })
}

fn row(
    resource: &Resource,
    columns: &[Column],
    object: &Value,
    inclusion: &Inclusion,
    now: Timestamp,
) -> Value {
    let cells: Vec<Value> = columns.iter().map(|column| cell(column, object, now)).collect();
    let mut row = json!({"cells": cells});
    if resource.kind == "Pod"
        && let Some(condition) = pods::finished(object)
    {
        row["conditions"] = json!([condition]);
    }
    match inclusion {
        Inclusion::None => {}
        Inclusion::Metadata => row["object"] = partial(object),
        Inclusion::Object => row["object"] = object.clone(),
    }
    row
}

fn cell(column: &Column, object: &Value, now: Timestamp) -> Value {
    match &column.cell {
        Cell::Rule(rule) => rule(object, now),
        Cell::Path(path) => custom::cell(path.as_ref(), &column.form, object, now),
    }
}

fn definition(column: &Column) -> Value {
    json!({
        "name": column.name,
        "type": column.form,
        "format": if column.name == "Name" { "name" } else { "" },
        "description": "",
        "priority": column.priority,
    })
}
