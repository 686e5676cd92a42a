//! What to type next. Only commands that exist: this suite's own, kubectl, flux, az.

use std::collections::BTreeMap;

use super::health::WorkloadTrouble;
use super::{Cause, NextCommand, Reason};
use crate::model::Unanswered;
use crate::model::contract::{
    AZURE_CONFIGURATION_LABEL, AZURE_MANAGED_LABEL, FLUX_NAMESPACE, RECONCILE_ANNOTATION,
};
use crate::model::objects::{Kustomization, Meta, Source};
use crate::model::shell_word;

/// Whether Azure made an object: then changes in the cluster are undone by its agent.
pub(super) fn is_azure(meta: &Meta) -> bool {
    meta.labels.get(AZURE_MANAGED_LABEL).is_some_and(|value| value == "true")
}

/// The Flux configuration of Azure that an object belongs to.
pub(super) fn configuration(meta: &Meta) -> &str {
    meta.labels.get(AZURE_CONFIGURATION_LABEL).unwrap_or(&meta.name)
}

/// Where the configuration is, as flags of `az k8s-configuration flux`.
fn configuration_flags(arc: &BTreeMap<String, String>, meta: &Meta) -> String {
    let known =
        |key: &str, placeholder: &str| arc.get(key).cloned().unwrap_or_else(|| placeholder.to_owned());
    let kind = match arc.get("CLUSTER_TYPE").map(|kind| kind.to_lowercase()) {
        Some(kind) if kind.contains("managed") => "managedClusters",
        _ => "connectedClusters",
    };
    format!(
        "-g {} -c {} -t {kind} -n {}",
        known("AZURE_RESOURCE_GROUP", "<resource-group>"),
        known("AZURE_RESOURCE_NAME", "<cluster>"),
        configuration(meta)
    )
}

/// Ask Flux to fetch and apply now.
pub(super) fn reconcile(kustomization: &Kustomization, source: Option<&Source>) -> Vec<NextCommand> {
    source.map(fetch_now).into_iter().chain([apply_now(kustomization)]).collect()
}

/// Ask Flux to fetch now. That works on objects of Azure too: its agent leaves this annotation alone.
pub(super) fn fetch_now(source: &Source) -> NextCommand {
    NextCommand::new(annotate(&source.kind.name().to_lowercase(), &source.meta), "fetch now")
}

/// Ask Flux to apply now.
pub(super) fn apply_now(kustomization: &Kustomization) -> NextCommand {
    NextCommand::new(annotate("kustomization", &kustomization.meta), "apply now")
}

fn annotate(kind: &str, meta: &Meta) -> String {
    format!(
        "kubectl annotate --overwrite {kind}/{} -n {} {RECONCILE_ANNOTATION}=\"$(date +%s)\"",
        meta.name, meta.namespace
    )
}

/// Mend a fetch.
pub(super) fn fetch(arc: &BTreeMap<String, String>, source: &Source, reason: Reason) -> Vec<NextCommand> {
    let meta = &source.meta;
    let namespace = &meta.namespace;
    let secret = source.secret.as_deref().unwrap_or("<secret>");
    let describe = NextCommand::new(
        format!("kubectl describe {} -n {namespace}", source.argument()),
        "what Flux says, in full",
    );
    let update = format!("az k8s-configuration flux update {}", configuration_flags(arc, meta));
    let configure = |change: &str, why: &str| NextCommand::new(format!("{update} {change}"), why);
    match reason {
        Reason::TokenRejected | Reason::GitSecretMissing | Reason::AuthenticationFailed if is_azure(meta) => {
            // Without the file the shell would hand over an empty token.
            let line = format!("test -s token && {update} --https-user flux --https-key \"$(cat token)\"");
            vec![NextCommand::new(line, "give it a token that may read the repository, from file `token`")]
        }
        Reason::TokenRejected | Reason::GitSecretMissing | Reason::AuthenticationFailed => vec![
            NextCommand::new(
                format!(
                    "kubectl create secret generic {secret} -n {namespace} --from-literal=username=git \
                     --from-file=password=token --dry-run=client -o yaml | kubectl apply -f -"
                ),
                "put a token that may read the repository (in file `token`, without a line end) into the Secret",
            ),
            fetch_now(source),
        ],
        Reason::BranchNotFound | Reason::RepositoryNotFound => {
            let (flag, patch, why) = match reason {
                Reason::BranchNotFound => (
                    "--branch <branch>",
                    r#"'{"spec":{"ref":{"branch":"<branch>"}}}'"#,
                    "follow another branch",
                ),
                _ => ("--url <url>", r#"'{"spec":{"url":"<url>"}}'"#, "follow another repository"),
            };
            let mend = if is_azure(meta) {
                configure(flag, why)
            } else {
                let line =
                    format!("kubectl patch {} -n {namespace} --type merge -p {patch}", source.argument());
                NextCommand::new(line, why)
            };
            vec![describe, mend]
        }
        Reason::CertificateRefused if is_azure(meta) => {
            vec![configure("--https-ca-cert-file <file>", "trust the server's authority"), describe]
        }
        Reason::CertificateRefused => {
            let patch = r#"'{"data":{"ca.crt":"<base64 of the authority>"}}'"#;
            let line = format!("kubectl patch secret/{secret} -n {namespace} --type merge -p {patch}");
            vec![NextCommand::new(line, "trust the server's authority"), describe]
        }
        _ => vec![describe],
    }
}

/// Follow what moves by itself.
pub(super) fn follow(namespace: &str) -> Vec<NextCommand> {
    vec![NextCommand::new(format!("kubectl gitops-status -n {namespace} --watch"), "follow it")]
}

/// Look into a workload.
pub(super) fn workload(trouble: &WorkloadTrouble) -> Vec<NextCommand> {
    let namespace = &trouble.namespace;
    let mut steps = Vec::new();
    match (trouble.cause, &trouble.pod) {
        (Cause::CrashLoop, Some(pod)) => {
            steps.push(NextCommand::new(
                format!("kubectl logs -n {namespace} {pod} --previous"),
                "what it said before it ended",
            ));
        }
        (Cause::Quota, _) => {
            steps.push(NextCommand::new(
                format!("kubectl describe resourcequota -n {namespace}"),
                "what is used, and the limits",
            ));
        }
        (Cause::JobFailed, _) => {
            steps.push(NextCommand::new(
                format!("kubectl logs -n {namespace} {}", trouble.workload),
                "what it said",
            ));
        }
        _ => {}
    }
    let object = trouble.pod.as_ref().map_or(trouble.workload.clone(), |pod| format!("pod/{pod}"));
    steps.push(NextCommand::new(format!("kubectl describe -n {namespace} {object}"), "its state and events"));
    steps
}

/// Look into a kustomization.
pub(super) fn attempt(kustomization: &Kustomization) -> Vec<NextCommand> {
    let (name, namespace) = (&kustomization.meta.name, &kustomization.meta.namespace);
    vec![NextCommand::new(
        format!("kubectl describe kustomization/{name} -n {namespace}"),
        "what Flux says, in full",
    )]
}

/// Look into a kustomization that cannot be built.
pub(super) fn build(kustomization: &Kustomization) -> Vec<NextCommand> {
    let (name, namespace) = (&kustomization.meta.name, &kustomization.meta.namespace);
    let path = shell_word(kustomization.path.trim_start_matches("./"));
    let line = format!("flux build kustomization {name} -n {namespace} --path <checkout>/{path}");
    let here = NextCommand::new(line, "build it here, from a checkout of the gitops repository");
    [attempt(kustomization), vec![here]].concat()
}

/// Resume what was suspended.
pub(super) fn resume(arc: &BTreeMap<String, String>, kind: &str, meta: &Meta) -> Vec<NextCommand> {
    let why = "resume delivery, once whoever suspended it agrees";
    vec![NextCommand::new(resume_command(arc, kind, meta), why)]
}

/// The command that resumes a suspended object of Flux: through Azure where that manages the object, unless somebody
/// suspended it in the cluster. Then Azure has it as not suspended, and has nothing to change.
pub fn resume_command(arc: &BTreeMap<String, String>, kind: &str, meta: &Meta) -> String {
    let is_person = |manager: &str| manager.starts_with("kubectl") || manager == "flux";
    let is_by_hand = meta.written("suspend").is_some_and(|(manager, _)| is_person(manager));
    if is_azure(meta) && !is_by_hand {
        format!("az k8s-configuration flux update {} --suspend false", configuration_flags(arc, meta))
    } else {
        format!(
            "kubectl patch {kind}/{} -n {} --type merge -p '{{\"spec\":{{\"suspend\":false}}}}'",
            meta.name, meta.namespace
        )
    }
}

/// Look into a controller that does not run. A restart does nothing where no replica is wanted.
pub(super) fn controller(name: &str, is_scaled_down: bool) -> Vec<NextCommand> {
    let (start, why) = if is_scaled_down {
        let scale = format!("kubectl scale --replicas=1 deployment/{name} -n {FLUX_NAMESPACE}");
        (scale, "start it again, once whoever scaled it down agrees")
    } else {
        (format!("kubectl rollout restart deployment/{name} -n {FLUX_NAMESPACE}"), "start it again")
    };
    vec![
        NextCommand::new(
            format!("kubectl get deployment,pods -n {FLUX_NAMESPACE} -l app={name}"),
            "does it run?",
        ),
        NextCommand::new(start, why),
    ]
}

/// Look at what holds a deletion.
pub(super) fn deletion(kustomization: &Kustomization) -> Vec<NextCommand> {
    let line = format!(
        "kubectl get kustomization/{} -n {} -o jsonpath='{{.metadata.finalizers}}'",
        kustomization.meta.name, kustomization.meta.namespace
    );
    vec![NextCommand::new(
        line,
        "who still holds it: ask that controller, do not remove its finalizer by hand",
    )]
}

/// Look for what is not there.
pub(super) fn recreate(
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

/// Ask for what was not answered.
pub(super) fn unanswered(unanswered: &Unanswered, namespace: &str) -> Vec<NextCommand> {
    let question = unanswered.what.as_ref().filter(|_| unanswered.why.is_refusal());
    let Some(question) = question else {
        return vec![NextCommand::new("kubectl cluster-info", "does the API server answer?")];
    };
    let line = format!("kubectl auth can-i {} {} -n {namespace}", question.verb, question.resource);
    vec![NextCommand::new(line, "ask for this right, or use a context that has it")]
}
