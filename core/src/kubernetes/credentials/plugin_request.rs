//! What a credential plugin is told: how it is run, and the document in `KUBERNETES_EXEC_INFO`
//! (`client.authentication.k8s.io`).

use kube::config::{ExecConfig, ExecInteractiveMode};
use serde_json::{Value, json};

use super::error::CredentialsError;

/// The cluster as a plugin sees it, for those that ask for it (`provideClusterInfo`). No `Debug`: the address of its
/// proxy may hold a password.
#[derive(Clone, Default)]
pub(in crate::kubernetes) struct ClusterInfo(pub(in crate::kubernetes) Value);

/// The versions of the protocol that kubectl speaks.
const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/// The document for the plugin. Its answer must have the same `apiVersion`.
pub(super) fn document(api_version: &str, is_interactive: bool, cluster: Option<&ClusterInfo>) -> String {
    let mut spec = json!({ "interactive": is_interactive });
    if let Some(ClusterInfo(cluster)) = cluster {
        spec["cluster"] = cluster.clone();
    }
    json!({ "kind": "ExecCredential", "apiVersion": api_version, "spec": spec }).to_string()
}

/// The version that the kubeconfig asks for, where it is one.
pub(super) fn api_version(exec: &ExecConfig) -> Result<String, CredentialsError> {
    let version = exec.api_version.clone().unwrap_or_default();
    if VERSIONS.contains(&version.as_str()) {
        return Ok(version);
    }
    let why = format!("is not one of {}", VERSIONS.join(", "));
    Err(CredentialsError::Field { field: "exec.apiVersion", why })
}

/// Whether the plugin gets the person's terminal as its standard input.
pub(super) fn is_interactive(
    exec: &ExecConfig,
    command: &str,
    stdin_is_terminal: bool,
) -> Result<bool, CredentialsError> {
    match &exec.interactive_mode {
        Some(ExecInteractiveMode::Never) => Ok(false),
        Some(ExecInteractiveMode::Always) if !stdin_is_terminal => {
            Err(CredentialsError::NoTerminal { command: command.to_owned() })
        }
        Some(ExecInteractiveMode::Always) => Ok(true),
        // Before v1 the mode had a default; `kubeconfig` refuses a v1 without it.
        Some(ExecInteractiveMode::IfAvailable) | None => Ok(stdin_is_terminal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_gets_the_terminal_when_there_is_one_and_its_mode_takes_it() {
        use ExecInteractiveMode::{Always, IfAvailable, Never};
        for (mode, terminal, expected) in [
            (Some(Never), true, Some(false)),
            (Some(IfAvailable), true, Some(true)),
            (Some(IfAvailable), false, Some(false)),
            (None, true, Some(true)),
            (Some(Always), true, Some(true)),
            (Some(Always), false, None),
        ] {
            let exec = ExecConfig { interactive_mode: mode.clone(), ..ExecConfig::default() };
            assert_eq!(is_interactive(&exec, "p", terminal).ok(), expected, "{mode:?} {terminal}");
        }
    }

    #[test]
    fn the_cluster_is_told_only_when_it_is_asked_for() {
        let parsed = |text: String| serde_json::from_str::<Value>(&text).expect("JSON");
        assert_eq!(
            parsed(document(VERSIONS[0], true, None)),
            json!({ "kind": "ExecCredential", "apiVersion": VERSIONS[0], "spec": { "interactive": true } })
        );
        let cluster = ClusterInfo(json!({ "server": "https://c" }));
        let document = parsed(document(VERSIONS[1], false, Some(&cluster)));
        assert_eq!(document["spec"]["cluster"]["server"], "https://c");
        let alpha = ExecConfig {
            api_version: Some("client.authentication.k8s.io/v1alpha1".into()),
            ..ExecConfig::default()
        };
        assert!(api_version(&alpha).is_err());
    }
}
