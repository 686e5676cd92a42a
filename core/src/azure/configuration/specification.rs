//! What a new Flux configuration consists of.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::InvalidConfiguration;
use super::git_source::{GitSource, is_https};
use super::kustomization::KustomizationSpec;
use super::name::{ConfigurationName, check_kustomization_name};
use super::protected_settings::ProtectedSettings;
use super::validation::{check_namespace, check_seconds, check_url};

/// How far a configuration's objects may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigurationScope {
    /// The whole cluster.
    Cluster,
    /// Its own namespace.
    Namespace,
}

/// Where what is applied comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigurationSource {
    /// A git repository.
    Git(GitSource),
    /// An S3-like bucket (`bucket`).
    Bucket(BucketSource),
}

/// A bucket of an S3-like store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketSource {
    /// The store's URL.
    pub url: String,
    /// The bucket's name.
    pub bucket_name: String,
    /// The access key, whose secret key is among the protected settings.
    pub access_key: Option<String>,
    /// How often it is fetched, in seconds.
    pub sync_interval_seconds: Option<i64>,
    /// A Secret in the configuration's namespace that holds the credentials.
    pub local_auth_ref: Option<String>,
}

/// A new Flux configuration. `Debug` shows no protected setting.
#[derive(Clone, Debug)]
pub struct FluxConfigurationSpec {
    /// How far its objects may reach.
    pub scope: ConfigurationScope,
    /// The namespace of its objects.
    pub namespace: String,
    /// Where what is applied comes from.
    pub source: ConfigurationSource,
    /// What of the source is applied, by name.
    pub kustomizations: BTreeMap<String, KustomizationSpec>,
    /// Keys of the source.
    pub protected: ProtectedSettings,
    /// Whether it begins with delivery stopped.
    pub is_suspended: bool,
}

impl FluxConfigurationSpec {
    /// The document that Azure takes. It holds the protected settings.
    pub(in crate::azure) fn document(&self) -> Value {
        let scope = match self.scope {
            ConfigurationScope::Cluster => "cluster",
            ConfigurationScope::Namespace => "namespace",
        };
        let (kind, key, source) = match &self.source {
            ConfigurationSource::Git(git) => ("GitRepository", "gitRepository", git.document()),
            ConfigurationSource::Bucket(bucket) => ("Bucket", "bucket", bucket.document()),
        };
        let kustomizations =
            self.kustomizations.iter().map(|(name, kustomization)| (name.clone(), kustomization.document()));
        let mut properties = Map::new();
        properties.insert("scope".to_owned(), json!(scope));
        properties.insert("namespace".to_owned(), json!(self.namespace));
        properties.insert("sourceKind".to_owned(), json!(kind));
        properties.insert("suspend".to_owned(), json!(self.is_suspended));
        properties.insert(key.to_owned(), source);
        properties.insert("kustomizations".to_owned(), Value::Object(kustomizations.collect()));
        if !self.protected.is_empty() {
            properties.insert("configurationProtectedSettings".to_owned(), self.protected.document());
        }
        json!({ "properties": properties })
    }

    /// Checks it as the configuration of this name.
    ///
    /// # Errors
    /// The first field that does not hold what it must.
    pub fn check(&self, name: &ConfigurationName) -> Result<(), InvalidConfiguration> {
        check_namespace(&self.namespace)?;
        match &self.source {
            ConfigurationSource::Git(git) => git.check()?,
            ConfigurationSource::Bucket(bucket) => bucket.check()?,
        }
        self.check_protected()?;
        if self.kustomizations.is_empty() {
            return Err(InvalidConfiguration::new("kustomizations", "must hold at least one"));
        }
        let known: Vec<&str> = self.kustomizations.keys().map(String::as_str).collect();
        for (kustomization, specification) in &self.kustomizations {
            check_kustomization_name(name, kustomization)?;
            specification.check(kustomization, Some(&known))?;
        }
        Ok(())
    }

    /// Keys belong to the source that they open, and a user and a key to each other.
    fn check_protected(&self) -> Result<(), InvalidConfiguration> {
        let ProtectedSettings { https_key, ssh_private_key, bucket_secret_key } = &self.protected;
        let wrong = |key: &str, why: &str| {
            Err(InvalidConfiguration::new(format!("configurationProtectedSettings.{key}"), why))
        };
        match &self.source {
            ConfigurationSource::Git(git) => match (is_https(&git.url), &git.https_user) {
                _ if bucket_secret_key.is_some() => wrong("bucketSecretKey", "belongs to a bucket"),
                (true, _) if ssh_private_key.is_some() => wrong("sshPrivateKey", "belongs to a URL of ssh"),
                (false, _) if https_key.is_some() => wrong("httpsKey", "belongs to a URL of http or https"),
                (_, Some(_)) if https_key.is_none() => wrong("httpsKey", "is needed beside httpsUser"),
                (_, None) if https_key.is_some() => {
                    Err(InvalidConfiguration::new("gitRepository.httpsUser", "is needed beside httpsKey"))
                }
                _ => Ok(()),
            },
            ConfigurationSource::Bucket(bucket) => match (&bucket.access_key, bucket_secret_key) {
                _ if https_key.is_some() => wrong("httpsKey", "belongs to a git repository"),
                _ if ssh_private_key.is_some() => wrong("sshPrivateKey", "belongs to a git repository"),
                (Some(_), None) => wrong("bucketSecretKey", "is needed beside accessKey"),
                (None, Some(_)) => {
                    Err(InvalidConfiguration::new("bucket.accessKey", "is needed beside bucketSecretKey"))
                }
                _ => Ok(()),
            },
        }
    }
}

impl BucketSource {
    fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("url".to_owned(), json!(self.url));
        document.insert("bucketName".to_owned(), json!(self.bucket_name));
        let interval = self.sync_interval_seconds.map(|seconds| json!(seconds));
        document.extend(interval.map(|interval| ("syncIntervalInSeconds".to_owned(), interval)));
        let texts = [("accessKey", &self.access_key), ("localAuthRef", &self.local_auth_ref)];
        for (key, value) in texts {
            document.extend(value.as_ref().map(|value| (key.to_owned(), json!(value))));
        }
        Value::Object(document)
    }

    fn check(&self) -> Result<(), InvalidConfiguration> {
        check_url("bucket.url", &self.url, &["http://", "https://"])?;
        if self.bucket_name.trim().is_empty() {
            return Err(InvalidConfiguration::new("bucket.bucketName", "must name the bucket"));
        }
        check_seconds("bucket.syncIntervalInSeconds", self.sync_interval_seconds)
    }
}
