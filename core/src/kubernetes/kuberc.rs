//! kubectl's preferences (`~/.kube/kuberc`, or the file that `KUBERC` names), as far as they say which credential
//! plugins may run. Aliases and defaults are kubectl's own and are not read.
//!
//! kubectl 1.35 and newer obey the policy; a plugin that it refuses is refused here with the same reason. What is
//! accepted and what is refused follows `pkg/kuberc` of kubectl and `ValidatePluginPolicy` of client-go.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::error::ConnectError;

/// Which credential plugins may run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum PluginPolicy {
    /// All of them.
    #[default]
    AllowAll,
    /// None.
    DenyAll,
    /// Those that these commands name.
    Allowlist(Vec<String>),
}

/// The preferences that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Preference {
    api_version: String,
    kind: String,
    credential_plugin_policy: Option<String>,
    credential_plugin_allowlist: Option<Vec<AllowlistEntry>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AllowlistEntry {
    /// Deprecated: the former name of `command`.
    name: Option<String>,
    command: Option<String>,
}

/// The policy of the preferences. `variable` is the value of `KUBERC`. A file that nobody asked for may be absent
/// or unusable; one that `KUBERC` names may not.
pub(super) fn read(variable: Option<&OsStr>, home: &Path) -> Result<PluginPolicy, ConnectError> {
    if variable.is_some_and(|value| value == "off") {
        return Ok(PluginPolicy::default());
    }
    let file = variable.map_or_else(|| home.join(".kube").join("kuberc"), PathBuf::from);
    let unreadable = |why: String| ConnectError::Kuberc { file: file.clone(), why };
    let loaded = match std::fs::read_to_string(&file) {
        Ok(text) => preference(&text),
        Err(error) if variable.is_none() && error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    match loaded {
        Ok(None) => Ok(PluginPolicy::default()),
        Ok(Some(preference)) => policy(preference).map_err(unreadable),
        Err(why) if variable.is_none() => {
            tracing::warn!("kuberc: no preferences loaded from {}: {why}", file.display());
            Ok(PluginPolicy::default())
        }
        Err(why) => Err(unreadable(why)),
    }
}

/// The first document of a version that is known; nothing where there is no document.
fn preference(text: &str) -> Result<Option<Preference>, String> {
    let documents = text.split("\n---").map(|document| document.trim_start_matches("---").trim());
    let mut documents = documents.filter(|document| !document.is_empty()).peekable();
    if documents.peek().is_none() {
        return Ok(None);
    }
    let known = documents.filter_map(|document| serde_saphyr::from_str::<Preference>(document).ok()).find(
        |preference| {
            let versions = ["kubectl.config.k8s.io/v1beta1", "kubectl.config.k8s.io/v1alpha1"];
            preference.kind == "Preference" && versions.contains(&preference.api_version.as_str())
        },
    );
    known.map(Some).ok_or_else(|| "no valid preferences found".to_owned())
}

fn policy(preference: Preference) -> Result<PluginPolicy, String> {
    if preference.api_version.ends_with("/v1alpha1") {
        // Its preferences have no policy, and kubectl passes over fields that it does not know.
        return Ok(PluginPolicy::default());
    }
    let name = preference.credential_plugin_policy.unwrap_or_default();
    let list = preference.credential_plugin_allowlist;
    let plain = match name.as_str() {
        "" | "AllowAll" => PluginPolicy::AllowAll,
        "DenyAll" => PluginPolicy::DenyAll,
        "Allowlist" => return allowlist(list).map(PluginPolicy::Allowlist),
        other => return Err(format!("unknown plugin policy: \"{}\"", crate::model::harmless(other))),
    };
    match list {
        None => Ok(plain),
        Some(_) => Err(format!(
            "misconfigured credential plugin allowlist: plugin policy is \"{name}\" but allowlist is non-nil"
        )),
    }
}

fn allowlist(list: Option<Vec<AllowlistEntry>>) -> Result<Vec<String>, String> {
    let list = list.ok_or("credential plugin policy set to \"Allowlist\", but allowlist is unspecified")?;
    if list.is_empty() {
        return Err(
            "credential plugin policy set to \"Allowlist\", but allowlist is empty; use \"DenyAll\" \
                    policy instead"
                .to_owned(),
        );
    }
    let entries = list.into_iter().enumerate().map(|(index, entry)| {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let command = match (given(entry.name), given(entry.command)) {
            (Some(name), Some(command)) if name != command => {
                return Err("both `Name` and `Command` were supplied with different values. `Name` is \
                            deprecated, use `Command` instead"
                    .to_owned());
            }
            (name, command) => command.or(name).ok_or_else(|| {
                format!("misconfigured credential plugin allowlist: empty allowlist entry #{}", index + 1)
            })?,
        };
        match clean(&command) {
            cleaned if cleaned == command => Ok(command),
            cleaned => Err(format!("non-normalized file path: {command:?} vs {cleaned:?}")),
        }
    });
    entries.collect()
}

/// A path without `.`, `..` and doubled separators as far as that can be said without looking: Go's
/// `filepath.Clean`.
pub(super) fn clean(path: &str) -> String {
    let mut cleaned = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match cleaned.components().next_back() {
                Some(Component::Normal(_)) => {
                    cleaned.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => cleaned.push(".."),
            },
            component => cleaned.push(component),
        }
    }
    if cleaned.as_os_str().is_empty() { ".".to_owned() } else { cleaned.to_string_lossy().into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<PluginPolicy, String> {
        preference(text).and_then(|preference| preference.map_or(Ok(PluginPolicy::AllowAll), policy))
    }

    fn document(rest: &str) -> String {
        format!("apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n{rest}")
    }

    #[test]
    fn policies_are_kubectls() {
        use PluginPolicy::{AllowAll, Allowlist, DenyAll};
        let list = |names: &[&str]| Allowlist(names.iter().map(|name| (*name).to_owned()).collect());
        for (rest, expected) in [
            ("", AllowAll),
            ("defaults: []\naliases: []", AllowAll),
            ("unheardOf: true", AllowAll),
            ("credentialPluginPolicy: AllowAll", AllowAll),
            ("credentialPluginPolicy: DenyAll", DenyAll),
            ("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n- name: a", list(&["a"])),
            (
                "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: /bin/a}, {name: b, command: b}]",
                list(&["/bin/a", "b"]),
            ),
        ] {
            assert_eq!(read_text(&document(rest)), Ok(expected), "{rest}");
        }
    }

    #[test]
    fn a_policy_that_says_two_things_is_refused_as_kubectl_refuses_it() {
        for (rest, reason) in [
            ("credentialPluginPolicy: Sometimes", "unknown plugin policy"),
            (
                "credentialPluginPolicy: DenyAll\ncredentialPluginAllowlist: [{name: a}]",
                "allowlist is non-nil",
            ),
            ("credentialPluginAllowlist: [{name: a}]", "allowlist is non-nil"),
            ("credentialPluginPolicy: Allowlist", "allowlist is unspecified"),
            ("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []", "allowlist is empty"),
            (
                "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{}]",
                "empty allowlist entry #1",
            ),
            (
                "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: /a/../b}]",
                "non-normalized file path",
            ),
            (
                "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: a, command: b}]",
                "different values",
            ),
        ] {
            let refusal = read_text(&document(rest)).expect_err(rest);
            assert!(refusal.contains(reason), "{rest}: {refusal}");
        }
    }

    #[test]
    fn the_first_document_of_a_known_version_counts() {
        let two = format!(
            "apiVersion: v2\nkind: Preference\ncredentialPluginPolicy: AllowAll\n---\n{}",
            document("credentialPluginPolicy: DenyAll")
        );
        assert_eq!(read_text(&two), Ok(PluginPolicy::DenyAll));
        assert!(read_text("apiVersion: v2\nkind: Preference").is_err());
        assert!(read_text("a: [").is_err());
        assert_eq!(read_text("---\n\n"), Ok(PluginPolicy::AllowAll));
        let old =
            "apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\ncredentialPluginPolicy: DenyAll";
        assert_eq!(read_text(old), Ok(PluginPolicy::AllowAll));
    }

    #[test]
    fn only_a_file_that_was_asked_for_has_to_be_there() {
        let home = Path::new("/no/such/home");
        assert_eq!(read(None, home).expect("no file is no error"), PluginPolicy::AllowAll);
        assert_eq!(read(Some("off".as_ref()), home).expect("off"), PluginPolicy::AllowAll);
        assert!(read(Some("/no/such/kuberc".as_ref()), home).is_err());
    }

    #[test]
    fn paths_are_cleaned_as_go_cleans_them() {
        for (path, expected) in
            [("", "."), ("a", "a"), ("./a", "a"), ("/a//b/", "/a/b"), ("a/../../b", "../b"), ("/../a", "/a")]
        {
            assert_eq!(clean(path), expected, "{path}");
        }
    }
}
