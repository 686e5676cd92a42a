//! Which container of a pod is meant, and whether it has written anything: the server's and the kubelet's words
//! where it has not.

use jiff::Timestamp;
use serde_json::Value;

/// When a container ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ContainerRun {
    pub(super) start: Timestamp,
    /// None while it runs.
    pub(super) end: Option<Timestamp>,
}

/// The name of the container that is meant; an error is what a server answers where none is.
pub(super) fn named(pod: &Value, asked: Option<&str>) -> Result<String, String> {
    let name = pod["metadata"]["name"].as_str().unwrap_or_default();
    let (containers, first) = (names(pod, "containers"), names(pod, "initContainers"));
    match (asked, &containers[..]) {
        (Some(asked), _) if containers.contains(&asked) || first.contains(&asked) => Ok(asked.to_owned()),
        (Some(asked), _) => Err(format!("container {asked} is not valid for pod {name}")),
        (None, [one]) => Ok((*one).to_owned()),
        (None, []) => Err(format!("a container name must be specified for pod {name}")),
        (None, many) => {
            let mut told = format!(
                "a container name must be specified for pod {name}, choose one of: [{}]",
                many.join(" ")
            );
            if !first.is_empty() {
                told += &format!(" or one of the init containers: [{}]", first.join(" "));
            }
            Err(told)
        }
    }
}

fn names<'a>(pod: &'a Value, kind: &str) -> Vec<&'a str> {
    let containers = pod["spec"][kind].as_array().into_iter().flatten();
    containers.filter_map(|container| container["name"].as_str()).collect()
}

/// When the container ran that is asked for; an error is what a kubelet answers where it has not.
pub(super) fn run(pod: &Value, container: &str, previous: bool) -> Result<ContainerRun, String> {
    let place =
        format!("container {container:?} in pod {:?}", pod["metadata"]["name"].as_str().unwrap_or(""));
    let lists = ["containerStatuses", "initContainerStatuses"];
    let mut states = lists.iter().flat_map(|list| pod["status"][list].as_array().into_iter().flatten());
    let Some(status) = states.find(|status| status["name"] == container) else {
        return Err(format!("{place} is not available"));
    };
    let last = ended(&status["lastState"]["terminated"]);
    if previous {
        return last.ok_or_else(|| format!("previous terminated {place} not found"));
    }
    let state = &status["state"];
    if let Some(start) = time(&state["running"]["startedAt"]) {
        return Ok(ContainerRun { start, end: None });
    }
    if let Some(run) = ended(&state["terminated"]).or(last) {
        return Ok(run);
    }
    let why = match state["waiting"]["reason"].as_str() {
        Some("ErrImagePull") => "image can't be pulled",
        Some("ImagePullBackOff") => "trying and failing to pull image",
        Some(reason) => reason,
        None => "ContainerCreating",
    };
    Err(format!("{place} is waiting to start: {why}"))
}

fn ended(state: &Value) -> Option<ContainerRun> {
    Some(ContainerRun { start: time(&state["startedAt"])?, end: Some(time(&state["finishedAt"])?) })
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{named, run};

    #[test]
    fn a_container_is_chosen_where_there_is_a_choice() {
        let pod = |containers: &[&str]| {
            let containers: Vec<_> = containers.iter().map(|name| json!({"name": name})).collect();
            json!({"metadata": {"name": "p"}, "spec": {"containers": containers, "initContainers": [{"name": "i"}]}})
        };
        for (containers, asked, expected) in [
            (vec!["a"], None, Ok("a")),
            (vec!["a", "b"], Some("b"), Ok("b")),
            (vec!["a"], Some("i"), Ok("i")),
            (vec!["a"], Some("c"), Err("container c is not valid for pod p")),
            (
                vec!["a", "b"],
                None,
                Err("a container name must be specified for pod p, choose one of: [a b] or one of the init \
                     containers: [i]"),
            ),
        ] {
            let found = named(&pod(&containers), asked);
            assert_eq!(found.as_deref().map_err(String::as_str), expected);
        }
    }

    #[test]
    fn a_container_that_never_ran_has_no_log() {
        let pod = |state: serde_json::Value| json!({"metadata": {"name": "p"}, "status": {"containerStatuses": [{"name": "a", "state": state}]}});
        let back_off = pod(json!({"waiting": {"reason": "ImagePullBackOff"}}));
        assert_eq!(
            run(&back_off, "a", false).unwrap_err(),
            "container \"a\" in pod \"p\" is waiting to start: trying and failing to pull image"
        );
        let runs = pod(json!({"running": {"startedAt": "2026-01-01T00:00:00Z"}}));
        assert!(run(&runs, "a", false).is_ok());
        assert_eq!(
            run(&runs, "a", true).unwrap_err(),
            "previous terminated container \"a\" in pod \"p\" not found"
        );
        assert_eq!(run(&runs, "b", false).unwrap_err(), "container \"b\" in pod \"p\" is not available");
    }
}
