//! Creating: what becomes of an object that is not there yet, or why it may not be.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::accept::Form;
use super::body;
use super::options::WriteOptions;
use super::path::Target;
use super::update::{manager, type_of, written};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::ownership::{Managers, blank};
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::schema::immutable::has_generation;
use crate::kubernetes::schema::validation;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::workloads::select_own_pods;
use crate::kubernetes::{Resource, StatusError, refusals};
use crate::message::Request;

impl Cluster {
    /// `POST`
    pub(in crate::kubernetes) fn create(
        &mut self,
        request: &Request,
        target: &Target,
        form: Form,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let resource = &target.resource;
        if resource.namespaced && target.namespace.is_none() {
            return Err(refusals::method_not_allowed());
        }
        let options = WriteOptions::read(request, "CreateOptions")?;
        let mut object = body::document(request.media(), &request.body, &resource.kind)?;
        let warnings = body::fit(target, &mut object, options.strictness)?;
        self.name(&mut object);
        begin(resource, &mut object);
        validation::default(resource, &mut object);
        let mut managers = Managers::before(&Value::Null, &object);
        let before = nothing(resource, &object);
        managers.updated(type_of(resource), &manager(request, &options, target), &before, &object, now);
        managers.write(&mut object);
        let (object, more) = self.make(target, object, options.dry_run, now)?;
        let value = self.shown(&object, target, form, request, now);
        Ok(written(StatusCode::CREATED, value, [warnings, more].concat()))
    }

    /// Makes a new object of `object`, which has its defaults and its owners. Returns it and what is told of it.
    pub(in crate::kubernetes) fn make(
        &mut self,
        target: &Target,
        mut object: Value,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<(Value, Vec<String>), StatusError> {
        let resource = &target.resource;
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let key = self.key(target, &name);
        self.admit(resource, &key)?;
        if resource.kind == "Pod" {
            self.admit_pod(&key, &mut object).map_err(|why| refusals::not_admitted(resource, &name, &why))?;
        }
        self.prepare(resource, &mut object);
        validation::created(resource, &name, &object)?;
        let warnings = validation::warnings(resource, &object);
        if self.store.get(&key).is_some() {
            return Err(refusals::already_exists(resource, &name));
        }
        self.charge(&key, &object, dry_run).map_err(|why| refusals::not_admitted(resource, &name, &why))?;
        let object = self.born(resource, object, now);
        if dry_run {
            return Ok((object, warnings));
        }
        Ok((Value::clone(&self.store.put(key, object)), warnings))
    }

    /// Gives `object` a name where it asks for one.
    pub(in crate::kubernetes) fn name(&mut self, object: &mut Value) {
        let metadata = &mut object["metadata"];
        let is_named = metadata["name"].as_str().is_some_and(|name| !name.is_empty());
        if is_named {
            return;
        }
        if let Some(prefix) = metadata["generateName"].as_str().filter(|prefix| !prefix.is_empty()) {
            // Names that are made up are at most 63 bytes long.
            let prefix: String = prefix.chars().take(58).collect();
            metadata["name"] = json!(prefix + &self.ending());
        }
    }

    /// Five letters to make a name with.
    pub(in crate::kubernetes) fn ending(&mut self) -> String {
        const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
        let mut bits = self.bits();
        let mut letters = || {
            let place = usize::try_from(bits % LETTERS.len() as u64).unwrap_or_default();
            bits /= LETTERS.len() as u64;
            char::from(LETTERS[place])
        };
        (0..5).map(|_| letters()).collect()
    }

    /// Puts in what the server itself adds.
    fn prepare(&mut self, resource: &Resource, object: &mut Value) {
        validation::prepare(resource, object);
        if resource.group.is_empty() && resource.kind == "Service" {
            self.allocate(object);
        }
    }

    /// Whether the namespace takes something new.
    fn admit(&self, resource: &Resource, key: &Key) -> Result<(), StatusError> {
        if key.namespace.is_empty() {
            return Ok(());
        }
        let namespaces = self.key_of("namespaces", "", &key.namespace);
        let Some(namespace) = self.store.get(&namespaces) else {
            return Err(refusals::not_found(self.kind_at(&namespaces), &key.namespace));
        };
        match namespace["metadata"].get("deletionTimestamp") {
            Some(_) => Err(refusals::terminating(resource, &key.name, &key.namespace)),
            None => Ok(()),
        }
    }

    /// Adds an object that is known to be well.
    pub(in crate::kubernetes) fn add(&mut self, key: Key, mut object: Value, now: Timestamp) -> Value {
        let resource = self.kind_at(&key).clone();
        validation::default(&resource, &mut object);
        self.prepare(&resource, &mut object);
        let object = self.born(&resource, object, now);
        Value::clone(&self.store.put(key, object))
    }

    /// `object` with what the server gives it.
    fn born(&mut self, resource: &Resource, mut object: Value, now: Timestamp) -> Value {
        let (high, low) = (self.bits(), self.bits());
        let metadata = &mut object["metadata"];
        if let Some(fields) = metadata.as_object_mut() {
            for given in ["deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"]
            {
                fields.remove(given);
            }
        }
        metadata["uid"] = json!(format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        ));
        metadata["creationTimestamp"] = json!(time(now));
        if has_generation(resource) {
            metadata["generation"] = json!(1);
        }
        if resource.kind == "Job" {
            select_own_pods(&mut object);
        }
        object
    }
}

/// Nobody makes an object with a status: that is written apart.
pub(in crate::kubernetes) fn begin(resource: &Resource, object: &mut Value) {
    if resource.has_status()
        && let Some(fields) = object.as_object_mut()
    {
        fields.remove("status");
    }
}

/// What was there of `object` before it was made.
pub(in crate::kubernetes) fn nothing(resource: &Resource, object: &Value) -> Value {
    if resource.is_custom() { json!({}) } else { blank(object) }
}
