//! Deletion: preconditions, grace, what finalizers hold, and what is to become of dependents.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::accept::Form;
use super::body;
use super::list_document::listing;
use super::options::WriteOptions;
use super::path::Target;
use super::selector::Matching;
use super::update::written;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::schema::immutable::{has_generation, is_released};
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::table::Inclusion;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::{CollectionQuery, Resource, StatusError, many, object_details, refusals};
use crate::message::Request;

/// How a deletion is meant: from the body, and where that says nothing from the query.
#[derive(Default)]
struct Deletion {
    dry_run: bool,
    grace: Option<i64>,
    propagation: Option<String>,
    uid: Option<String>,
    version: Option<String>,
}

impl Deletion {
    fn read(request: &Request) -> Result<Self, StatusError> {
        let body = match request.body.is_empty() {
            true => json!({}),
            false => body::document(request.media(), &request.body, "DeleteOptions")?,
        };
        let query = request.parameters();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let is_dry = body["dryRun"].as_array().is_some_and(|values| !values.is_empty());
        let asked = query.get("gracePeriodSeconds").and_then(|seconds| seconds.parse().ok());
        Ok(Self {
            dry_run: is_dry || WriteOptions::read(request, "DeleteOptions")?.dry_run,
            grace: body["gracePeriodSeconds"].as_i64().or(asked),
            propagation: text(&body["propagationPolicy"]).or_else(|| query.get("propagationPolicy").cloned()),
            uid: text(&body["preconditions"]["uid"]),
            version: text(&body["preconditions"]["resourceVersion"]),
        })
    }

    /// The finalizer by which the collector learns what is to become of dependents.
    fn finalizer(&self) -> Option<&'static str> {
        match self.propagation.as_deref() {
            Some("Foreground") => Some("foregroundDeletion"),
            Some("Orphan") => Some("orphan"),
            _ => None,
        }
    }

    /// Decides what was left open. Jobs of old kept their pods, and still do; whoever does not say so is told.
    fn complete(&mut self, resource: &Resource) -> Vec<String> {
        if resource.kind != "Job" || self.propagation.is_some() {
            return Vec::new();
        }
        self.propagation = Some("Orphan".to_owned());
        let told = "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to \
                    remove them or set propagationPolicy=Orphan to suppress this warning";
        vec![told.to_owned()]
    }

    fn check(&self, resource: &Resource, name: &str, object: &Value) -> Result<(), StatusError> {
        let record = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
        for (what, asked, record, then) in [
            ("UID", &self.uid, record("uid"), "deleted and then recreated"),
            ("ResourceVersion", &self.version, record("resourceVersion"), "modified"),
        ] {
            if let Some(asked) = asked.as_ref().filter(|asked| **asked != record) {
                let why = format!(
                    "the {what} in the precondition ({asked}) does not match the {what} in record ({record}). The \
                     object might have been {then}"
                );
                return Err(refusals::precondition(resource, name, &why));
            }
        }
        Ok(())
    }
}

/// Namespaces that nobody may delete (NamespaceLifecycle).
const IMMORTAL: [&str; 3] = ["default", "kube-public", "kube-system"];

impl Cluster {
    /// `DELETE` of one object.
    pub(in crate::kubernetes) fn delete(
        &mut self,
        request: &Request,
        target: &Target,
        name: &str,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let mut deletion = Deletion::read(request)?;
        let resource = &target.resource;
        let key = self.key(target, name);
        let object = self.object(resource, &key)?;
        if resource.group.is_empty() && resource.kind == "Namespace" && IMMORTAL.contains(&name) {
            return Err(refusals::immortal(resource, name));
        }
        deletion.check(resource, name, &object)?;
        let warnings = deletion.complete(resource);
        let last = self.mark(&key, &deletion, now).unwrap_or_else(|| Value::clone(&object));
        // Some kinds answer with what is gone, the others with a word about it.
        let answers_with_object = ["Pod", "ResourceQuota", "Service"].contains(&resource.kind.as_str());
        let is_gone = deletion.dry_run || self.store.get(&key).is_none();
        let mut value = last;
        if is_gone && !answers_with_object && resource.kind != "Namespace" {
            let mut details = object_details(resource, name);
            details["uid"] = object["metadata"]["uid"].clone();
            value = json!({
                "kind": "Status",
                "apiVersion": "v1",
                "metadata": {},
                "status": "Success",
                "details": details,
            });
        }
        Ok(written(StatusCode::OK, value, warnings))
    }

    /// `DELETE` of all that match.
    pub(in crate::kubernetes) fn delete_all(
        &mut self,
        request: &Request,
        target: &Target,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let deletion = Deletion::read(request)?;
        let resource = &target.resource;
        let CollectionQuery::List(listed) =
            many(resource, target.place, target.namespace.as_deref(), &request.query)?
        else {
            return Err(refusals::method_not_allowed());
        };
        let version = self.store.version();
        let found: Vec<(Key, Value)> = self
            .store
            .of_kind(target.place)
            .filter(|(_, object)| listed.filter.matches(object))
            .map(|(key, object)| (key.clone(), Value::clone(object)))
            .collect();
        for (key, _) in &found {
            self.mark(key, &deletion, now);
        }
        let items: Vec<&Value> = found.iter().map(|(_, object)| object).collect();
        let metadata = json!({"resourceVersion": version.to_string()});
        let list = listing(resource, metadata, &items, Form::Whole, &Inclusion::asked(request), now);
        Ok(Reply::json(StatusCode::OK, list))
    }

    /// Deletes what a controller deletes.
    pub(in crate::kubernetes) fn discard(&mut self, key: &Key, now: Timestamp) {
        self.mark(key, &Deletion::default(), now);
    }

    /// Deletes what a controller deletes after its dependents.
    pub(in crate::kubernetes) fn discard_in_foreground(&mut self, key: &Key, now: Timestamp) {
        let propagation = Some("Foreground".to_owned());
        self.mark(key, &Deletion { propagation, ..Deletion::default() }, now);
    }

    /// Leaves what is at `key` no more time to end.
    pub(in crate::kubernetes) fn end(&mut self, key: &Key, now: Timestamp) {
        self.mark(key, &Deletion { grace: Some(0), ..Deletion::default() }, now);
    }

    /// Takes away what is at `key`, or marks it as going while something holds it. Returns what is left to see.
    fn mark(&mut self, key: &Key, deletion: &Deletion, now: Timestamp) -> Option<Value> {
        let resource = self.kind_at(key).clone();
        let before = self.store.get(key)?.clone();
        let mut object = Value::clone(&before);
        let grace = grace(&resource, &object, deletion);
        let metadata = &mut object["metadata"];
        let was_going = metadata.get("deletionTimestamp").is_some();
        let waited = metadata["deletionGracePeriodSeconds"].as_i64();
        if resource.kind == "Namespace" {
            if !was_going {
                metadata["deletionTimestamp"] = json!(time(now));
                object["status"]["phase"] = json!("Terminating");
            }
        } else {
            if let Some(finalizer) = deletion.finalizer().filter(|_| !was_going) {
                hold(metadata, finalizer);
            }
            if !was_going || waited.is_some_and(|waited| grace < waited) {
                let end = now.saturating_add(SignedDuration::from_secs(grace)).unwrap_or(now);
                metadata["deletionTimestamp"] = json!(time(end));
                metadata["deletionGracePeriodSeconds"] = json!(grace);
                if grace > 0 && !deletion.dry_run {
                    self.wake(key.clone(), end);
                }
            }
            if !was_going && has_generation(&resource) {
                let generation = metadata["generation"].as_u64().unwrap_or(1);
                metadata["generation"] = json!(generation + 1);
            }
        }
        if deletion.dry_run || object == *before {
            return Some(object);
        }
        if is_released(&object) {
            return self.store.remove(key).map(|last| Value::clone(&last));
        }
        Some(Value::clone(&self.store.put(key.clone(), object)))
    }
}

/// Only a pod on a node has time to end.
fn grace(resource: &Resource, object: &Value, deletion: &Deletion) -> i64 {
    if resource.kind != "Pod" || object["spec"]["nodeName"].as_str().is_none_or(str::is_empty) {
        return 0;
    }
    let own = object["spec"]["terminationGracePeriodSeconds"].as_i64();
    deletion.grace.or(own).unwrap_or(30).max(0)
}

fn hold(metadata: &mut Value, finalizer: &str) {
    let mut finalizers = metadata["finalizers"].as_array().cloned().unwrap_or_default();
    if !finalizers.contains(&json!(finalizer)) {
        finalizers.push(json!(finalizer));
    }
    metadata["finalizers"] = json!(finalizers);
}
