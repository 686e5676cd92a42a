//! All objects that are made of a configuration, in the order in which they are made: a pure function, so that what the
//! agents find in the cluster can be held against it at any time.

use serde_json::{Value, json};

use super::configuration::{Configuration, without_nulls};
use super::kustomization::{APPLIER, kustomizations};
use super::source;

/// Properties of the resource that are told of it, and not wanted.
const REPORTED: [&str; 10] = [
    "provisioningState",
    "complianceState",
    "statuses",
    "statusUpdatedAt",
    "sourceUpdatedAt",
    "sourceSyncedCommitId",
    "errorMessage",
    "repositoryPublicKey",
    "configurationProtectedSettings",
    "waitForReconciliation",
];

/// The namespace, which stays when the configuration goes.
pub(super) fn namespace(configuration: &Configuration) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": configuration.namespace()}})
}

/// What is made of it, beginning with the FluxConfig.
pub(super) fn objects(configuration: &Configuration) -> Vec<Value> {
    let mut objects = vec![flux_config(configuration)];
    objects.extend(source::secret(configuration));
    if configuration.is_namespaced() {
        objects.extend(applier(configuration));
    }
    objects.push(source::source(configuration));
    objects.extend(kustomizations(configuration));
    objects
}

/// What Azure asked for, for people to read in the cluster.
fn flux_config(configuration: &Configuration) -> Value {
    let wanted = configuration.properties().iter().filter(|(name, _)| !REPORTED.contains(&name.as_str()));
    let wanted: Value = wanted.map(|(name, value)| (name.clone(), value.clone())).collect();
    let mut object =
        configuration.object("clusterconfig.azure.com/v1alpha1", "FluxConfig", &configuration.name);
    object["spec"] = without_nulls(&wanted);
    object
}

/// Who applies what may not leave the namespace: it may do everything in there.
fn applier(configuration: &Configuration) -> [Value; 2] {
    let account = configuration.object("v1", "ServiceAccount", APPLIER);
    let mut binding =
        configuration.object("rbac.authorization.k8s.io/v1", "RoleBinding", &format!("{APPLIER}-binding"));
    binding["roleRef"] =
        json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"});
    binding["subjects"] =
        json!([{"kind": "ServiceAccount", "name": APPLIER, "namespace": configuration.namespace()}]);
    [account, binding]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use gitops_core::wire::Secret;
    use serde_json::{Value, json};

    use super::super::configuration::Configuration;
    use super::objects;
    use crate::azure::{Delivery, ResourceId};

    /// What is made of properties and one protected setting, by kind and name.
    fn made(properties: Value, protected: (&str, &str)) -> BTreeMap<String, Value> {
        let Value::Object(properties) = properties else { panic!("properties") };
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kubernetes/connectedClusters/c/providers/\
                  Microsoft.KubernetesConfiguration/fluxConfigurations/hello-dev";
        let (name, setting) = protected;
        let protected = BTreeMap::from([(name.to_owned(), Secret::new(setting))]);
        let delivery = Delivery::new(ResourceId::new(id), 1, "operation-1", properties, protected);
        let objects = objects(&Configuration::new(delivery));
        let named = |object: Value| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"])), object)
        };
        objects.into_iter().map(named).collect()
    }

    #[test]
    fn a_git_repository_and_its_kustomizations_are_made_as_azure_makes_them() {
        let made = made(
            json!({
                "scope": "cluster", "namespace": "flux-system", "sourceKind": "GitRepository", "suspend": false,
                "gitRepository": {
                    "url": "https://127.0.0.1:1/contoso/hello-gitops", "syncIntervalInSeconds": 10,
                    "repositoryRef": {"branch": "dev", "tag": null}, "httpsUser": "flux",
                },
                "kustomizations": {
                    "base": {"path": "./base", "prune": true, "retryIntervalInSeconds": 60},
                    "apps": {"path": "", "dependsOn": ["base"], "wait": false, "postBuild": {"substitute": {"a": "b"}}},
                },
                "complianceState": "Pending",
            }),
            ("httpsKey", "dDBrZW4="),
        );
        let names: Vec<&str> = made.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "FluxConfig hello-dev",
                "GitRepository hello-dev",
                "Kustomization hello-dev-apps",
                "Kustomization hello-dev-base",
                "Secret hello-dev-auth",
            ]
        );
        let labels = json!({
            "clusterconfig.azure.com/is-managed": "true", "clusterconfig.azure.com/name": "hello-dev",
            "clusterconfig.azure.com/namespace": "flux-system", "clusterconfig.azure.com/operation-id": "operation-1",
        });
        assert!(made.values().all(|object| object["metadata"]["labels"] == labels), "{made:#?}");
        assert_eq!(made["FluxConfig hello-dev"]["spec"]["complianceState"], Value::Null);
        assert_eq!(
            made["Secret hello-dev-auth"]["data"],
            json!({"username": "Zmx1eA==", "password": "dDBrZW4="})
        );
        assert_eq!(
            made["GitRepository hello-dev"]["spec"],
            json!({
                "url": "https://127.0.0.1:1/contoso/hello-gitops", "ref": {"branch": "dev"}, "interval": "10s",
                "timeout": "10m0s", "suspend": false, "secretRef": {"name": "hello-dev-auth"},
            })
        );
        let source = json!({"kind": "GitRepository", "name": "hello-dev", "namespace": "flux-system"});
        assert_eq!(
            made["Kustomization hello-dev-apps"]["spec"],
            json!({
                "sourceRef": source, "path": "./", "interval": "10m0s", "timeout": "10m0s", "prune": false,
                "force": false, "wait": false, "suspend": false, "dependsOn": [{"name": "hello-dev-base"}],
                "postBuild": {"substitute": {"a": "b"}},
            })
        );
        assert_eq!(made["Kustomization hello-dev-base"]["spec"]["retryInterval"], "1m0s");
    }

    #[test]
    fn every_kind_of_source_becomes_one_of_fluxs() {
        for (properties, protected, source, spec, data) in [
            (
                json!({"sourceKind": "Bucket", "bucket": {
                    "url": "https://minio.contoso.example", "bucketName": "flux", "accessKey": "key",
                }}),
                ("bucketSecretKey", "c2VjcmV0"),
                "Bucket hello-dev",
                json!({"endpoint": "minio.contoso.example", "bucketName": "flux", "provider": "generic"}),
                json!({"accesskey": "a2V5", "secretkey": "c2VjcmV0"}),
            ),
            (
                json!({"sourceKind": "AzureBlob", "azureBlob": {
                    "url": "https://contoso.blob.core.windows.net", "containerName": "flux",
                }}),
                ("accountKey", "c2VjcmV0"),
                "Bucket hello-dev",
                json!({"endpoint": "https://contoso.blob.core.windows.net", "bucketName": "flux", "provider": "azure"}),
                json!({"accountKey": "c2VjcmV0"}),
            ),
            (
                json!({"sourceKind": "OCIRepository", "ociRepository": {
                    "url": "oci://registry.contoso.example/fleet", "repositoryRef": {"tag": "1.3.0"},
                    "useWorkloadIdentity": true, "localAuthRef": "pull",
                }}),
                ("unused", ""),
                "OCIRepository hello-dev",
                json!({
                    "url": "oci://registry.contoso.example/fleet", "ref": {"tag": "1.3.0"}, "provider": "azure",
                    "secretRef": {"name": "pull"},
                }),
                Value::Null,
            ),
            (
                json!({"sourceKind": "GitRepository", "gitRepository": {
                    "url": "git@ssh.contoso.example:team/repo", "repositoryRef": {"commit": "1"},
                }}),
                ("sshPrivateKey", "c2VjcmV0"),
                "GitRepository hello-dev",
                json!({"url": "ssh://git@ssh.contoso.example/team/repo", "ref": {"commit": "1"}}),
                json!({"identity": "c2VjcmV0"}),
            ),
        ] {
            let made = made(properties, protected);
            for (field, value) in spec.as_object().expect("fields") {
                assert_eq!(made[source]["spec"][field], *value, "{source} {field}");
            }
            let secret = made.get("Secret hello-dev-auth").map_or(&Value::Null, |secret| &secret["data"]);
            assert_eq!(*secret, data, "{source}");
        }
    }

    #[test]
    fn what_may_not_leave_its_namespace_is_applied_by_somebody_who_cannot() {
        let made = made(
            json!({
                "scope": "namespace", "namespace": "team", "sourceKind": "GitRepository", "suspend": true,
                "gitRepository": {"url": "https://127.0.0.1:1/a/b", "repositoryRef": {"branch": "main"}},
                "kustomizations": {"apps": {"path": "./apps"}},
            }),
            ("unused", ""),
        );
        let spec = &made["Kustomization hello-dev-apps"]["spec"];
        let applied = (&spec["serviceAccountName"], &spec["targetNamespace"], &spec["suspend"]);
        assert_eq!(applied, (&json!("flux-applier"), &json!("team"), &json!(true)));
        assert_eq!(made["RoleBinding flux-applier-binding"]["subjects"][0]["namespace"], "team");
        assert!(made.contains_key("ServiceAccount flux-applier"));
        assert_eq!(made["GitRepository hello-dev"]["spec"]["suspend"], true);
    }
}
