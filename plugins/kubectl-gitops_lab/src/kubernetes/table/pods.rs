//! Pods: what a phase, conditions and container states come to in one word.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::column::{Column, born, column, name, since, wide};
use super::text::{holds, is_going, list, number, or_none, text};

pub(super) fn pods() -> Vec<Column> {
    vec![
        name(),
        column("Ready", |pod, _| json!(ready(pod))),
        column("Status", |pod, _| json!(PodColumns::of(pod).status)),
        column("Restarts", |pod, now| json!(PodColumns::of(pod).restarts(now))),
        born(),
        wide("IP", |pod, _| or_none(&pod["status"]["podIPs"][0]["ip"])),
        wide("Node", |pod, _| or_none(&pod["spec"]["nodeName"])),
        wide("Nominated Node", |pod, _| or_none(&pod["status"]["nominatedNodeName"])),
        wide("Readiness Gates", |pod, _| json!(gates(pod))),
    ]
}

/// What is said of the row of a pod that has run to its end.
pub(super) fn finished(pod: &Value) -> Option<Value> {
    let (reason, message) = match text(&pod["status"]["phase"]) {
        "Succeeded" => ("Succeeded", "The pod has completed successfully."),
        "Failed" => ("Failed", "The pod failed."),
        _ => return None,
    };
    Some(json!({"type": "Completed", "status": "True", "reason": reason, "message": message}))
}

/// Containers that are ready, of all that go on running.
fn ready(pod: &Value) -> String {
    let sidecars: Vec<&Value> = list(&pod["spec"]["initContainers"])
        .iter()
        .filter(|container| container["restartPolicy"] == "Always")
        .collect();
    let is_sidecar = |state: &&Value| sidecars.iter().any(|container| container["name"] == state["name"]);
    let initial = list(&pod["status"]["initContainerStatuses"]).iter().filter(is_sidecar);
    let initial = initial.filter(|state| state["started"] == true && state["ready"] == true).count();
    let running = |state: &&Value| state["ready"] == true && state["state"]["running"].is_object();
    let ready = match initializing(pod) {
        Some(_) if !holds(pod, "Initialized") => 0,
        _ => list(&pod["status"]["containerStatuses"]).iter().filter(running).count(),
    };
    format!("{}/{}", ready + initial, list(&pod["spec"]["containers"]).len() + sidecars.len())
}

/// What an init container that is not done has to say.
fn initializing(pod: &Value) -> Option<String> {
    let all = list(&pod["spec"]["initContainers"]);
    for (index, state) in list(&pod["status"]["initContainerStatuses"]).iter().enumerate() {
        let container = all.iter().find(|container| container["name"] == state["name"]);
        let is_sidecar = container.is_some_and(|container| container["restartPolicy"] == "Always");
        let (ended, waiting) = (&state["state"]["terminated"], text(&state["state"]["waiting"]["reason"]));
        if (ended.is_object() && number(&ended["exitCode"]) == 0) || (is_sidecar && state["started"] == true)
        {
            continue;
        }
        return Some(match () {
            () if ended.is_object() => format!("Init:{}", end(ended)),
            () if !waiting.is_empty() && waiting != "PodInitializing" => format!("Init:{waiting}"),
            () => format!("Init:{index}/{}", all.len()),
        });
    }
    None
}

/// Why a container ended.
fn end(ended: &Value) -> String {
    match (text(&ended["reason"]), number(&ended["signal"])) {
        ("", 0) => format!("ExitCode:{}", number(&ended["exitCode"])),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

/// What two columns say of a pod.
struct PodColumns {
    status: String,
    restarts: i64,
    last: Option<String>,
}

impl PodColumns {
    fn of(pod: &Value) -> Self {
        let phase = text(&pod["status"]["phase"]);
        let mut status = match text(&pod["status"]["reason"]) {
            "" => phase.to_owned(),
            reason => reason.to_owned(),
        };
        let gated = |condition: &Value| {
            condition["type"] == "PodScheduled" && condition["reason"] == "SchedulingGated"
        };
        if list(&pod["status"]["conditions"]).iter().any(gated) {
            status = "SchedulingGated".to_owned();
        }
        let initializing = initializing(pod);
        let is_up = initializing.is_none() || holds(pod, "Initialized");
        let counted =
            if is_up { &pod["status"]["containerStatuses"] } else { &pod["status"]["initContainerStatuses"] };
        if let Some(told) = initializing {
            status = told;
        }
        if is_up {
            status = running(pod, status);
        }
        let is_over = matches!(phase, "Succeeded" | "Failed");
        if is_going(pod) && pod["status"]["reason"] == "NodeLost" {
            status = "Unknown".to_owned();
        } else if is_going(pod) && !is_over {
            status = "Terminating".to_owned();
        }
        let restarts = list(counted).iter().map(|state| number(&state["restartCount"])).sum();
        let ends = list(counted).iter().map(|state| text(&state["lastState"]["terminated"]["finishedAt"]));
        let last = ends.max().filter(|end| !end.is_empty()).map(str::to_owned);
        Self { status, restarts, last }
    }

    fn restarts(&self, now: Timestamp) -> String {
        match &self.last {
            Some(last) if self.restarts > 0 => {
                format!("{} ({} ago)", self.restarts, since(&json!(last), now))
            }
            _ => self.restarts.to_string(),
        }
    }
}

/// What the containers say; the first has the last word.
fn running(pod: &Value, status: String) -> String {
    let mut status = status;
    let (mut is_running, mut error) = (false, None);
    for container in list(&pod["status"]["containerStatuses"]).iter().rev() {
        let state = &container["state"];
        let waiting = text(&state["waiting"]["reason"]);
        if !waiting.is_empty() {
            status = waiting.to_owned();
        } else if state["terminated"].is_object() {
            status = end(&state["terminated"]);
            if number(&state["terminated"]["exitCode"]) != 0 {
                error = Some(status.clone());
            }
        } else if container["ready"] == true && state["running"].is_object() {
            is_running = true;
        }
    }
    match (status.as_str(), error) {
        ("Completed", _) if is_running && holds(pod, "Ready") => "Running".to_owned(),
        ("Completed", Some(error)) => error,
        ("Completed", None) if is_running => "NotReady".to_owned(),
        _ => status,
    }
}

fn gates(pod: &Value) -> String {
    let gates = list(&pod["spec"]["readinessGates"]);
    let open = gates.iter().filter(|gate| holds(pod, text(&gate["conditionType"]))).count();
    if gates.is_empty() { "<none>".to_owned() } else { format!("{open}/{}", gates.len()) }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::{PodColumns, ready};

    fn pod(phase: &str, states: &Value) -> Value {
        let statuses: Vec<Value> = states
            .as_array()
            .unwrap()
            .iter()
            .map(|state| json!({"ready": state.get("running").is_some(), "restartCount": 2, "state": state}))
            .collect();
        json!({
            "metadata": {},
            "spec": {"containers": statuses.iter().map(|_| json!({})).collect::<Vec<_>>()},
            "status": {"phase": phase, "containerStatuses": statuses},
        })
    }

    #[test]
    fn a_pod_is_told_in_one_word() {
        for (phase, states, word, up) in [
            ("Running", json!([{"running": {}}]), "Running", "1/1"),
            ("Pending", json!([{"waiting": {"reason": "ImagePullBackOff"}}]), "ImagePullBackOff", "0/1"),
            (
                "Running",
                json!([{"waiting": {"reason": "CrashLoopBackOff"}}, {"running": {}}]),
                "CrashLoopBackOff",
                "1/2",
            ),
            (
                "Succeeded",
                json!([{"terminated": {"exitCode": 0, "reason": "Completed"}}]),
                "Completed",
                "0/1",
            ),
            (
                "Running",
                json!([{"terminated": {"exitCode": 0, "reason": "Completed"}}, {"running": {}}]),
                "NotReady",
                "1/2",
            ),
            ("Failed", json!([{"terminated": {"exitCode": 3}}]), "ExitCode:3", "0/1"),
            ("Failed", json!([{"terminated": {"exitCode": 1, "reason": "Error"}}]), "Error", "0/1"),
        ] {
            let pod = pod(phase, &states);
            assert_eq!((PodColumns::of(&pod).status.as_str(), ready(&pod).as_str()), (word, up), "{states}");
        }
        let mut going = pod("Running", &json!([{"running": {}}]));
        going["metadata"]["deletionTimestamp"] = json!("1970-01-01T00:00:00Z");
        assert_eq!(PodColumns::of(&going).status, "Terminating");
    }

    #[test]
    fn restarts_say_when_the_last_one_was() {
        let mut pod = pod("Running", &json!([{"running": {}}]));
        assert_eq!(PodColumns::of(&pod).restarts(Timestamp::UNIX_EPOCH), "2");
        pod["status"]["containerStatuses"][0]["lastState"] =
            json!({"terminated": {"finishedAt": "1970-01-01T00:00:00Z"}});
        let now = "1970-01-01T00:00:09Z".parse().unwrap();
        assert_eq!(PodColumns::of(&pod).restarts(now), "2 (9s ago)");
    }

    #[test]
    fn a_pod_whose_init_container_is_not_done_says_so() {
        let mut pod = pod("Pending", &json!([{"waiting": {"reason": "PodInitializing"}}]));
        pod["spec"]["initContainers"] = json!([{"name": "a"}, {"name": "b"}]);
        pod["status"]["initContainerStatuses"] = json!([
            {"name": "a", "restartCount": 0, "state": {"terminated": {"exitCode": 0}}},
            {"name": "b", "restartCount": 1, "state": {"running": {}}},
        ]);
        assert_eq!(PodColumns::of(&pod).status, "Init:1/2");
        pod["status"]["initContainerStatuses"][1]["state"] =
            json!({"waiting": {"reason": "CrashLoopBackOff"}});
        assert_eq!(PodColumns::of(&pod).status, "Init:CrashLoopBackOff");
    }
}
