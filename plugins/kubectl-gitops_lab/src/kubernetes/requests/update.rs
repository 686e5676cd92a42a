//! Updating: what comes of a write, or why it is refused.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::accept::Form;
use super::body;
use super::options::WriteOptions;
use super::path::{Subresource, Target};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::controllers::services::keep_allocated;
use crate::kubernetes::ownership::{Manager, Managers, ShapeType};
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::schema::immutable::{
    has_generation, is_other_content, is_released, keep, preconditions, same_name, version_given,
};
use crate::kubernetes::schema::{structural, validation};
use crate::kubernetes::{Resource, StatusError};
use crate::message::Request;

/// An object that is to take the place of another one.
pub(in crate::kubernetes) struct Replacement {
    pub(in crate::kubernetes) object: Value,
    /// Who writes it.
    pub(in crate::kubernetes) manager: Manager,
    /// Who owns what, where that has been decided already.
    pub(in crate::kubernetes) managers: Option<Managers>,
    pub(in crate::kubernetes) dry_run: bool,
}

impl Cluster {
    /// `PUT`
    pub(in crate::kubernetes) fn update(
        &mut self,
        request: &Request,
        target: &Target,
        name: &str,
        form: Form,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let options = WriteOptions::read(request, "UpdateOptions")?;
        let mut object = body::document(request.media(), &request.body, &target.resource.kind)?;
        let warnings = body::fit(target, &mut object, options.strictness)?;
        same_name(&object, name)?;
        self.object(&target.resource, &self.key(target, name))?;
        version_given(&target.resource, name, &object)?;
        let manager = manager(request, &options, target);
        let replacement = Replacement { object, manager, managers: None, dry_run: options.dry_run };
        let object = self.replace(target, name, replacement, now)?;
        let value = self.shown(&object, target, form, request, now);
        Ok(written(StatusCode::OK, value, warnings))
    }

    /// Puts an object in the place of the one that is there, with what a write cannot change kept.
    pub(in crate::kubernetes) fn replace(
        &mut self,
        target: &Target,
        name: &str,
        replacement: Replacement,
        now: Timestamp,
    ) -> Result<Value, StatusError> {
        let Replacement { mut object, manager, managers, dry_run } = replacement;
        let resource = &target.resource;
        let key = self.key(target, name);
        let before = self.object(resource, &key)?;
        preconditions(resource, &key, &before, &object)?;
        let is_decided = managers.is_some();
        let mut managers = managers.unwrap_or_else(|| match target.part {
            Subresource::Whole => Managers::before(&before, &object),
            Subresource::Status | Subresource::Scale => Managers::of(&before),
        });
        keep(resource, target.part == Subresource::Status, &before, &mut object);
        validation::default(resource, &mut object);
        if resource.group.is_empty() && resource.kind == "Service" {
            keep_allocated(&before, &mut object);
        }
        if !is_decided {
            managers.updated(type_of(resource), &manager, &before, &object, now);
        }
        managers.write(&mut object);
        validation::prepare(resource, &mut object);
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
}

/// Who writes: as the request says, or as the client calls itself.
pub(in crate::kubernetes) fn manager(request: &Request, options: &WriteOptions, target: &Target) -> Manager {
    let agent = request.agent().unwrap_or_default().split('/').next().unwrap_or_default();
    let name = [options.manager.as_str(), agent, "unknown"].into_iter().find(|name| !name.is_empty());
    Manager {
        name: name.unwrap_or_default().to_owned(),
        applies: false,
        version: target.resource.api_version(),
        part: target.part.name().to_owned(),
        has_status: target.resource.has_status(),
    }
}

/// How the objects of a kind are merged.
pub(in crate::kubernetes) fn type_of(resource: &Resource) -> ShapeType<'_> {
    match structural::of(resource) {
        Some(schema) if resource.is_custom() => ShapeType::Schema(schema),
        _ if resource.is_custom() => ShapeType::of_kind(""),
        _ => ShapeType::of_kind(&resource.kind),
    }
}

pub(in crate::kubernetes) fn written(status: StatusCode, value: Value, warnings: Vec<String>) -> Reply {
    warnings.iter().fold(Reply::json(status, value), |reply, warning| reply.with_warning(warning))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::CONTENT_TYPE;
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{answer, cluster, request, send};

    const SOURCES: &str = "/apis/source.toolkit.fluxcd.io/v1/namespaces/default/gitrepositories";
    const MAPS: &str = "/api/v1/namespaces/default/configmaps";

    fn patch(cluster: &mut Cluster, target: &str, media: &str, body: &Value) -> (u16, Value) {
        let request = request(Method::PATCH, target, body);
        let request = request.with_header(CONTENT_TYPE, media);
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

    #[test]
    fn a_deployment_keeps_its_selector() {
        let mut cluster = cluster();
        let deployment = |label: &str| {
            json!({
                "metadata": {"name": "a"},
                "spec": {
                    "selector": {"matchLabels": {"app": label}},
                    "template": {
                        "metadata": {"labels": {"app": label}},
                        "spec": {"containers": [{"name": "app", "image": "x"}]},
                    },
                },
            })
        };
        let path = "/apis/apps/v1/namespaces/default/deployments";
        assert_eq!(send(&mut cluster, Method::POST, path, &deployment("a")).0, 201);
        let (code, refused) = send(&mut cluster, Method::PUT, &format!("{path}/a"), &deployment("b"));
        assert_eq!(code, 422);
        assert_eq!(
            refused["message"],
            "Deployment.apps \"a\" is invalid: spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"b\"}}: \
             field is immutable"
        );
    }
}
