//! Configurations with every field set, for tests.

use std::collections::BTreeMap;

use super::kustomization::Substitution;
use super::{
    BucketSource, ConfigurationScope, ConfigurationSource, FluxConfigurationSpec, GitReference, GitSource,
    KustomizationSpec, ProtectedSettings,
};
use crate::wire::Secret;

fn kustomizations() -> BTreeMap<String, KustomizationSpec> {
    let full = KustomizationSpec {
        path: Some("./apps".to_owned()),
        depends_on: Some(vec!["first".to_owned()]),
        timeout_seconds: Some(60),
        sync_interval_seconds: Some(120),
        retry_interval_seconds: Some(30),
        prune: Some(true),
        force: Some(false),
        wait: Some(true),
        substitute: Some(Substitution {
            substitute: BTreeMap::from([("region".to_owned(), "eu".to_owned())]),
        }),
    };
    BTreeMap::from([("first".to_owned(), KustomizationSpec::default()), ("second".to_owned(), full)])
}

/// A git repository over https with a key.
pub(crate) fn git() -> FluxConfigurationSpec {
    let source = GitSource {
        sync_interval_seconds: Some(60),
        timeout_seconds: Some(90),
        https_user: Some("git".to_owned()),
        local_auth_ref: Some("local".to_owned()),
        ..GitSource::new("https://github.com/contoso/hello", GitReference::Branch("dev".to_owned()))
    };
    FluxConfigurationSpec {
        scope: ConfigurationScope::Cluster,
        namespace: "dev-hello".to_owned(),
        source: ConfigurationSource::Git(source),
        kustomizations: kustomizations(),
        protected: ProtectedSettings {
            https_key: Some(Secret::new("hunter2")),
            ..ProtectedSettings::default()
        },
        is_suspended: false,
    }
}

/// A bucket with a key.
pub(crate) fn bucket() -> FluxConfigurationSpec {
    let source = BucketSource {
        url: "https://s3.example".to_owned(),
        bucket_name: "manifests".to_owned(),
        access_key: Some("access".to_owned()),
        sync_interval_seconds: Some(60),
        local_auth_ref: Some("local".to_owned()),
    };
    FluxConfigurationSpec {
        source: ConfigurationSource::Bucket(source),
        protected: ProtectedSettings {
            bucket_secret_key: Some(Secret::new("hunter2")),
            ..ProtectedSettings::default()
        },
        ..git()
    }
}
