//! The schemas of Kubernetes' own kinds, which the types of `k8s-openapi` describe: fields, types, words.
//!
//! A table of our own was the other option: it would know the fields that somebody thought of, and refuse the
//! others. What those types do not say is how lists are merged; that comes from the table that writes go by.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use k8s_openapi::Resource as Kind;
use k8s_openapi::api::{
    apps, authentication, authorization, autoscaling, batch, coordination, core, discovery, events,
    networking, policy, rbac, scheduling, storage,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::merging;
use super::reference::PREFIX;

const ANYTHING: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON";
pub(super) const METADATA: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// The schemas by name, and the names of those that are kinds.
struct Builtin {
    definitions: Map<String, Value>,
    kinds: BTreeMap<(String, String), String>,
}

static BUILTIN: LazyLock<Builtin> = LazyLock::new(Builtin::generate);

/// The schema that is called `name`.
pub(in super::super) fn definition(name: &str) -> Option<&'static Value> {
    BUILTIN.definitions.get(name.strip_prefix(PREFIX).unwrap_or(name))
}

/// The schema of a kind, and what it is called.
pub(in super::super) fn of_kind(api_version: &str, kind: &str) -> Option<(&'static str, &'static Value)> {
    let name = BUILTIN.kinds.get(&(api_version.to_owned(), kind.to_owned()))?;
    Some((name, BUILTIN.definitions.get(name)?))
}

struct Collector {
    generator: SchemaGenerator,
    kinds: BTreeMap<(String, String), String>,
}

impl Collector {
    fn add<T: Kind + JsonSchema>(&mut self) -> &mut Self {
        self.generator.subschema_for::<T>();
        let kind = (T::API_VERSION.to_owned(), T::KIND.to_owned());
        self.kinds.insert(kind, T::schema_name().into_owned());
        self
    }

    fn own(&mut self) {
        self.add::<core::v1::ConfigMap>()
            .add::<core::v1::Endpoints>()
            .add::<core::v1::Event>()
            .add::<core::v1::LimitRange>()
            .add::<core::v1::Namespace>()
            .add::<core::v1::Node>()
            .add::<core::v1::PersistentVolume>()
            .add::<core::v1::PersistentVolumeClaim>()
            .add::<core::v1::Pod>()
            .add::<core::v1::PodTemplate>()
            .add::<core::v1::ReplicationController>()
            .add::<core::v1::ResourceQuota>()
            .add::<core::v1::Secret>()
            .add::<core::v1::Service>()
            .add::<core::v1::ServiceAccount>();
    }

    fn workloads(&mut self) {
        self.add::<apps::v1::ControllerRevision>()
            .add::<apps::v1::DaemonSet>()
            .add::<apps::v1::Deployment>()
            .add::<apps::v1::ReplicaSet>()
            .add::<apps::v1::StatefulSet>()
            .add::<autoscaling::v1::Scale>()
            .add::<autoscaling::v1::HorizontalPodAutoscaler>()
            .add::<autoscaling::v2::HorizontalPodAutoscaler>()
            .add::<batch::v1::CronJob>()
            .add::<batch::v1::Job>()
            .add::<events::v1::Event>()
            .add::<policy::v1::PodDisruptionBudget>();
    }

    fn others(&mut self) {
        self.add::<apiextensions::v1::CustomResourceDefinition>()
            .add::<authentication::v1::SelfSubjectReview>()
            .add::<authentication::v1::TokenReview>()
            .add::<authorization::v1::LocalSubjectAccessReview>()
            .add::<authorization::v1::SelfSubjectAccessReview>()
            .add::<authorization::v1::SelfSubjectRulesReview>()
            .add::<authorization::v1::SubjectAccessReview>()
            .add::<coordination::v1::Lease>()
            .add::<discovery::v1::EndpointSlice>()
            .add::<networking::v1::Ingress>()
            .add::<networking::v1::IngressClass>()
            .add::<networking::v1::NetworkPolicy>()
            .add::<rbac::v1::ClusterRole>()
            .add::<rbac::v1::ClusterRoleBinding>()
            .add::<rbac::v1::Role>()
            .add::<rbac::v1::RoleBinding>()
            .add::<scheduling::v1::PriorityClass>()
            .add::<storage::v1::StorageClass>();
    }
}

impl Builtin {
    fn generate() -> Self {
        let settings = SchemaSettings::draft2020_12();
        let settings = settings.with(|settings| settings.definitions_path = "/components/schemas".into());
        let mut collector = Collector { generator: settings.into_generator(), kinds: BTreeMap::new() };
        collector.own();
        collector.workloads();
        collector.others();
        let Collector { mut generator, kinds } = collector;
        let mut definitions = generator.take_definitions(false);
        for ((api_version, kind), name) in &kinds {
            merging::annotate(&mut definitions, name, kind);
            let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
            if let Some(Value::Object(schema)) = definitions.get_mut(name) {
                let own = json!([{"group": group, "kind": kind, "version": version}]);
                schema.insert("x-kubernetes-group-version-kind".to_owned(), own);
                // A server gives what is left out.
                if let Some(Value::Array(required)) = schema.get_mut("required") {
                    required.retain(|field| field != "metadata");
                }
            }
        }
        // The types call any JSON an object.
        if let Some(Value::Object(any)) = definitions.get_mut(ANYTHING) {
            any.remove("type");
        }
        definitions.values_mut().for_each(wrap);
        Self { definitions, kinds }
    }
}

/// What is said beside a reference counts only when the reference is wrapped.
fn wrap(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(wrap);
            if fields.len() > 1
                && let Some(reference) = fields.get("$ref").filter(|value| value.is_string()).cloned()
            {
                fields.remove("$ref");
                fields.insert("allOf".to_owned(), json!([{"$ref": reference}]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(wrap),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{definition, of_kind};
    use crate::kubernetes::schema::kinds;

    #[test]
    fn every_kind_that_is_served_has_a_schema() {
        for resource in kinds::catalogue().served() {
            let (name, schema) = of_kind(&resource.api_version(), &resource.kind).expect(&resource.kind);
            let own = &schema["x-kubernetes-group-version-kind"][0];
            assert_eq!(
                (&own["kind"], &own["group"]),
                (&resource.kind.clone().into(), &resource.group.clone().into()),
                "{name}"
            );
        }
    }

    #[test]
    fn fields_say_how_they_are_merged() {
        let pod = definition("io.k8s.api.core.v1.PodSpec").unwrap();
        let containers = &pod["properties"]["containers"];
        assert_eq!(containers["x-kubernetes-patch-merge-key"], "name");
        assert_eq!(containers["x-kubernetes-patch-strategy"], "merge");
        assert_eq!(pod["properties"]["volumes"]["x-kubernetes-patch-strategy"], "merge,retainKeys");
        let container = definition("io.k8s.api.core.v1.Container").unwrap();
        assert_eq!(container["properties"]["ports"]["x-kubernetes-patch-merge-key"], "containerPort");
        assert!(container["properties"]["args"]["x-kubernetes-patch-strategy"].is_null());
        let template = &definition("io.k8s.api.apps.v1.DeploymentSpec").unwrap()["properties"]["template"];
        assert_eq!(template["allOf"][0]["$ref"], "#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec");
        assert!(template["description"].is_string());
    }
}
