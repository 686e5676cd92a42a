//! Look into a kustomization, have it applied now, resume or find it.

use std::collections::BTreeMap;

use super::NextCommand;
use super::azure::{configuration_flags, is_azure};
use super::sources::fetch_now;
use crate::model::argument::{valid_folder, valid_name};
use crate::model::contract::RECONCILE_ANNOTATION;
use crate::model::objects::{Kustomization, Meta, Source};

/// Ask Flux to fetch and apply now.
pub(in crate::model::verdict) fn reconcile(
    kustomization: &Kustomization,
    source: Option<&Source>,
) -> Vec<NextCommand> {
    let source = source.filter(|source| source.fetches_on_request());
    source.map(fetch_now).into_iter().chain([apply_now(kustomization)]).collect()
}

/// Ask Flux to apply now.
pub(in crate::model::verdict) fn apply_now(kustomization: &Kustomization) -> NextCommand {
    NextCommand::new(annotate("kustomization", &kustomization.meta), "apply now")
}

pub(super) fn annotate(kind: &str, meta: &Meta) -> String {
    let (name, namespace) = names(meta);
    format!(
        "kubectl annotate --overwrite {kind}/{name} -n {namespace} {RECONCILE_ANNOTATION}=\"$(date +%s)\""
    )
}

/// Name and namespace of an object, as a command takes them.
pub(super) fn names(meta: &Meta) -> (&str, &str) {
    (valid_name(&meta.name, "'<name>'"), valid_name(&meta.namespace, "'<namespace>'"))
}

/// Follow what moves by itself.
pub(in crate::model::verdict) fn follow(namespace: &str) -> Vec<NextCommand> {
    let namespace = valid_name(namespace, "'<namespace>'");
    vec![NextCommand::new(format!("kubectl gitops-status -n {namespace} --watch"), "follow it")]
}

/// Look into a kustomization.
pub(in crate::model::verdict) fn attempt(kustomization: &Kustomization) -> Vec<NextCommand> {
    let (name, namespace) = names(&kustomization.meta);
    vec![NextCommand::new(
        format!("kubectl describe kustomization/{name} -n {namespace}"),
        "what Flux says, in full",
    )]
}

/// Look into a kustomization that cannot be built.
pub(super) fn build(kustomization: &Kustomization) -> Vec<NextCommand> {
    let (name, namespace) = names(&kustomization.meta);
    let path = valid_folder(&kustomization.path);
    let line = format!("flux build kustomization {name} -n {namespace} --path '<checkout>'/{path}");
    let here = NextCommand::new(line, "build it here, from a checkout of the gitops repository");
    [attempt(kustomization), vec![here]].concat()
}

/// Resume what was suspended.
pub(in crate::model::verdict) fn resume(
    arc: &BTreeMap<String, String>,
    kind: &str,
    meta: &Meta,
) -> Vec<NextCommand> {
    let why = "resume delivery, once whoever suspended it agrees";
    let next = NextCommand::new(resume_command(arc, kind, meta), why);
    vec![if is_resumed_through_azure(meta) { next.changing_azure() } else { next }]
}

fn is_resumed_through_azure(meta: &Meta) -> bool {
    let is_person = |manager: &str| manager.starts_with("kubectl") || manager == "flux";
    let is_by_hand = meta.written("suspend").is_some_and(|(manager, _)| is_person(manager));
    is_azure(meta) && !is_by_hand
}

/// The command that resumes a suspended object of Flux: through Azure where that manages the object, unless somebody
/// suspended it in the cluster. Then Azure has it as not suspended, and has nothing to change.
pub fn resume_command(arc: &BTreeMap<String, String>, kind: &str, meta: &Meta) -> String {
    if is_resumed_through_azure(meta) {
        format!("az k8s-configuration flux update {} --suspend false", configuration_flags(arc, meta))
    } else {
        let (name, namespace) = names(meta);
        format!(
            "kubectl patch {kind}/{name} -n {namespace} --type merge -p '{{\"spec\":{{\"suspend\":false}}}}'"
        )
    }
}

/// Look at what holds a deletion.
pub(in crate::model::verdict) fn deletion(kustomization: &Kustomization) -> Vec<NextCommand> {
    let (name, namespace) = names(&kustomization.meta);
    let line =
        format!("kubectl get kustomization/{name} -n {namespace} -o jsonpath='{{.metadata.finalizers}}'");
    let describe = format!("kubectl describe kustomization/{name} -n {namespace}");
    vec![
        NextCommand::new(describe, "its events say what its deletion waits for"),
        NextCommand::new(
            line,
            "who still holds it: ask that controller, do not remove its finalizer by hand",
        ),
    ]
}

/// Look for what is not there.
pub(in crate::model::verdict) fn recreate(
    arc: &BTreeMap<String, String>,
    meta: Option<&Meta>,
    plural: &str,
) -> Vec<NextCommand> {
    match meta.filter(|meta| is_azure(meta)) {
        Some(meta) => vec![NextCommand::new(
            format!("az k8s-configuration flux show {}", configuration_flags(arc, meta)),
            "which kustomizations the configuration has",
        )],
        None => vec![NextCommand::new(format!("kubectl get {plural} -A"), "is it somewhere else?")],
    }
}
