//! Creating, updating and patching: what comes of a write, or why it is refused.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::cluster::{Cluster, time};
use super::form::Form;
use super::keeping::{has_generation, is_other_content, is_released, keep, preconditions, same_name};
use super::options::{Options, PatchKind};
use super::place::Target;
use super::reply::{Document, Reply, Request};
use super::store::Key;
use super::{decoding, patching, refusals, validation};
use crate::api::Refusal;
use crate::recording::Resource;

impl Cluster {
    /// `POST`
    pub(super) fn create(
        &mut self,
        request: &Request,
        target: &Target,
        form: Form,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let resource = &target.resource;
        if resource.namespaced && target.namespace.is_none() {
            return Err(refusals::method_not_allowed());
        }
        let options = Options::read(request, "CreateOptions")?;
        let mut object = decoding::document(request.media.as_deref(), &request.body, &resource.kind)?;
        let mut warnings = decoding::fit(target, &mut object, options.strictness)?;
        self.name(&mut object);
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let key = self.key(target, &name);
        self.admit(resource, &key)?;
        if resource.kind == "Pod" {
            self.admit_pod(&key, &mut object).map_err(refusals::bad_request)?;
        }
        validation::complete(resource, &mut object);
        validation::created(resource, &name, &object)?;
        warnings.extend(validation::warnings(&object));
        if self.store.get(&key).is_some() {
            return Err(refusals::already_exists(resource, &name));
        }
        let object = match options.dry_run {
            true => self.born(resource, object, now),
            false => self.add(key, object, now),
        };
        let value = self.shown(&object, target, form, request, now);
        Ok(written(StatusCode::CREATED, value, warnings))
    }

    /// `PUT`
    pub(super) fn update(
        &mut self,
        request: &Request,
        target: &Target,
        name: &str,
        form: Form,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let options = Options::read(request, "UpdateOptions")?;
        let mut object = decoding::document(request.media.as_deref(), &request.body, &target.resource.kind)?;
        let warnings = decoding::fit(target, &mut object, options.strictness)?;
        same_name(&object, name)?;
        let object = self.replace(target, name, object, options.dry_run)?;
        let value = self.shown(&object, target, form, request, now);
        Ok(written(StatusCode::OK, value, warnings))
    }

    /// `PATCH`
    pub(super) fn patch(
        &mut self,
        request: &Request,
        target: &Target,
        name: &str,
        form: Form,
        now: Timestamp,
    ) -> Result<Reply, Refusal> {
        let resource = &target.resource;
        let kind = PatchKind::of(request, resource)?;
        let options = Options::read(request, "PatchOptions")?;
        let patch: Value = serde_json::from_slice(&request.body)
            .map_err(|error| refusals::bad_request(format!("error decoding patch: {error}")))?;
        let before = self.object(resource, &self.key(target, name))?;
        let mut object = Value::clone(&before);
        match kind {
            PatchKind::Json => {
                object = patching::json(&before, &patch).ok_or_else(refusals::unpatchable)?;
            }
            PatchKind::Strategic if !patching::is_plain(&patch) => {
                return Err(refusals::unknown("strategic merge patches with lists or directives"));
            }
            PatchKind::Merge | PatchKind::Strategic => patching::merge(&mut object, &patch),
        }
        let warnings = decoding::fit(target, &mut object, options.strictness)?;
        same_name(&object, name)?;
        let object = self.replace(target, name, object, options.dry_run)?;
        let value = self.shown(&object, target, form, request, now);
        Ok(written(StatusCode::OK, value, warnings))
    }

    /// Puts `object` in the place of the one that is there, with what a write cannot change kept.
    fn replace(
        &mut self,
        target: &Target,
        name: &str,
        mut object: Value,
        dry_run: bool,
    ) -> Result<Value, Refusal> {
        let resource = &target.resource;
        let key = self.key(target, name);
        let before = self.object(resource, &key)?;
        preconditions(resource, &key, &before, &object)?;
        keep(resource, target.status, &before, &mut object);
        validation::complete(resource, &mut object);
        validation::updated(resource, name, &before, &object)?;
        if has_generation(resource) && is_other_content(&before, &object) {
            let generation = before["metadata"]["generation"].as_u64().unwrap_or(1);
            object["metadata"]["generation"] = json!(generation + 1);
        }
        if object == *before || dry_run {
            return Ok(object);
        }
        if is_released(&object) {
            // Its answer is the last state, which nobody can read again.
            self.store.remove(&key);
            return Ok(object);
        }
        Ok(Value::clone(&self.store.put(key, object)))
    }

    /// Gives `object` a name where it asks for one.
    pub(super) fn name(&mut self, object: &mut Value) {
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
    pub(super) fn ending(&mut self) -> String {
        const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
        let mut bits = self.bits();
        let mut letters = || {
            let place = usize::try_from(bits % LETTERS.len() as u64).unwrap_or_default();
            bits /= LETTERS.len() as u64;
            char::from(LETTERS[place])
        };
        (0..5).map(|_| letters()).collect()
    }

    /// Whether the namespace takes something new.
    fn admit(&self, resource: &Resource, key: &Key) -> Result<(), Refusal> {
        if key.namespace.is_empty() {
            return Ok(());
        }
        let namespaces = self.key_of("namespaces", "", &key.namespace);
        let Some(namespace) = self.store.get(&namespaces) else {
            return Err(refusals::not_found(
                &self.catalogue.resources()[namespaces.resource],
                &key.namespace,
            ));
        };
        match namespace["metadata"].get("deletionTimestamp") {
            Some(_) => Err(refusals::terminating(resource, &key.name, &key.namespace)),
            None => Ok(()),
        }
    }

    /// Adds an object that is known to be well.
    pub(super) fn add(&mut self, key: Key, mut object: Value, now: Timestamp) -> Value {
        let resource = self.catalogue.resources()[key.resource].clone();
        validation::complete(&resource, &mut object);
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
        object
    }
}

fn written(status: StatusCode, value: Value, warnings: Vec<String>) -> Reply {
    Reply::Document(Document { status, media: "application/json", value, warnings })
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{answer, cluster, request, send};

    const SOURCES: &str = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/gitrepositories";
    const MAPS: &str = "/api/v1/namespaces/default/configmaps";

    fn patch(cluster: &mut Cluster, target: &str, media: &str, body: &Value) -> (u16, Value) {
        let mut request = request(Method::PATCH, target, body);
        request.media = Some(media.to_owned());
        answer(cluster, &request)
    }

    #[test]
    fn a_status_is_written_apart_and_only_content_has_generations() {
        let mut cluster = cluster();
        let source =
            json!({"metadata": {"name": "s"}, "spec": {"interval": "1m", "url": "https://example.com"}});
        let (_, mut object) = send(&mut cluster, Method::POST, SOURCES, &source);
        assert_eq!(
            (&object["metadata"]["generation"], &object["spec"]["timeout"]),
            (&json!(1), &json!("60s"))
        );
        let name = format!("{SOURCES}/s");

        object["status"] = json!({"observedGeneration": 7});
        object["metadata"]["labels"] = json!({"a": "b"});
        let (_, kept) = send(&mut cluster, Method::PUT, &name, &object);
        assert_eq!(
            (&kept["status"]["observedGeneration"], &kept["metadata"]["generation"]),
            (&json!(-1), &json!(1))
        );

        let media = "application/merge-patch+json";
        let both = json!({"spec": {"interval": "9m"}, "status": {"observedGeneration": 1}});
        let (_, status) = patch(&mut cluster, &format!("{name}/status"), media, &both);
        assert_eq!(
            (&status["status"]["observedGeneration"], &status["spec"]["interval"]),
            (&json!(1), &json!("1m"))
        );
        let (_, content) = patch(&mut cluster, &name, media, &both);
        assert_eq!(
            (&content["metadata"]["generation"], &content["spec"]["interval"]),
            (&json!(2), &json!("9m"))
        );
        assert_eq!(send(&mut cluster, Method::GET, &format!("{MAPS}/a/status"), &Value::Null).0, 501);
    }

    #[test]
    fn a_dry_run_leaves_everything_as_it_was() {
        let mut cluster = cluster();
        send(&mut cluster, Method::POST, MAPS, &json!({"metadata": {"name": "a"}, "data": {"a": "1"}}));
        let before = send(&mut cluster, Method::GET, &format!("{MAPS}/a"), &Value::Null);
        let version = cluster.version();
        let dry = format!("{MAPS}/a?dryRun=All");
        let other = json!({"metadata": {"name": "a"}, "data": {"a": "2"}});
        assert_eq!(send(&mut cluster, Method::PUT, &dry, &other).1["data"]["a"], "2");
        assert_eq!(patch(&mut cluster, &dry, "application/merge-patch+json", &json!({"data": null})).0, 200);
        assert_eq!(send(&mut cluster, Method::DELETE, &dry, &Value::Null).0, 200);
        assert_eq!(send(&mut cluster, Method::GET, &format!("{MAPS}/a"), &Value::Null), before);
        assert_eq!(cluster.version(), version);
    }

    #[test]
    fn what_the_lab_cannot_do_is_not_done_by_halves() {
        let mut cluster = cluster();
        send(&mut cluster, Method::POST, MAPS, &json!({"metadata": {"name": "a"}}));
        let name = format!("{MAPS}/a");
        let lists = json!({"metadata": {"finalizers": ["a.example/b"]}});
        assert_eq!(patch(&mut cluster, &name, "application/strategic-merge-patch+json", &lists).0, 501);
        assert_eq!(patch(&mut cluster, &name, "application/apply-patch+yaml", &json!({})).0, 501);
        let mut protobuf = request(Method::POST, MAPS, &Value::Null);
        protobuf.media = Some("application/vnd.kubernetes.protobuf".to_owned());
        assert_eq!(answer(&mut cluster, &protobuf).0, 501);
    }

    #[test]
    fn an_immutable_map_stays_as_it_is() {
        let mut cluster = cluster();
        let map = json!({"metadata": {"name": "a"}, "data": {"a": "1"}, "immutable": true});
        send(&mut cluster, Method::POST, MAPS, &map);
        let other = json!({"metadata": {"name": "a"}, "data": {"a": "2"}, "immutable": true});
        let (code, refused) = send(&mut cluster, Method::PUT, &format!("{MAPS}/a"), &other);
        assert_eq!(code, 422);
        assert_eq!(
            refused["message"],
            "ConfigMap \"a\" is invalid: data: Forbidden: field is immutable when `immutable` is set"
        );
    }
}
