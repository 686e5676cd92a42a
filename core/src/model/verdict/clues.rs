//! What of a pod is worth looking into, so that the next commands name it: a container's log, claims, a node, the
//! Secret that images are pulled with, a configuration that is missing.

use super::image_pull::{self, PullFailure};
use crate::model::objects::{Container, Pod, Workload};

/// What is worth looking into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Clues {
    /// The container whose log tells something.
    pub log: Option<ContainerLog>,
    /// How an image that cannot be pulled may be had.
    pub pull: Option<PullCredentials>,
    /// The kind and name of what a container's configuration is to come from.
    pub configuration: Option<(&'static str, String)>,
    /// The claims whose volumes are awaited.
    pub claims: Option<Vec<String>>,
    /// Whether a volume is to be attached that another node may hold.
    pub is_attached_elsewhere: bool,
    /// The node that counts.
    pub node: Option<String>,
    /// Whether all nodes count.
    pub lists_nodes: bool,
    /// What keeps a workload from replacing its pods.
    pub pause: Option<Pause>,
    /// Whether the pod must be deleted by hand.
    pub is_to_be_deleted: bool,
}

/// What keeps a workload from replacing its pods, and so where that can be ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// `paused`, which a kustomization applies.
    Applied,
    /// `paused`, which comes from the chart of a release.
    Installed,
    /// `paused`, which somebody else wrote: nothing that Flux applies holds it.
    ByHand,
    /// `paused`, by nobody knows whom.
    Paused,
    /// `OnDelete`, with a pod of the template before, where one is known.
    OnDelete(Option<String>),
    /// The partition of a StatefulSet.
    Partition,
}

impl Pause {
    /// Of a Deployment that is paused.
    pub(super) fn of_deployment(workload: &Workload) -> Self {
        match workload.meta.written("paused") {
            Some(("kustomize-controller", _)) => Self::Applied,
            Some(("helm-controller" | "helm", _)) => Self::Installed,
            Some(_) => Self::ByHand,
            None => Self::Paused,
        }
    }
}

/// A container's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ContainerLog {
    /// The container, where the pod has several.
    pub container: Option<String>,
    /// Whether it is the log of the container before the current one.
    pub is_previous: bool,
}

/// What images are pulled with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PullCredentials {
    /// The registry's host.
    pub registry: String,
    /// The Secret; none where the node's own credentials count.
    pub secret: Option<String>,
}

impl Clues {
    pub(super) fn of_log(pod: &Pod, container: &Container) -> Self {
        let log = ContainerLog {
            container: (pod.containers.len() > 1).then(|| container.name.clone()),
            is_previous: container.has_previous,
        };
        Self { log: Some(log), ..Self::default() }
    }

    pub(super) fn of_pull(pod: &Pod, container: &Container, failure: Option<PullFailure>) -> Self {
        let pull = failure.filter(|failure| failure.is_about_credentials()).map(|_| PullCredentials {
            registry: image_pull::registry(&container.image).to_owned(),
            secret: pod.pull_secrets.first().cloned(),
        });
        Self { pull, ..Self::default() }
    }

    pub(super) fn of_configuration(message: &str) -> Self {
        Self { configuration: missing_configuration(message), ..Self::default() }
    }

    pub(super) fn of_volume(pod: &Pod, message: &str) -> Self {
        let configuration = missing_configuration(message);
        let claims = configuration.is_none().then(|| pod.claims.clone());
        let is_attached_elsewhere = message.contains("Multi-Attach") || message.contains("AttachVolume");
        Self { configuration, claims, is_attached_elsewhere, ..Self::default() }
    }

    pub(super) fn of_node(pod: &Pod) -> Self {
        Self { node: pod.node.clone(), ..Self::default() }
    }
}

/// The ConfigMap or Secret that a message says is not there, or lacks a key: `configmap "a" not found`,
/// `couldn't find key k in Secret dev/b`.
fn missing_configuration(message: &str) -> Option<(&'static str, String)> {
    let lower = message.to_lowercase();
    if lower.len() != message.len() || !lower.contains("not found") && !lower.contains("couldn't find key") {
        return None;
    }
    ["configmap", "secret"].into_iter().find_map(|kind| {
        let quoted = || message[lower.find(&format!("{kind} \""))? + kind.len() + 2..].split('"').next();
        let keyed = || {
            let rest = &message[lower.find(&format!("in {kind} "))? + kind.len() + 4..];
            rest.split_whitespace().next()?.rsplit('/').next()
        };
        let name = quoted().or_else(keyed)?;
        Some((kind, name.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_that_is_missing_is_named() {
        for (message, expected) in [
            ("configmap \"settings\" not found", Some(("configmap", "settings"))),
            ("secret \"token\" not found", Some(("secret", "token"))),
            (
                "MountVolume.SetUp failed for volume \"a\" : configmap \"settings\" not found",
                Some(("configmap", "settings")),
            ),
            ("couldn't find key url in ConfigMap dev-hello/settings", Some(("configmap", "settings"))),
            ("couldn't find key password in Secret dev-hello/token", Some(("secret", "token"))),
            ("secret \"token\" is forbidden", None),
            ("İ not found: secret \"token\"", None),
            ("", None),
        ] {
            let missing = missing_configuration(message);
            assert_eq!(missing.as_ref().map(|(kind, name)| (*kind, name.as_str())), expected, "{message}");
        }
    }
}
