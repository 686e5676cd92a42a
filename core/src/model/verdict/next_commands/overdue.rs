//! Look into what should have ended, or never can.

use super::NextCommand;
use super::attempts::{apply_now, attempt, names};
use super::sources::fetch_now;
use crate::model::argument::valid_name;
use crate::model::contract::FLUX_NAMESPACE;
use crate::model::objects::{Kustomization, Source};

/// An attempt that has not ended.
pub(in crate::model::verdict) fn overdue_attempt(kustomization: &Kustomization) -> Vec<NextCommand> {
    let steps = [log_of_controller("kustomize-controller"), apply_now(kustomization)];
    attempt(kustomization).into_iter().chain(steps).collect()
}

/// A revision that was due and is not tried: to ask for it comes first.
pub(in crate::model::verdict) fn untried_revision(kustomization: &Kustomization) -> Vec<NextCommand> {
    let steps = [apply_now(kustomization), log_of_controller("kustomize-controller")];
    steps.into_iter().chain(attempt(kustomization)).collect()
}

/// A fetch that has not ended.
pub(in crate::model::verdict) fn overdue_fetch(source: &Source) -> Vec<NextCommand> {
    let (name, namespace) = names(&source.meta);
    let kind = source.kind.name().to_lowercase();
    let describe = format!("kubectl describe {kind}/{name} -n {namespace}");
    vec![
        NextCommand::new(describe, "what Flux says, in full"),
        log_of_controller("source-controller"),
        fetch_now(source),
    ]
}

/// What a controller said lately.
pub(in crate::model::verdict) fn log_of_controller(name: &str) -> NextCommand {
    let line = format!("kubectl logs -n {FLUX_NAMESPACE} deployment/{name} --since=15m");
    NextCommand::new(line, "what its controller said")
}

/// Who waits for whom.
pub(in crate::model::verdict) fn dependencies() -> Vec<NextCommand> {
    let columns = "NAMESPACE:.metadata.namespace,NAME:.metadata.name,DEPENDS-ON:.spec.dependsOn[*].name";
    let line = format!("kubectl get kustomizations -A -o custom-columns='{columns}'");
    vec![NextCommand::new(line, "who waits for whom: take one `dependsOn` of the circle out in Git")]
}

/// An artifact that kustomize-controller cannot download from source-controller.
pub(in crate::model::verdict) fn artifact_download() -> Vec<NextCommand> {
    let line = format!("kubectl get services,endpoints,networkpolicies -n {FLUX_NAMESPACE}");
    vec![
        NextCommand::new(line, "what is between kustomize-controller and source-controller"),
        log_of_controller("source-controller"),
    ]
}

/// A namespace that is being deleted and does not go.
pub(in crate::model::verdict) fn terminating_namespace(name: &str) -> Vec<NextCommand> {
    let name = valid_name(name, "'<namespace>'");
    let look = NextCommand::new(format!("kubectl get namespace {name} -o yaml"), "what still holds it");
    vec![look]
}
