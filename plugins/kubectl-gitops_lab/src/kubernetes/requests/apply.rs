//! Server-side apply: an object made or changed by whoever says what of it is theirs.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::accept::Form;
use super::body;
use super::create::{begin, nothing};
use super::options::WriteOptions;
use super::path::{Subresource, Target};
use super::update::{Replacement, manager, type_of, written};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::ownership::{KUBECTL, Manager, Managers, remember, still_as_applied};
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::schema::immutable::same_name;
use crate::kubernetes::schema::validation;
use crate::kubernetes::{StatusError, refusals};
use crate::message::Request;

impl Cluster {
    /// `PATCH` with `application/apply-patch+yaml`
    pub(in crate::kubernetes) fn apply(
        &mut self,
        request: &Request,
        target: &Target,
        name: &str,
        form: Form,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let resource = &target.resource;
        let options = WriteOptions::read(request, "PatchOptions")?;
        let applied = body::applied(target, &request.body)?;
        same_name(&applied, name)?;
        let manager = Manager { applies: true, ..manager(request, &options, target) };
        let key = self.key(target, name);
        let before = self.store.get(&key).cloned();
        let live = before.as_deref().cloned().unwrap_or_else(|| nothing(resource, &applied));
        let mut managers = Managers::of(&live);
        let mut put = |force| managers.applied(type_of(resource), &manager, &live, &applied, force, now);
        let mut object = put(options.force)
            .or_else(|conflicts| {
                let agreed = match manager.name == KUBECTL {
                    true => still_as_applied(type_of(resource), &live),
                    false => Vec::new(),
                };
                match conflicts.iter().all(|conflict| agreed.contains(&conflict.field)) {
                    true => put(true),
                    false => Err(conflicts),
                }
            })
            .map_err(|conflicts| refusals::apply_conflicts(&conflicts))?;
        if manager.name == KUBECTL {
            remember(&mut object, &applied);
        }
        let (status, object, warnings) = if before.is_some() {
            let replacement =
                Replacement { object, manager, managers: Some(managers), dry_run: options.dry_run };
            (StatusCode::OK, self.replace(target, name, replacement, now)?, Vec::new())
        } else {
            if target.part == Subresource::Status {
                return Err(refusals::not_found(resource, name));
            }
            if let Some(uid) = applied["metadata"]["uid"].as_str() {
                let why = format!(
                    "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
                );
                return Err(refusals::conflict(resource, name, &why));
            }
            begin(resource, &mut object);
            validation::default(resource, &mut object);
            managers.write(&mut object);
            let (object, warnings) = self.make(target, object, options.dry_run, now)?;
            (StatusCode::CREATED, object, warnings)
        };
        let value: Value = self.shown(&object, target, form, request, now);
        Ok(written(status, value, warnings))
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::{CONTENT_TYPE, USER_AGENT};
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{answer, cluster, request, send};

    const MAPS: &str = "/api/v1/namespaces/default/configmaps";
    const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/default/deployments/a";

    fn apply(cluster: &mut Cluster, target: &str, body: &Value) -> (u16, Value) {
        let request = request(Method::PATCH, target, body);
        let request = request.with_header(CONTENT_TYPE, "application/apply-patch+yaml");
        answer(cluster, &request)
    }

    fn deployment(replicas: Option<u8>, containers: &[Value]) -> Value {
        let mut object = json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "a"},
            "spec": {
                "selector": {"matchLabels": {"app": "a"}},
                "template": {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": containers}},
            },
        });
        if let Some(replicas) = replicas {
            object["spec"]["replicas"] = json!(replicas);
        }
        object
    }

    fn names(object: &Value) -> Vec<&str> {
        let containers = object["spec"]["template"]["spec"]["containers"].as_array();
        containers.into_iter().flatten().filter_map(|container| container["name"].as_str()).collect()
    }

    #[test]
    fn items_of_lists_belong_to_whoever_applied_them() {
        let mut cluster = cluster();
        let (app, side) = (json!({"name": "app", "image": "a:1"}), json!({"name": "side", "image": "b:1"}));
        let mine = deployment(Some(2), &[app.clone(), side]);
        let target = format!("{DEPLOYMENT}?fieldManager=one");
        assert_eq!(apply(&mut cluster, &target, &mine).0, 201);
        let other = deployment(None, &[json!({"name": "extra", "image": "c:1"})]);
        let (code, both) = apply(&mut cluster, &format!("{DEPLOYMENT}?fieldManager=two"), &other);
        assert_eq!((code, names(&both)), (200, vec!["app", "side", "extra"]));
        let (_, fewer) = apply(&mut cluster, &target, &deployment(None, &[app]));
        assert_eq!(names(&fewer), ["app", "extra"]);
        let owned = fewer["metadata"]["managedFields"][0]["fieldsV1"].clone();
        assert_eq!(
            owned["f:spec"]["f:template"]["f:spec"]["f:containers"],
            json!({"k:{\"name\":\"app\"}": {".": {}, "f:image": {}, "f:name": {}}})
        );
        assert_eq!(owned["f:spec"]["f:selector"], json!({}), "a selector is one value");
    }

    #[test]
    fn what_another_write_changed_stands_against_an_apply() {
        let mut cluster = cluster();
        let mine = deployment(Some(2), &[json!({"name": "app", "image": "a:1"})]);
        let target = format!("{DEPLOYMENT}?fieldManager=one");
        apply(&mut cluster, &target, &mine);
        let patch = request(
            Method::PATCH,
            DEPLOYMENT,
            &json!({"spec": {"replicas": 5, "paused": true}, "metadata": {"labels": {"a": "b"}}}),
        );
        let patch = patch.with_header(CONTENT_TYPE, "application/merge-patch+json");
        let patch = patch.with_header(USER_AGENT, "kubectl/v1.36.3 (linux/amd64)");
        let (_, patched) = answer(&mut cluster, &patch);
        let owner = &patched["metadata"]["managedFields"][1];
        assert_eq!((&owner["manager"], &owner["operation"]), (&json!("kubectl"), &json!("Update")));
        assert_eq!(
            owner["fieldsV1"],
            json!({
                "f:metadata": {"f:labels": {".": {}, "f:a": {}}},
                "f:spec": {"f:paused": {}, "f:replicas": {}},
            })
        );
        let (code, refused) = apply(&mut cluster, &target, &mine);
        assert_eq!(
            (code, &refused["message"]),
            (
                409,
                &json!(
                    "Apply failed with 1 conflict: conflict with \"kubectl\" using apps/v1: .spec.replicas"
                )
            )
        );
        let (code, forced) = apply(&mut cluster, &format!("{target}&force=true"), &mine);
        assert_eq!(
            (code, &forced["spec"]["replicas"], &forced["spec"]["paused"]),
            (200, &json!(2), &json!(true))
        );
    }

    #[test]
    fn kubectl_takes_over_what_it_applied_as_a_client() {
        let mut cluster = cluster();
        let map = |value: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": value}});
        let mut first = map("1");
        first["metadata"]["annotations"] =
            json!({"kubectl.kubernetes.io/last-applied-configuration": map("1").to_string()});
        let client = format!("{MAPS}?fieldManager=kubectl-client-side-apply");
        assert_eq!(send(&mut cluster, Method::POST, &client, &first).0, 201);
        assert_eq!(apply(&mut cluster, &format!("{MAPS}/a?fieldManager=other"), &map("2")).0, 409);
        let (code, object) = apply(&mut cluster, &format!("{MAPS}/a?fieldManager=kubectl"), &map("2"));
        assert_eq!((code, &object["data"]["a"]), (200, &json!("2")));
        let remembered =
            &object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"];
        let remembered: Value = serde_json::from_str(remembered.as_str().unwrap()).unwrap();
        assert_eq!(remembered["data"]["a"], "2");
    }

    #[test]
    fn a_dry_run_of_what_is_not_there_makes_nothing() {
        let mut cluster = cluster();
        let map =
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "1"}});
        let target = format!("{MAPS}/a?fieldManager=one");
        let (code, made) = apply(&mut cluster, &format!("{target}&dryRun=All&force=true"), &map);
        assert_eq!((code, &made["data"]["a"]), (201, &json!("1")));
        assert_eq!(send(&mut cluster, Method::GET, &format!("{MAPS}/a"), &Value::Null).0, 404);
        assert_eq!(apply(&mut cluster, &target, &map).0, 201);
    }

    #[test]
    fn a_status_is_applied_apart() {
        let mut cluster = cluster();
        apply(
            &mut cluster,
            &format!("{DEPLOYMENT}?fieldManager=one"),
            &deployment(None, &[json!({"name": "app", "image": "a"})]),
        );
        let status = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"},
            "spec": {"replicas": 9}, "status": {"readyReplicas": 1},
        });
        let (code, object) = apply(&mut cluster, &format!("{DEPLOYMENT}/status?fieldManager=two"), &status);
        assert_eq!((code, &object["status"]["readyReplicas"]), (200, &json!(1)));
        assert_ne!(object["spec"]["replicas"], 9);
        let owner = &object["metadata"]["managedFields"][1];
        assert_eq!(
            (&owner["subresource"], &owner["fieldsV1"]),
            (&json!("status"), &json!({"f:status": {"f:readyReplicas": {}}}))
        );
    }

    #[test]
    fn what_a_kind_does_not_have_cannot_be_applied() {
        let mut cluster = cluster();
        let target = format!("{MAPS}/a?fieldManager=one");
        for (body, code, message) in [
            (
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "odd": 1}),
                500,
                "failed to create typed patch object (default/a; /v1, Kind=ConfigMap): .odd: field not declared in schema",
            ),
            (
                json!({"apiVersion": "v2", "kind": "ConfigMap", "metadata": {"name": "a"}}),
                400,
                "Incorrect version specified in apply patch. Specified patch version: v2, expected: v1",
            ),
            (
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "managedFields": []}}),
                400,
                "metadata.managedFields must be nil",
            ),
        ] {
            let (status, refused) = apply(&mut cluster, &target, &body);
            assert_eq!((status, refused["message"].as_str()), (code, Some(message)));
        }
    }
}
