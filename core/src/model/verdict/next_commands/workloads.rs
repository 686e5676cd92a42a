//! Look into a workload.

use super::super::Cause;
use super::super::health::WorkloadTrouble;
use super::NextCommand;
use crate::model::argument::valid_name;

/// Look into a workload.
pub(in crate::model::verdict) fn workload(trouble: &WorkloadTrouble) -> Vec<NextCommand> {
    let namespace = valid_name(&trouble.namespace, "<namespace>");
    let mut steps = Vec::new();
    match (trouble.cause, &trouble.pod) {
        (Cause::CrashLoop, Some(pod)) => {
            let pod = valid_name(pod, "<pod>");
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
    let object = trouble
        .pod
        .as_ref()
        .map_or(trouble.workload.clone(), |pod| format!("pod/{}", valid_name(pod, "<pod>")));
    steps.push(NextCommand::new(format!("kubectl describe -n {namespace} {object}"), "its state and events"));
    steps
}

/// A registry's host, which may have a port.
fn registry(host: &str) -> String {
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let name = valid_name(name, "<registry>");
    match port.filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}
