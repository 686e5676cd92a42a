//! Workloads without a ready pod while they are rolled out, and when that is over.

use gitops_core::model::verdict::{Standing, picture};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::down::*;
use super::least::*;
use super::timeline::{Moment, Timeline, names};

#[test]
fn a_roll_out_is_forgiven_until_its_deadline() {
    let rolling = |reason: &str, progressed: i64, deadline: i64| {
        let progressing = with(
            condition("Progressing", "True", reason, 9000),
            &[("/lastUpdateTime", json!(ago(progressed)))],
        );
        let unavailable = condition("Available", "False", "MinimumReplicasUnavailable", 500);
        with(
            deployment_of_two(0, json!([progressing, unavailable])),
            &[("/spec/progressDeadlineSeconds", json!(deadline))],
        )
    };
    for (reason, progressed, deadline, standing) in [
        ("ReplicaSetUpdated", 500, 600, Standing::Deployed),
        ("NewReplicaSetCreated", 500, 600, Standing::Deployed),
        ("FoundNewReplicaSet", 500, 600, Standing::Deployed),
        // It is rolled out: its pods went down later.
        ("NewReplicaSetAvailable", 500, 600, Standing::Failed),
        // Nobody ends it: its controller does not run.
        ("ReplicaSetUpdated", 661, 600, Standing::Failed),
        ("ReplicaSetUpdated", 500, 60, Standing::Failed),
    ] {
        let environment = seen(&[source(), kustomization(), rolling(reason, progressed, deadline)]);
        assert_eq!(
            environment.standing, standing,
            "{reason}, {progressed} s of {deadline} s: {}",
            environment.message
        );
        assert!(!environment.next.is_empty());
    }
    let paused = json!([
        condition("Progressing", "Unknown", "DeploymentPaused", 500),
        condition("Available", "False", "MinimumReplicasUnavailable", 500)
    ]);
    assert_eq!(seen(&[source(), kustomization(), deployment_of_two(0, paused)]).standing, Standing::Failed);
}

#[test]
fn a_specification_that_its_controller_has_to_see_yet_is_forgiven_for_a_minute() {
    for (seconds, standing) in [(30, Standing::Deployed), (90, Standing::Failed)] {
        let managed = json!([{ "manager": "flux", "operation": "Apply", "time": ago(seconds), "fieldsV1": { "f:spec": { "f:template": {} } } }]);
        let changed =
            with(down(600), &[("/metadata/generation", json!(2)), ("/metadata/managedFields", managed)]);
        let environment = seen(&[source(), kustomization(), changed]);
        assert_eq!(environment.standing, standing, "after {seconds} s: {}", environment.message);
    }
}

#[test]
fn a_new_template_of_a_stateful_or_daemon_set_is_forgiven_until_its_pods_ran() {
    let never_ready = |kind: &str, seconds: i64| {
        with(
            unready_pod("a", (kind, "d"), 0),
            &[
                ("/metadata/creationTimestamp", json!(ago(seconds))),
                (
                    "/status/conditions",
                    json!([
                        condition("Initialized", "True", "", seconds),
                        condition("Ready", "False", "ContainersNotReady", seconds)
                    ]),
                ),
            ],
        )
    };
    for kind in ["StatefulSet", "DaemonSet"] {
        for (written, pod, standing, what) in [
            (300, never_ready(kind, 295), Standing::Deployed, "a new pod of a new template"),
            (700, never_ready(kind, 695), Standing::Failed, "the deadline is over"),
            (
                300,
                never_ready(kind, 3000),
                Standing::Failed,
                "the template was written, its pods did not change",
            ),
            (300, never_ready(kind, 100), Standing::Failed, "a pod came in place of one that ran"),
        ] {
            let managed = json!([{ "manager": "flux", "operation": "Apply", "time": ago(written), "fieldsV1": { "f:spec": { "f:template": {} } } }]);
            let [kustomization, set] = down_set(kind);
            let set = with(set, &[("/metadata/managedFields", managed)]);
            let environment = seen(&[source(), kustomization, set, pod]);
            assert_eq!(environment.standing, standing, "{kind}: {what}: {}", environment.message);
        }
    }
}

/// Along every recording, and as if nothing came after any of its moments.
#[test]
fn nothing_is_deployed_while_no_pod_is_ready_for_over_a_minute_outside_a_roll_out() {
    let mut outages = 0;
    for name in names() {
        let timeline = Timeline::read(&name);
        for moment in timeline.moments() {
            for later in [0, 30, 61, 120, 1000] {
                let now = moment.now + SignedDuration::from_secs(later);
                let Some(down) = down_for_a_minute(&moment, now) else { continue };
                outages += 1;
                for environment in picture(&moment.cluster, &timeline.selection(), now).environments {
                    let at =
                        format!("{name} at {} + {later}: {down}: {}", moment.seconds, environment.message);
                    assert_ne!(environment.standing, Standing::Deployed, "{at}");
                    assert!(environment.ready.ready < environment.ready.desired, "{at}");
                }
            }
        }
    }
    assert!(outages > 100, "recordings show outages: {outages}");
}

/// A Deployment of the recordings that has had no ready pod for over a minute since it was rolled out.
fn down_for_a_minute(moment: &Moment, now: Timestamp) -> Option<String> {
    let is_down = |object: &&Value| {
        let status = &object["status"];
        let conditions = status["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let condition = |kind: &str| conditions.iter().find(|condition| condition["type"] == kind);
        let is_rolled_out = condition("Progressing")
            .is_some_and(|progressing| progressing["reason"] == "NewReplicaSetAvailable")
            && status["observedGeneration"] == object["metadata"]["generation"];
        let unavailable = condition("Available").filter(|available| available["status"] == "False");
        let since = unavailable
            .and_then(|unavailable| unavailable["lastTransitionTime"].as_str()?.parse::<Timestamp>().ok());
        let is_old = since.is_some_and(|since| now.as_second() - since.as_second() > 60);
        let is_wanted = object["spec"]["replicas"].as_i64().unwrap_or(1) > 0;
        is_wanted && status["readyReplicas"].as_i64().unwrap_or(0) == 0 && is_rolled_out && is_old
    };
    let deployment = moment.objects.iter().filter(|object| object["kind"] == "Deployment").find(is_down)?;
    Some(deployment["metadata"]["name"].to_string())
}
