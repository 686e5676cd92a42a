//! `managedFields`: who owns what of an object, and what a write makes of it (`structured-merge-diff` of
//! Kubernetes, without its versions: nothing here is converted).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::comparing::{Comparison, compare, fields};
use super::merging::{merge, remove};
use super::set::FieldSet;
use super::shapes::{Shape, ShapeType};
use crate::kubernetes::timestamp::time;

/// What nobody owns: the server gave it, or it says which object this is.
const GIVEN: [&str; 10] = [
    "f:clusterName",
    "f:creationTimestamp",
    "f:deletionGracePeriodSeconds",
    "f:deletionTimestamp",
    "f:generation",
    "f:managedFields",
    "f:name",
    "f:namespace",
    "f:resourceVersion",
    "f:uid",
];

/// Fields of Kubernetes' own kinds that are there even when nothing is in them.
const ALWAYS: [&str; 11] = [
    "containers",
    "jobTemplate",
    "limits",
    "loadBalancer",
    "metadata",
    "rules",
    "spec",
    "status",
    "strategy",
    "template",
    "updateStrategy",
];

/// Who writes: the name under which what is written is owned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Manager {
    pub(crate) name: String,
    /// By server-side apply, and not by another write.
    pub(crate) applies: bool,
    pub(crate) version: String,
    /// `status`, or nothing for the object itself.
    pub(crate) part: String,
    /// Whether its object has a status of its own, which a write of the object itself does not reach.
    pub(crate) has_status: bool,
}

impl Manager {
    /// Whether `entry` is of this one.
    fn is(&self, entry: &ManagedFieldsEntry) -> bool {
        let same = (entry.name == self.name, entry.applies == self.applies, entry.part == self.part);
        same == (true, true, true) && (self.applies || entry.version == self.version)
    }

    /// What of `set` this one can own.
    fn reached(&self, mut set: FieldSet) -> FieldSet {
        if self.part == "status" {
            set.below.retain(|step, _| step == "f:status");
        } else {
            let is_own = |step: &str| step != "f:status" || !self.has_status;
            set.below.retain(|step, _| step != "f:apiVersion" && step != "f:kind" && is_own(step));
        }
        set.here = false;
        if let Some(mut metadata) = set.below.remove("f:metadata") {
            metadata.here = false;
            metadata.below.retain(|step, _| !GIVEN.contains(&step.as_str()));
            set.insert("f:metadata".to_owned(), metadata);
        }
        set
    }
}

/// Who owns what, since when.
#[derive(Clone, Debug, PartialEq)]
struct ManagedFieldsEntry {
    name: String,
    applies: bool,
    version: String,
    part: String,
    time: String,
    set: FieldSet,
}

impl ManagedFieldsEntry {
    /// How conflicts name its manager.
    fn shown(&self) -> String {
        let mut shown = format!("{:?}", self.name);
        if !self.part.is_empty() {
            shown += &format!(" with subresource {:?}", self.part);
        }
        if !self.applies {
            shown += &format!(" using {}", self.version);
        }
        shown
    }
}

/// A field that somebody else owns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conflict {
    pub(crate) manager: String,
    pub(crate) field: String,
}

/// All owners of an object's fields.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Managers(Vec<ManagedFieldsEntry>);

impl Managers {
    /// Those of `object`.
    pub(crate) fn of(object: &Value) -> Self {
        let entries = object["metadata"]["managedFields"].as_array().into_iter().flatten();
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let read = entries.map(|entry| ManagedFieldsEntry {
            name: text(entry, "manager"),
            applies: entry["operation"] == "Apply",
            version: text(entry, "apiVersion"),
            part: text(entry, "subresource"),
            time: text(entry, "time"),
            set: FieldSet::read(&entry["fieldsV1"]),
        });
        Self(read.filter(|entry| !entry.set.is_empty()).collect())
    }

    /// Those that a write of `object` begins with: its own where it names some, and those of what is there.
    pub(crate) fn before(live: &Value, object: &Value) -> Self {
        match object["metadata"]["managedFields"].as_array().map(Vec::as_slice) {
            Some([]) => Self(Vec::new()),
            Some([one]) if one.as_object().is_some_and(serde_json::Map::is_empty) => Self(Vec::new()),
            Some(_) => {
                let own = Self::of(object);
                if own.0.is_empty() { Self::of(live) } else { own }
            }
            None => Self::of(live),
        }
    }

    /// Writes them into `object`: who applies first, then by time and name.
    pub(crate) fn write(mut self, object: &mut Value) {
        self.0.retain(|entry| !entry.set.is_empty());
        self.0.sort_by(|a, b| {
            let order = |entry: &ManagedFieldsEntry| {
                (!entry.applies, entry.time.clone(), entry.name.clone(), entry.version.clone())
            };
            order(a).cmp(&order(b)).then_with(|| a.part.cmp(&b.part))
        });
        let documents: Vec<Value> = self.0.iter().map(document).collect();
        if let Some(metadata) = object["metadata"].as_object_mut() {
            match documents.is_empty() {
                true => drop(metadata.remove("managedFields")),
                false => drop(metadata.insert("managedFields".to_owned(), Value::Array(documents))),
            }
        }
    }

    /// A write other than by server-side apply has made `after` of `before`: what it changed is its own.
    pub(crate) fn updated(
        &mut self,
        of: ShapeType<'_>,
        manager: &Manager,
        before: &Value,
        after: &Value,
        now: Timestamp,
    ) {
        let found = compare(&Shape::Map(of), Some(before), Some(after));
        let (set, removed) = (manager.reached(found.set), manager.reached(found.removed));
        for entry in &mut self.0 {
            let others = !manager.is(entry);
            if others {
                entry.set = entry.set.without(&set);
            }
            entry.set = entry.set.without(&removed);
        }
        if !set.is_empty() {
            self.entry(manager, now).union(&set);
        }
    }

    /// What comes of `live` when `manager` applies `applied`, or who stands against it.
    pub(crate) fn applied(
        &mut self,
        of: ShapeType<'_>,
        manager: &Manager,
        live: &Value,
        applied: &Value,
        force: bool,
        now: Timestamp,
    ) -> Result<Value, Vec<Conflict>> {
        let shape = Shape::Map(of);
        let former = self.clone();
        let last = self.0.iter().position(|entry| manager.is(entry)).map(|place| self.0.remove(place).set);
        let own = manager.reached(fields(&shape, applied));
        let mut object = live.clone();
        merge(&shape, &mut object, applied);
        if let Some(last) = &last {
            let mut owned = own.clone();
            self.0.iter().for_each(|entry| owned.union(&entry.set));
            remove(&shape, &mut object, &last.with_ways().without(&owned.with_ways()));
        }
        let found = compare(&shape, Some(live), Some(&object));
        let found = Comparison { set: manager.reached(found.set), removed: manager.reached(found.removed) };
        let conflicts: Vec<Conflict> = self.0.iter().flat_map(|entry| against(entry, &found)).collect();
        if !conflicts.is_empty() && !force {
            *self = former;
            return Err(conflicts);
        }
        for entry in &mut self.0 {
            entry.set = entry.set.without(&found.set).without(&found.removed);
        }
        *self.entry(manager, now) = own;
        let unchanged = found.set.is_empty() && found.removed.is_empty();
        if unchanged && self.says_the_same_as(&former) {
            *self = former;
        }
        Ok(object)
    }

    /// Whether the same managers own the same, whenever they wrote it.
    fn says_the_same_as(&self, other: &Self) -> bool {
        let said = |entry: &ManagedFieldsEntry| ManagedFieldsEntry { time: String::new(), ..entry.clone() };
        let own = self.0.iter().filter(|entry| !entry.set.is_empty());
        own.clone().count() == other.0.len()
            && own.map(said).all(|entry| other.0.iter().any(|known| said(known) == entry))
    }

    /// What `manager` owns, as of now.
    fn entry(&mut self, manager: &Manager, now: Timestamp) -> &mut FieldSet {
        let place = self.0.iter().position(|entry| manager.is(entry)).unwrap_or_else(|| {
            self.0.push(ManagedFieldsEntry {
                name: manager.name.clone(),
                applies: manager.applies,
                version: String::new(),
                part: manager.part.clone(),
                time: String::new(),
                set: FieldSet::default(),
            });
            self.0.len() - 1
        });
        let entry = &mut self.0[place];
        entry.version.clone_from(&manager.version);
        entry.time = time(now);
        &mut entry.set
    }
}

/// The fields of `entry` that are to become others.
fn against(entry: &ManagedFieldsEntry, found: &Comparison) -> Vec<Conflict> {
    let paths = entry.set.common(&found.set).paths().into_iter();
    paths.map(|field| Conflict { manager: entry.shown(), field }).collect()
}

fn document(entry: &ManagedFieldsEntry) -> Value {
    let mut document = json!({
        "manager": entry.name,
        "operation": if entry.applies { "Apply" } else { "Update" },
        "apiVersion": entry.version,
        "time": entry.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": entry.set.document(),
    });
    if !entry.part.is_empty() {
        document["subresource"] = json!(entry.part);
    }
    document
}

/// What was there of one of Kubernetes' own kinds before it was made: the parts that are never left out.
pub(crate) fn blank(object: &Value) -> Value {
    let Some(fields) = object.as_object() else { return Value::Null };
    let there = fields.iter().filter(|(name, _)| ALWAYS.contains(&name.as_str()));
    Value::Object(there.map(|(name, value)| (name.clone(), blank(value))).collect())
}
