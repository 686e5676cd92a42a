//! How the parts of an object are merged: which lists have keys and which are sets, and what is one value however
//! much is in it. One table for server-side apply and strategic merge patches.
//!
//! Only what differs from the rule stands here: an object is merged field by field, and a list is one value.
//! Kinds that a definition made say it in their schema.

use serde_json::Value;

/// A field by whose value an item of a list is found again, and the value that it has when it is left out.
pub(crate) type MergeKey = (&'static str, Option<&'static str>);

/// Fields that are merged in their own way.
pub(crate) type FieldTable = [(&'static str, FieldRow)];

/// How one field is merged.
#[derive(Debug)]
pub(crate) enum FieldRow {
    /// Field by field, some of them in their own way.
    Fields(&'static FieldTable),
    /// A list of objects. The first key is the one that strategic merge patches go by.
    List(&'static [MergeKey], &'static FieldTable),
    /// The same, of objects that are one value each.
    ListOfWhole(&'static [MergeKey]),
    /// A list of texts without order.
    Set,
    /// An object that is one value when it is applied.
    Whole,
}

use FieldRow::{Fields as Merged, List, ListOfWhole, Set, Whole};

const NAME: &[MergeKey] = &[("name", None)];
const TYPE: &[MergeKey] = &[("type", None)];

const METADATA: &FieldTable = &[("finalizers", Set), ("ownerReferences", ListOfWhole(&[("uid", None)]))];

const ENVIRONMENT: &FieldTable = &[(
    "valueFrom",
    Merged(&[
        ("configMapKeyRef", Whole),
        ("fieldRef", Whole),
        ("resourceFieldRef", Whole),
        ("secretKeyRef", Whole),
    ]),
)];

const CONTAINER: &FieldTable = &[
    ("env", List(NAME, ENVIRONMENT)),
    ("ports", List(&[("containerPort", None), ("protocol", Some("TCP"))], &[])),
    ("resources", Merged(&[("claims", List(NAME, &[]))])),
    ("volumeDevices", List(&[("devicePath", None)], &[])),
    ("volumeMounts", List(&[("mountPath", None)], &[])),
];

const VOLUME: &FieldTable = &[("secretRef", Whole)];

const POD: &FieldTable = &[
    ("containers", List(NAME, CONTAINER)),
    ("ephemeralContainers", List(NAME, CONTAINER)),
    ("hostAliases", List(&[("ip", None)], &[])),
    ("imagePullSecrets", List(NAME, &[])),
    ("initContainers", List(NAME, CONTAINER)),
    ("nodeSelector", Whole),
    ("resourceClaims", List(NAME, &[])),
    ("schedulingGates", List(NAME, &[])),
    (
        "topologySpreadConstraints",
        List(&[("topologyKey", None), ("whenUnsatisfiable", None)], &[("labelSelector", Whole)]),
    ),
    ("volumes", List(NAME, VOLUME)),
];

const POD_STATUS: &FieldTable =
    &[("conditions", List(TYPE, &[])), ("podIPs", List(&[("ip", None)], &[])), ("hostIPs", Set)];

const TEMPLATE: &FieldTable = &[("metadata", Merged(METADATA)), ("spec", Merged(POD))];

const WORKLOAD: &FieldTable = &[("selector", Whole), ("template", Merged(TEMPLATE))];

const JOB: &FieldTable = &[("selector", Whole), ("template", Merged(TEMPLATE))];

const JOB_TEMPLATE: &FieldTable = &[("metadata", Merged(METADATA)), ("spec", Merged(JOB))];

const SERVICE: &FieldTable =
    &[("ports", List(&[("port", None), ("protocol", Some("TCP"))], &[])), ("selector", Whole)];

/// Kinds that have conditions and nothing else that is their own.
const CONDITIONS: &FieldTable = &[("conditions", List(TYPE, &[]))];

/// What each of Kubernetes' own kinds has beside its metadata.
const KINDS: &[(&str, &FieldTable)] = &[
    ("CronJob", &[("spec", Merged(&[("jobTemplate", Merged(JOB_TEMPLATE))]))]),
    ("DaemonSet", &[("spec", Merged(WORKLOAD)), ("status", Merged(CONDITIONS))]),
    ("Deployment", &[("spec", Merged(WORKLOAD)), ("status", Merged(CONDITIONS))]),
    ("Ingress", &[("spec", Merged(&[("defaultBackend", Merged(&[("resource", Whole)]))]))]),
    ("Job", &[("spec", Merged(JOB)), ("status", Merged(CONDITIONS))]),
    ("Namespace", &[("status", Merged(CONDITIONS))]),
    ("NetworkPolicy", &[("spec", Merged(&[("podSelector", Whole)]))]),
    (
        "Node",
        &[
            ("spec", Merged(&[("podCIDRs", Set), ("taints", List(&[("key", None)], &[]))])),
            ("status", Merged(&[("addresses", List(TYPE, &[])), ("conditions", List(TYPE, &[]))])),
        ],
    ),
    ("PersistentVolumeClaim", &[("spec", Merged(&[("selector", Whole)])), ("status", Merged(CONDITIONS))]),
    ("Pod", &[("spec", Merged(POD)), ("status", Merged(POD_STATUS))]),
    ("PodDisruptionBudget", &[("spec", Merged(&[("selector", Whole)])), ("status", Merged(CONDITIONS))]),
    ("ReplicaSet", &[("spec", Merged(WORKLOAD)), ("status", Merged(CONDITIONS))]),
    ("RoleBinding", &[("roleRef", Whole)]),
    ("ClusterRoleBinding", &[("roleRef", Whole)]),
    ("ClusterRole", &[("aggregationRule", Whole)]),
    ("Service", &[("spec", Merged(SERVICE)), ("status", Merged(CONDITIONS))]),
    ("ServiceAccount", &[("secrets", ListOfWhole(NAME))]),
    ("StatefulSet", &[("spec", Merged(WORKLOAD)), ("status", Merged(CONDITIONS))]),
];

/// The type of an object, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ShapeType<'a> {
    /// The root of one of Kubernetes' own kinds.
    Root(&'static FieldTable),
    Fields(&'static FieldTable),
    /// What a definition says.
    Schema(&'a Value),
}

/// How a value is merged.
#[derive(Debug)]
pub(crate) enum Shape<'a> {
    /// Field by field.
    Map(ShapeType<'a>),
    /// A list, item by item: its keys, and whether an item is one value.
    Keyed { keys: Vec<(&'a str, Option<&'a str>)>, item: ShapeType<'a>, whole: bool },
    /// A list of values without order.
    Set,
    /// As one value.
    Whole,
}

/// What is merged in its own way in one of Kubernetes' own kinds, and in `ObjectMeta`.
pub(crate) fn fields_of_kind(kind: &str) -> &'static FieldTable {
    match kind {
        "ObjectMeta" => METADATA,
        _ => KINDS.iter().find(|row| row.0 == kind).map_or(&[], |row| row.1),
    }
}

impl<'a> ShapeType<'a> {
    /// The type of one of Kubernetes' own kinds.
    pub(crate) fn of_kind(kind: &str) -> Self {
        ShapeType::Root(fields_of_kind(kind))
    }

    /// How the field `name` is merged, in which `value` is found.
    pub(crate) fn field(self, name: &str, value: &Value) -> Shape<'a> {
        match self {
            ShapeType::Root(_) if name == "metadata" => Shape::Map(ShapeType::Fields(METADATA)),
            ShapeType::Root(fields) | ShapeType::Fields(fields) => {
                shape(fields.iter().find(|row| row.0 == name).map(|row| &row.1), value)
            }
            ShapeType::Schema(schema) => described(schema, name, value),
        }
    }
}

fn shape(row: Option<&'static FieldRow>, value: &Value) -> Shape<'static> {
    match row {
        Some(Merged(fields)) => Shape::Map(ShapeType::Fields(fields)),
        Some(List(keys, fields)) => {
            Shape::Keyed { keys: keys.to_vec(), item: ShapeType::Fields(fields), whole: false }
        }
        Some(ListOfWhole(keys)) => {
            Shape::Keyed { keys: keys.to_vec(), item: ShapeType::Fields(&[]), whole: true }
        }
        Some(Set) => Shape::Set,
        None if value.is_object() => Shape::Map(ShapeType::Fields(&[])),
        Some(Whole) | None => Shape::Whole,
    }
}

/// What the schema of a definition says of a field.
fn described<'a>(schema: &'a Value, name: &str, value: &Value) -> Shape<'a> {
    let Some(field) = schema["properties"].get(name).or_else(|| schema.get("additionalProperties")) else {
        if name == "metadata" {
            return Shape::Map(ShapeType::Fields(METADATA));
        }
        return shape(None, value);
    };
    if name == "metadata" && field.get("properties").is_none() {
        return Shape::Map(ShapeType::Fields(METADATA));
    }
    let text = |name: &str| field[name].as_str().unwrap_or_default();
    match (text("x-kubernetes-list-type"), text("x-kubernetes-map-type")) {
        ("set", _) => Shape::Set,
        ("map", _) => {
            let names = field["x-kubernetes-list-map-keys"].as_array().into_iter().flatten();
            let preset = |key: &str| field["items"]["properties"][key]["default"].as_str();
            let keys = names.filter_map(Value::as_str).map(|key| (key, preset(key)));
            Shape::Keyed { keys: keys.collect(), item: ShapeType::Schema(&field["items"]), whole: false }
        }
        (_, "atomic") => Shape::Whole,
        _ if value.is_object() => Shape::Map(ShapeType::Schema(field)),
        _ => Shape::Whole,
    }
}

/// The step of a path to an item of a list with keys, as `managedFields` write it.
pub(crate) fn key_step(keys: &[(&str, Option<&str>)], item: &Value) -> String {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    let values: Vec<String> = sorted
        .into_iter()
        .filter_map(|(key, preset)| {
            let value = item.get(key).cloned().or_else(|| preset.map(Value::from))?;
            Some(format!("{}:{value}", Value::from(key)))
        })
        .collect();
    format!("k:{{{}}}", values.join(","))
}
