//! Checks that several parts of a configuration share, and the table of what is refused.

use super::error::InvalidConfiguration;

/// A namespace is a DNS label: the Azure CLI takes no dots in it.
pub(super) fn check_namespace(namespace: &str) -> Result<(), InvalidConfiguration> {
    let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = namespace.as_bytes();
    let fits = bytes.first().is_some_and(is_end)
        && bytes.last().is_some_and(is_end)
        && bytes.iter().all(|byte| is_end(byte) || *byte == b'-')
        && bytes.len() <= 63;
    match fits {
        true => Ok(()),
        false => Err(InvalidConfiguration::new(
            "namespace",
            "must be 1 to 63 of a-z, 0-9 and '-', and begin and end with a letter or digit",
        )),
    }
}

/// Intervals and limits are whole seconds, at least one.
pub(super) fn check_seconds(field: &str, seconds: Option<i64>) -> Result<(), InvalidConfiguration> {
    match seconds {
        Some(..=0) => Err(InvalidConfiguration::new(field, "must be at least 1")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bucket, git};
    use super::super::{
        ConfigurationName, ConfigurationSource, FluxConfigurationSpec, GitReference, GitSource,
        KustomizationSpec,
    };
    use crate::wire::Secret;

    fn name() -> ConfigurationName {
        ConfigurationName::new("apps").expect("a name")
    }

    /// The field that is refused once a good configuration was changed.
    fn refused(change: impl FnOnce(&mut FluxConfigurationSpec)) -> String {
        let mut specification = git();
        change(&mut specification);
        specification.check(&name()).expect_err("refused").field
    }

    fn with_source(change: impl FnOnce(&mut GitSource)) -> String {
        refused(|specification| {
            if let ConfigurationSource::Git(source) = &mut specification.source {
                change(source);
            }
        })
    }

    #[test]
    fn what_is_good_passes() {
        for specification in [git(), bucket()] {
            assert_eq!(specification.check(&name()), Ok(()));
        }
    }

    #[test]
    fn each_field_that_is_wrong_is_named() {
        for namespace in ["", "a.b", "A", "-a", "a-", &"a".repeat(64)] {
            assert_eq!(refused(|of| of.namespace = namespace.to_owned()), "namespace");
        }
        for url in
            ["", "ftp://host/x", "host/x", "https://", "https://u:hunter2@host/x", "https://host/a b", "git@"]
        {
            assert_eq!(with_source(|of| of.url = url.to_owned()), "gitRepository.url", "{url}");
        }
        let reference = "gitRepository.repositoryRef.branch";
        assert_eq!(with_source(|of| of.reference = GitReference::Branch(String::new())), reference);
        assert_eq!(with_source(|of| of.reference = GitReference::Branch("a b".to_owned())), reference);
        assert_eq!(
            with_source(|of| of.sync_interval_seconds = Some(0)),
            "gitRepository.syncIntervalInSeconds"
        );
        assert_eq!(with_source(|of| of.timeout_seconds = Some(-1)), "gitRepository.timeoutInSeconds");
        assert_eq!(
            with_source(|of| of.ssh_known_hosts = Some("x".to_owned())),
            "gitRepository.sshKnownHosts"
        );
        assert_eq!(with_source(|of| of.url = "ssh://git@host/x".to_owned()), "gitRepository.httpsUser");
        assert_eq!(with_source(|of| of.https_user = None), "gitRepository.httpsUser");
        assert_eq!(refused(|of| of.protected.https_key = None), "configurationProtectedSettings.httpsKey");
        let secret = || Some(Secret::new("hunter2"));
        assert_eq!(
            refused(|of| of.protected.ssh_private_key = secret()),
            "configurationProtectedSettings.sshPrivateKey"
        );
        assert_eq!(
            refused(|of| of.protected.bucket_secret_key = secret()),
            "configurationProtectedSettings.bucketSecretKey"
        );
        assert_eq!(refused(|of| of.kustomizations.clear()), "kustomizations");
        let add = |of: &mut FluxConfigurationSpec, name: &str, kustomization| {
            of.kustomizations.insert(name.to_owned(), kustomization);
        };
        let named = |name: &str| refused(|of| add(of, name, KustomizationSpec::default()));
        for name in ["", "A", "a/b", "a_", &"a".repeat(60)] {
            assert_eq!(named(name), format!("kustomizations.{name}"));
        }
        let waits =
            KustomizationSpec { depends_on: Some(vec!["nobody".to_owned()]), ..KustomizationSpec::default() };
        assert_eq!(refused(|of| add(of, "last", waits)), "kustomizations.last.dependsOn");
        let hasty = KustomizationSpec { retry_interval_seconds: Some(0), ..KustomizationSpec::default() };
        assert_eq!(refused(|of| add(of, "last", hasty)), "kustomizations.last.retryIntervalInSeconds");
    }

    #[test]
    fn exactly_one_reference_is_followed() {
        let reference = |parts: [Option<&str>; 4]| {
            let [branch, tag, semver, commit] = parts;
            GitReference::exactly_one(branch, tag, semver, commit)
        };
        let all = [Some("x"); 4];
        for count in [0, 2, 3, 4] {
            let mut parts = [None; 4];
            parts[..count].copy_from_slice(&all[..count]);
            assert!(reference(parts).is_err(), "{count}");
        }
        assert_eq!(reference([None, Some("v1"), None, None]), Ok(GitReference::Tag("v1".to_owned())));
    }

    #[test]
    fn nothing_shows_a_key() {
        let shown = format!("{:?}", git());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
