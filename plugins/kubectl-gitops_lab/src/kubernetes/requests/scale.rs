//! `scale`: how many there are to be of something, in a form that is the same for all kinds.

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::options::{PatchKind, WriteOptions};
use super::path::Target;
use super::update::{Replacement, manager};
use super::{body, json_patch};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::refusals::Cause;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::schema::immutable::same_name;
use crate::kubernetes::{StatusError, refusals};
use crate::message::Request;

impl Cluster {
    /// Reads or writes the scale of an object.
    pub(in crate::kubernetes) fn answer_scale(
        &mut self,
        request: &Request,
        target: &Target,
        name: &str,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let resource = &target.resource;
        let before = self.object(resource, &self.key(target, name))?;
        let current = scale_of(&before);
        let (options, wanted) = match request.method {
            Method::GET => return Ok(Reply::json(StatusCode::OK, current)),
            Method::PUT => {
                let options = WriteOptions::read(request, "UpdateOptions")?;
                (options, body::document(request.media(), &request.body, "Scale")?)
            }
            Method::PATCH => {
                let kind = PatchKind::of(request, resource)?;
                let options = WriteOptions::read(request, "PatchOptions")?;
                options.fit(&kind)?;
                (options, patched(kind, &current, &request.body)?)
            }
            _ => return Err(refusals::method_not_allowed()),
        };
        same_name(&wanted, name)?;
        let replicas = replicas(&wanted, name)?;
        let mut object = Value::clone(&before);
        object["spec"]["replicas"] = json!(replicas);
        object["metadata"]["resourceVersion"] = wanted["metadata"]["resourceVersion"].clone();
        let manager = manager(request, &options, target);
        let replacement = Replacement { object, manager, managers: None, dry_run: options.dry_run };
        let object = self.replace(target, name, replacement, now)?;
        Ok(Reply::json(StatusCode::OK, scale_of(&object)))
    }
}

fn patched(kind: PatchKind, current: &Value, body: &[u8]) -> Result<Value, StatusError> {
    let patch = body::patch(body)?;
    let mut scale = current.clone();
    match kind {
        PatchKind::Json => scale = json_patch::json(current, &patch).ok_or_else(refusals::unpatchable)?,
        // No list is in it, so that both kinds of merge patch say the same.
        PatchKind::Merge | PatchKind::Strategic => json_patch::merge(&mut scale, &patch),
        PatchKind::Apply => return Err(refusals::unknown("server-side apply of scale")),
    }
    Ok(scale)
}

/// How many there are to be: none where nothing is said.
fn replicas(scale: &Value, name: &str) -> Result<i64, StatusError> {
    let replicas = &scale["spec"]["replicas"];
    let count = match replicas {
        Value::Null => Some(0),
        value => value.as_i64(),
    };
    let Some(count) = count else {
        let why = "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal into Go struct field \
                   ScaleSpec.spec.replicas of type int32";
        return Err(refusals::bad_request(why));
    };
    if count < 0 {
        let cause = Cause::invalid("spec.replicas", format!("{count}: must be greater than or equal to 0"));
        let details = json!({"name": name, "group": "autoscaling", "kind": "Scale"});
        return Err(refusals::invalid_as("Scale.autoscaling", name, details, &[cause]));
    }
    Ok(count)
}

/// The scale of an object.
fn scale_of(object: &Value) -> Value {
    let given = ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"];
    let metadata = &object["metadata"];
    let metadata: Map<String, Value> = given
        .into_iter()
        .filter_map(|field| Some((field.to_owned(), metadata.get(field)?.clone())))
        .collect();
    let mut scale = json!({
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": metadata,
        "spec": {},
        "status": {"replicas": object["status"]["replicas"].as_i64().unwrap_or(0)},
    });
    if let Some(replicas) = object["spec"]["replicas"].as_i64().filter(|replicas| *replicas != 0) {
        scale["spec"]["replicas"] = json!(replicas);
    }
    let selector = selector(&object["spec"]["selector"]);
    if !selector.is_empty() {
        scale["status"]["selector"] = json!(selector);
    }
    scale
}

/// A selector as clients send it in a query.
fn selector(selector: &Value) -> String {
    let labels = selector["matchLabels"].as_object().into_iter().flatten();
    let mut parts: Vec<String> =
        labels.map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default())).collect();
    for expression in selector["matchExpressions"].as_array().into_iter().flatten() {
        let key = expression["key"].as_str().unwrap_or_default();
        let values = expression["values"].as_array().into_iter().flatten();
        let values: Vec<&str> = values.filter_map(Value::as_str).collect();
        parts.push(match expression["operator"].as_str().unwrap_or_default() {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    parts.sort();
    parts.join(",")
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::CONTENT_TYPE;
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{answer, cluster, request, send};

    #[test]
    fn a_deployment_is_scaled_through_its_scale() {
        let mut cluster = cluster();
        let deployments = "/apis/apps/v1/namespaces/default/deployments";
        let deployment = json!({
            "metadata": {"name": "a"},
            "spec": {
                "selector": {"matchLabels": {"app": "a"}},
                "template": {
                    "metadata": {"labels": {"app": "a"}},
                    "spec": {"containers": [{"name": "app", "image": "a:1"}]},
                },
            },
        });
        send(&mut cluster, Method::POST, deployments, &deployment);
        let path = format!("{deployments}/a/scale");
        let (_, mut scale) = send(&mut cluster, Method::GET, &path, &Value::Null);
        assert_eq!((&scale["kind"], &scale["spec"]["replicas"]), (&json!("Scale"), &json!(1)));
        assert_eq!(scale["status"]["selector"], "app=a");
        let patch = request(Method::PATCH, &path, &json!({"spec": {"replicas": 3}}));
        let patch = patch.with_header(CONTENT_TYPE, "application/merge-patch+json");
        assert_eq!(answer(&mut cluster, &patch).1["spec"]["replicas"], 3);
        let (_, scaled) = send(&mut cluster, Method::GET, &format!("{deployments}/a"), &Value::Null);
        assert_eq!((&scaled["spec"]["replicas"], &scaled["metadata"]["generation"]), (&json!(3), &json!(2)));
        let owners = scaled["metadata"]["managedFields"].as_array().unwrap();
        assert!(owners.iter().any(|owner| owner["subresource"] == "scale"));
        assert_eq!(send(&mut cluster, Method::PUT, &path, &scale).0, 409, "another version");
        scale["metadata"]["resourceVersion"] = Value::Null;
        scale["spec"]["replicas"] = json!(-1);
        let (code, refused) = send(&mut cluster, Method::PUT, &path, &scale);
        assert_eq!(
            (code, &refused["message"]),
            (
                422,
                &json!(
                    "Scale.autoscaling \"a\" is invalid: spec.replicas: Invalid value: -1: must be greater than or \
                     equal to 0"
                )
            )
        );
    }
}
