//! Steps that write to Azure and to clusters.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use k8s_openapi::api::core::v1::{Namespace, Secret};
use serde_json::{Value, json};

use super::error::SetupError;
use super::writes::Writer;
use crate::azure::{
    Azure, ConfigurationScope, ConfigurationSource, FluxConfigurationPatch, FluxConfigurationSpec,
    GitReference, GitSource, KustomizationSpec, ProtectedSettings,
};
use crate::flow::{DeliveryCluster, DiscoverError};
use crate::kubernetes::{Apply, DryRun, WriteError, WriteTarget};
use crate::model::Failure;
use crate::model::cluster::{Answer, Kind, Scope};
use crate::model::contract::{FLUX_NAMESPACE, PULL_SECRET};
use crate::model::setup::CredentialRole;

/// How long applying one commit may take, in seconds. Flux waits for what it applied within it, and Azure calls the
/// configuration compliant only then.
const TIMEOUT_SECONDS: i64 = 300;
/// How often what is applied is compared with the cluster, in seconds, and how soon a failure is tried again.
const APPLY_SECONDS: i64 = 10;
/// The user that clusters show with their token; GitHub reads none.
const HTTPS_USER: &str = "flux";

type Done = Result<String, Box<dyn Failure>>;

impl Writer<'_> {
    fn cluster(&self, index: usize) -> &DeliveryCluster {
        &self.clusters[index]
    }

    fn azure(&self, index: usize) -> Result<Azure, Box<dyn Failure>> {
        Ok(self.context.azure().client(self.cluster(index).cloud.as_ref())?)
    }

    fn token(&self, role: CredentialRole) -> Result<&crate::wire::Secret, SetupError> {
        let missing = || SetupError::NoToken(DiscoverError::NotAsked { why: "no token".to_owned() });
        self.credentials.token(role, self.github.token()).ok_or_else(missing)
    }

    pub(super) async fn install_flux(&self, cluster: usize) -> Done {
        let extension = self.azure(cluster)?.ensure_flux_extension(&self.cluster(cluster).arc).await?;
        let version = extension.version.map(|version| format!(" {version}")).unwrap_or_default();
        Ok(format!("extension {}{version}", extension.name))
    }

    pub(super) async fn create_configuration(
        &self,
        cluster: usize,
        environment: &str,
        interval: i64,
    ) -> Done {
        let name = self.request.project.configuration(environment);
        let mut source =
            GitSource::new(self.request.gitops_url(), GitReference::Branch(environment.to_owned()));
        source.sync_interval_seconds = Some(interval);
        source.timeout_seconds = Some(60);
        source.https_user = Some(HTTPS_USER.to_owned());
        let specification = FluxConfigurationSpec {
            scope: ConfigurationScope::Cluster,
            namespace: FLUX_NAMESPACE.to_owned(),
            source: ConfigurationSource::Git(source),
            kustomizations: BTreeMap::from([(name.clone(), self.kustomization())]),
            protected: ProtectedSettings {
                https_key: Some(self.token(CredentialRole::GitPull)?.clone()),
                ..ProtectedSettings::default()
            },
            is_suspended: false,
        };
        let azure = self.azure(cluster)?;
        let created =
            azure.create_flux_configuration(&self.cluster(cluster).arc, &name, &specification).await?;
        Ok(if created.is_new { "made".to_owned() } else { "was there already".to_owned() })
    }

    pub(super) async fn change_configuration(
        &self,
        cluster: usize,
        environment: &str,
        interval: i64,
    ) -> Done {
        let name = self.request.project.configuration(environment);
        let azure = self.azure(cluster)?;
        let arc = &self.cluster(cluster).arc;
        let known = azure.flux_configuration(arc, &name).await?;
        let is_wanted = |path: &str| path.trim_start_matches("./").trim_matches('/') == self.request.target;
        let kustomizations = known.iter().flat_map(|known| &known.kustomizations);
        let own = kustomizations.into_iter().find(|kustomization| is_wanted(&kustomization.path));
        let own = own.map_or(name.clone(), |kustomization| kustomization.name.clone());
        let known_interval = known.as_ref().and_then(|known| known.source_interval).unwrap_or_default();
        let patch = FluxConfigurationPatch {
            source_interval_seconds: (known_interval < interval).then_some(interval),
            kustomizations: BTreeMap::from([(own, Some(self.kustomization()))]),
            ..FluxConfigurationPatch::default()
        };
        azure.update_flux_configuration(arc, &name, &patch).await?;
        Ok("changed".to_owned())
    }

    fn kustomization(&self) -> KustomizationSpec {
        KustomizationSpec {
            path: Some(format!("./{}", self.request.target)),
            timeout_seconds: Some(TIMEOUT_SECONDS),
            sync_interval_seconds: Some(APPLY_SECONDS),
            retry_interval_seconds: Some(APPLY_SECONDS),
            prune: Some(true),
            wait: Some(true),
            ..KustomizationSpec::default()
        }
    }

    pub(super) async fn apply_namespace(
        &self,
        cluster: usize,
        namespace: &str,
        labels: &BTreeMap<String, String>,
    ) -> Done {
        let object = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": { "name": namespace, "labels": labels },
        });
        let apply = Apply { force: true, dry_run: DryRun::Off };
        let target = WriteTarget::of::<Namespace>();
        let connection = &self.cluster(cluster).connection;
        let applied: Result<Value, WriteError> =
            connection.apply(target.clone(), "", namespace, &object, apply).await;
        match applied {
            Ok(_) => Ok("there".to_owned()),
            // Applying is idempotent, so one whose answer was lost is sent once more.
            Err(error) if error.may_have_been_done() => {
                connection.apply::<Value>(target, "", namespace, &object, apply).await?;
                Ok("there".to_owned())
            }
            Err(error) => Err(connection.flags().add_to_failure(error)),
        }
    }

    /// Creates the secret that images are pulled with. One that somebody made meanwhile stays as it is.
    pub(super) async fn create_pull_secret(&self, cluster: usize, namespace: &str) -> Done {
        let token = self.token(CredentialRole::ImagePull)?.expose();
        let auth = BASE64.encode(format!("{HTTPS_USER}:{token}"));
        let entry = json!({ "username": HTTPS_USER, "password": token, "auth": auth });
        let config = json!({ "auths": { self.request.registry.clone(): entry } });
        let object = json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": PULL_SECRET, "namespace": namespace },
            "type": "kubernetes.io/dockerconfigjson",
            "stringData": { ".dockerconfigjson": config.to_string() },
        });
        let connection = &self.cluster(cluster).connection;
        let created: Result<Value, WriteError> =
            connection.create(WriteTarget::of::<Secret>(), namespace, &object, DryRun::Off).await;
        match created {
            Ok(_) => Ok("made".to_owned()),
            Err(WriteError::AlreadyExists { .. }) => Ok("was there already".to_owned()),
            Err(error) if error.may_have_been_done() => {
                let scope = Scope::object(Kind::GitSecret, namespace, PULL_SECRET);
                match connection.ask(&scope).await {
                    Answer::Objects(objects) if !objects.is_empty() => Ok("made".to_owned()),
                    _ => Err(connection.flags().add_to_failure(error)),
                }
            }
            Err(error) => Err(connection.flags().add_to_failure(error)),
        }
    }
}
