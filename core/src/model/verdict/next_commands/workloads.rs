//! Look into a workload.

use super::super::Cause;
use super::super::clues::{ContainerLog, Pause, PullCredentials};
use super::super::health::WorkloadTrouble;
use super::NextCommand;
use super::credentials::PUT_PULL_CREDENTIALS;
use crate::model::argument::valid_name;

/// Look into a workload.
pub(in crate::model::verdict) fn workload(trouble: &WorkloadTrouble) -> Vec<NextCommand> {
    let namespace = valid_name(&trouble.namespace, "'<namespace>'");
    let mut steps: Vec<NextCommand> = Vec::new();
    steps.extend(log(trouble));
    if trouble.cause == Cause::Quota {
        let line = format!("kubectl describe resourcequota -n {namespace}");
        steps.push(NextCommand::new(line, "what is used, and the limits"));
    }
    if let Some(pull) = &trouble.clues.pull {
        steps.extend(credentials(namespace, pull));
    }
    if let Some((kind, name)) = &trouble.clues.configuration {
        let line = format!("kubectl describe -n {namespace} {kind}/{}", valid_name(name, "'<name>'"));
        steps.push(NextCommand::new(line, "is it there, with the key that is wanted? Else put it into Git"));
    }
    if let Some(claims) = &trouble.clues.claims {
        steps.push(claimed(namespace, claims));
    }
    if trouble.clues.is_attached_elsewhere {
        steps.push(NextCommand::new("kubectl get volumeattachments", "which node still holds the volume"));
    }
    let why = trouble.clues.pause.as_ref().map_or("its state and events", where_it_ends);
    let object = trouble
        .pod
        .as_ref()
        .map_or(trouble.workload.clone(), |pod| format!("pod/{}", valid_name(pod, "'<pod>'")));
    steps.push(NextCommand::new(format!("kubectl describe -n {namespace} {object}"), why));
    steps.extend(trouble.clues.pause.as_ref().and_then(|pause| unpause(trouble, pause)));
    if let Some(node) = &trouble.clues.node {
        steps.push(NextCommand::new(
            format!("kubectl describe node/{}", valid_name(node, "'<node>'")),
            "is its node ready, and why not?",
        ));
    }
    if trouble.clues.lists_nodes {
        steps.push(NextCommand::new("kubectl describe nodes", "what each node has, and what is taken of it"));
    }
    if let Some(pod) = trouble.pod.as_ref().filter(|_| trouble.clues.is_to_be_deleted) {
        let line = format!("kubectl delete -n {namespace} pod/{}", valid_name(pod, "'<pod>'"));
        steps.push(NextCommand::new(line, "so that it comes back with the current template"));
    }
    steps
}

/// Where what keeps pods from being replaced is ended, beside its state.
fn where_it_ends(pause: &Pause) -> &'static str {
    match pause {
        Pause::Applied => {
            "its state; `paused` goes away in its manifest in Git: Flux puts back what `kubectl rollout resume` changes"
        }
        Pause::Installed => {
            "its state; `paused` goes away in Git: in its chart, or in the values of its release"
        }
        Pause::Paused => "its state; where `paused` stands in its manifest in Git, it goes away there",
        Pause::Partition => {
            "its state; its pods are replaced once spec.updateStrategy.rollingUpdate.partition is lowered in Git"
        }
        Pause::ByHand | Pause::OnDelete(_) => "its state and events",
    }
}

/// End it here, where Flux does not put that back.
fn unpause(trouble: &WorkloadTrouble, pause: &Pause) -> Option<NextCommand> {
    let namespace = valid_name(&trouble.namespace, "'<namespace>'");
    let resume = format!("kubectl rollout resume -n {namespace} {}", trouble.workload);
    match pause {
        Pause::ByHand => {
            Some(NextCommand::new(resume, "have it replace its pods, once whoever paused it agrees"))
        }
        Pause::Installed => Some(NextCommand::new(
            resume,
            "until then, where drift detection is off: the next upgrade pauses it again",
        )),
        Pause::OnDelete(pod) => {
            let pod = valid_name(pod.as_deref().unwrap_or_default(), "'<pod>'");
            let line = format!("kubectl delete -n {namespace} pod/{pod}");
            Some(NextCommand::new(line, "so that it comes back with the current template, once it may go"))
        }
        Pause::Applied | Pause::Paused | Pause::Partition => None,
    }
}

/// What a container said: of a pod, or of a pod that a Job had.
fn log(trouble: &WorkloadTrouble) -> Option<NextCommand> {
    let of_container = |log: &ContainerLog| {
        log.container
            .as_ref()
            .map(|container| format!(" -c {}", valid_name(container, "'<container>'")))
            .unwrap_or_default()
    };
    let namespace = valid_name(&trouble.namespace, "'<namespace>'");
    match (trouble.cause, &trouble.clues.log, &trouble.pod) {
        (Cause::CrashLoop, Some(log), Some(pod)) => {
            let previous = if log.is_previous { " --previous" } else { "" };
            let pod = valid_name(pod, "'<pod>'");
            let line = format!("kubectl logs -n {namespace} {pod}{}{previous}", of_container(log));
            Some(NextCommand::new(line, "what it said before it ended"))
        }
        (Cause::JobFailed, log, _) => {
            let container = log.as_ref().map(of_container).unwrap_or_default();
            let line = format!("kubectl logs -n {namespace} {}{container}", trouble.workload);
            Some(NextCommand::new(line, "what it said"))
        }
        _ => None,
    }
}

/// Give credentials to the pods; those of a node are renewed where nodes are kept.
fn credentials(namespace: &str, pull: &PullCredentials) -> Option<NextCommand> {
    let secret = pull.secret.as_ref()?;
    let line = format!(
        "kubectl create secret docker-registry {} -n {namespace} --docker-server={} \
         --docker-username='<user>' --docker-password=\"$(cat token)\" --dry-run=client -o yaml | kubectl apply -f -",
        valid_name(secret, "'<secret>'"),
        registry(&pull.registry)
    );
    Some(NextCommand::new(line, PUT_PULL_CREDENTIALS).only_with("token"))
}

/// Look at the claims that a pod waits for.
fn claimed(namespace: &str, claims: &[String]) -> NextCommand {
    let why = "is it bound, and to which volume?";
    match claims {
        [only] => NextCommand::new(
            format!("kubectl describe -n {namespace} pvc/{}", valid_name(only, "'<claim>'")),
            why,
        ),
        _ => NextCommand::new(
            format!("kubectl get -n {namespace} pvc"),
            "are they bound, and to which volumes?",
        ),
    }
}

/// A registry's host, which may have a port.
fn registry(host: &str) -> String {
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let name = valid_name(name, "'<registry>'");
    match port.filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}
