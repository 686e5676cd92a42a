//! Checks that several parts of a configuration share, and the table of what is refused.

use super::error::InvalidConfiguration;

/// The most characters of a name.
const MOST_CHARACTERS: usize = 63;

/// Whether a name has 1 to 63 of a-z and 0-9, and of `inner` between its first and its last.
pub(super) fn is_name(name: &str, inner: &[u8]) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    bytes.first().is_some_and(is_end)
        && bytes.last().is_some_and(is_end)
        && bytes.iter().all(|byte| is_end(byte) || inner.contains(byte))
        && bytes.len() <= MOST_CHARACTERS
}

/// A namespace is a DNS label: the Azure CLI takes no dots in it.
pub(super) fn check_namespace(namespace: &str) -> Result<(), InvalidConfiguration> {
    match is_name(namespace, b"-") {
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

/// A source's URL begins with one of `starts`, goes on with a host and holds no secret: everybody who may read the
/// configuration sees it. A token for http and https often stands where a user does, so that none is taken there.
pub(super) fn check_url(field: &str, url: &str, starts: &[&str]) -> Result<(), InvalidConfiguration> {
    let lower = url.to_ascii_lowercase();
    let found = starts.iter().find_map(|start| Some((*start, lower.strip_prefix(start)?)));
    let is_word = !url.chars().any(|c| c.is_whitespace() || c.is_control());
    let Some((start, rest)) = found.filter(|_| is_word) else {
        let (last, others) = starts.split_last().expect("a URL begins with something");
        let why = format!("must begin with {} or {last}, and hold no spaces", others.join(", "));
        return Err(InvalidConfiguration::new(field, why));
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (user, host) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    if host.is_empty() || host.starts_with(':') {
        return Err(InvalidConfiguration::new(field, "must name a host"));
    }
    let is_secret = |user: &str| start.starts_with("http") || user.contains(':');
    match user.is_some_and(is_secret) {
        true => Err(InvalidConfiguration::new(
            field,
            "must hold neither a user nor a password: keys belong into the protected settings",
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bucket, git};
    use super::super::{
        ConfigurationName, ConfigurationSource, FluxConfigurationSpec, GitReference, GitSource,
        KustomizationSpec,
    };
    use super::check_url;
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
    fn a_url_names_a_host_and_holds_no_secret() {
        let of_both = [
            "",
            "ftp://host/x",
            "host/x",
            "https://",
            "https:///x",
            "https://:8443/x",
            "https://?x",
            "https://user@/x",
            "https://u:hunter2@host/x",
            "https://hunter2@host/x",
            "HTTP://hunter2@host",
            "https://@host/x",
            "https://host/a b",
            "https://host/a\nb",
        ];
        for url in of_both.into_iter().chain(["git@", "git@:x", "ssh://", "ssh://u:hunter2@host/x"]) {
            assert_eq!(with_source(|of| of.url = url.to_owned()), "gitRepository.url", "{url}");
        }
        for url in of_both.into_iter().chain(["ssh://git@host/x", "git@host:x"]) {
            let mut specification = bucket();
            let ConfigurationSource::Bucket(source) = &mut specification.source else { panic!("a bucket") };
            source.url = url.to_owned();
            assert_eq!(specification.check(&name()).expect_err(url).field, "bucket.url", "{url}");
        }
        for url in ["https://host/a@b", "http://host:8080", "HTTPS://host/x?y=u:p@z"] {
            assert_eq!(check_url("bucket.url", url, &["http://", "https://"]), Ok(()), "{url}");
        }
        for url in ["ssh://git@host:22/x", "ssh://host/x", "git@github.com:contoso/hello"] {
            assert_eq!(check_url("gitRepository.url", url, &["ssh://", "git@"]), Ok(()), "{url}");
        }
    }

    #[test]
    fn nothing_shows_a_key() {
        let shown = format!("{:?}", git());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
