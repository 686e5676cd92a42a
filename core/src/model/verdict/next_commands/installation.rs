//! Mend Flux itself: its controllers, their memory, its namespace. Where Azure installed it as a cluster extension, its
//! settings are the extension's.

use std::collections::BTreeMap;

use super::super::Cause;
use super::NextCommand;
use super::azure::cluster_flags;
use crate::model::argument::valid_name;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::Container;

/// Look for the definition of Helm releases, which Flux brings.
pub(in crate::model::verdict) fn release_definition() -> Vec<NextCommand> {
    let line = "kubectl get crd helmreleases.helm.toolkit.fluxcd.io";
    vec![NextCommand::new(line, "is it there? Flux's installation brings it")]
}

/// Look into a controller that ends again and again. To start it once more changes nothing.
pub(in crate::model::verdict) fn crashing_controller(
    arc: &BTreeMap<String, String>,
    name: &str,
    container: &Container,
    cause: Cause,
) -> Vec<NextCommand> {
    let look = format!("kubectl describe pod -n {FLUX_NAMESPACE} -l app={name}");
    let look = NextCommand::new(look, "how it ended last, its limits, its events");
    let container = valid_name(&container.name, "'<container>'");
    let mend = match cause {
        Cause::OutOfMemory if !arc.is_empty() => {
            let flags = cluster_flags(arc);
            let line = format!(
                "az k8s-extension update {flags} -n flux --config {name}.resources.limits.memory='<memory>'"
            );
            NextCommand::new(line, "give it more memory, or smaller folders to build")
        }
        Cause::OutOfMemory => {
            let line = format!(
                "kubectl set resources deployment/{name} -n {FLUX_NAMESPACE} -c {container} \
                 --limits=memory='<memory>'"
            );
            NextCommand::new(line, "give it more memory, in Git too where Flux manages itself")
        }
        _ => {
            let line = format!("kubectl logs -n {FLUX_NAMESPACE} -l app={name} -c {container} --previous");
            NextCommand::new(line, "what it said before it ended")
        }
    };
    vec![look, mend]
}

/// Install what is missing of Flux.
pub(in crate::model::verdict) fn installation(arc: &BTreeMap<String, String>) -> Vec<NextCommand> {
    let look = NextCommand::new(
        format!("kubectl get deployments -n {FLUX_NAMESPACE}"),
        "which controllers are there",
    );
    vec![look, install(arc)]
}

fn install(arc: &BTreeMap<String, String>) -> NextCommand {
    if arc.is_empty() {
        return NextCommand::new("flux install", "install Flux again, or bootstrap it as it was");
    }
    let line = format!("az k8s-extension show {} -n flux", cluster_flags(arc));
    NextCommand::new(line, "whether Azure has installed Flux, or why not")
}

/// Install Flux anew, whose namespace is being deleted.
pub(in crate::model::verdict) fn terminating_installation(
    arc: &BTreeMap<String, String>,
) -> Vec<NextCommand> {
    let look =
        NextCommand::new(format!("kubectl get namespace {FLUX_NAMESPACE} -o yaml"), "what still holds it");
    let uninstall = "remove what is left of Flux with its finalizers; what it applied keeps running";
    vec![look, NextCommand::new("flux uninstall", uninstall), install(arc)]
}
