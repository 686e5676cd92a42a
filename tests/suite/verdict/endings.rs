//! Properties: whatever is said of an environment, it has an end in sight or a person's next step; and left alone for two
//! days nothing of it moves any more.

use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope};
use gitops_core::model::verdict::{EnvironmentStatus, Outlook, Selection, Standing, picture};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::{Moment, Timeline, cluster, names};

/// What is wrong with a verdict at a time; nothing where all is well.
pub(crate) fn endless(environment: &EnvironmentStatus, now: Timestamp) -> Option<String> {
    let has_end = matches!(environment.outlook, Outlook::MayMend { until: Some(until) } if until > now);
    let has_step = environment.next.iter().any(|next| !next.command.contains("--watch"));
    let is_over =
        matches!(environment.standing, Standing::Deployed | Standing::Suspended | Standing::NotDeployed);
    let told = || format!("{}/{}: {}", environment.standing, environment.reason, environment.message);
    (!is_over && !has_end && !has_step).then(told)
}

/// That an environment moves, where it does.
pub(crate) fn moving(environment: &EnvironmentStatus) -> Option<String> {
    let moves = matches!(environment.standing, Standing::Reconciling | Standing::Syncing);
    moves.then(|| format!("{}/{}: {}", environment.standing, environment.reason, environment.message))
}

/// The first workload that Flux delivered, by its labels, and that has fewer pods ready than it wants, or is gone from an
/// inventory. The objects tell, not what was read from them.
pub(crate) fn unready_workload(objects: &[Value]) -> Option<String> {
    let title = |object: &Value| {
        let (kind, namespace, name) =
            (&object["kind"], &object["metadata"]["namespace"], &object["metadata"]["name"]);
        format!("{}/{}/{}", text(kind), text(namespace), text(name))
    };
    let workloads: Vec<&Value> = objects
        .iter()
        .filter(|object| ["Deployment", "StatefulSet", "DaemonSet"].contains(&text(&object["kind"])))
        .collect();
    let is_delivered = |object: &Value| {
        let labels = &object["metadata"]["labels"];
        ["kustomize", "helm"].iter().any(|flux| labels[format!("{flux}.toolkit.fluxcd.io/name")].is_string())
    };
    let is_unready = |object: &Value| {
        let (spec, status) = (&object["spec"], &object["status"]);
        let count = |field: &Value| field.as_i64().unwrap_or(0);
        let (desired, ready) = match text(&object["kind"]) {
            "DaemonSet" => (count(&status["desiredNumberScheduled"]), count(&status["numberReady"])),
            _ => (spec["replicas"].as_i64().unwrap_or(1), count(&status["readyReplicas"])),
        };
        ready < desired
    };
    let unready = workloads.iter().find(|object| is_delivered(object) && is_unready(object));
    let present: Vec<String> = workloads.iter().map(|object| title(object)).collect();
    let inventories =
        objects.iter().filter(|object| ["Kustomization", "HelmRelease"].contains(&text(&object["kind"])));
    let entries = inventories
        .filter(|object| object["spec"]["kubeConfig"].is_null())
        .filter_map(|object| object["status"]["inventory"]["entries"].as_array())
        .flatten();
    let gone = entries.filter_map(|entry| {
        let (place, kind) = text(&entry["id"]).rsplit_once("_apps_")?;
        let (namespace, name) = place.split_once('_')?;
        let listed = format!("{kind}/{namespace}/{name}");
        (!present.contains(&listed)).then_some(listed)
    });
    unready.map(|object| title(object)).or(gone.into_iter().next())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What is wrong with the verdicts on a cluster now, and when it is left alone for two days.
fn faults(cluster: &ClusterState, selection: &Selection, now: Timestamp) -> Vec<String> {
    let later = now + SignedDuration::from_hours(48);
    let now_endless = picture(cluster, selection, now).environments;
    let endless_now = now_endless.iter().filter_map(|environment| endless(environment, now));
    let left_alone = picture(cluster, selection, later).environments;
    let later_wrong = left_alone
        .iter()
        .filter_map(|environment| moving(environment).or_else(|| endless(environment, later)))
        .map(|told| format!("two days later {told}"));
    endless_now.chain(later_wrong).collect()
}

#[test]
fn every_moment_of_every_recording_has_an_end_or_a_next_step() {
    for name in names() {
        let timeline = Timeline::read(&name);
        for moment in timeline.moments() {
            let faults = faults(&moment.cluster, &timeline.selection(), moment.now);
            assert!(faults.is_empty(), "{name} at {}: {faults:?}", moment.seconds);
        }
    }
}

#[test]
fn nothing_that_stays_down_for_two_days_is_deployed() {
    let mut count = 0;
    for name in names() {
        let timeline = Timeline::read(&name);
        for moment in timeline.moments() {
            let Some(workload) = unready_workload(&moment.objects) else { continue };
            count += 1;
            let later = moment.now + SignedDuration::from_hours(48);
            for environment in picture(&moment.cluster, &timeline.selection(), later).environments {
                let at = format!("{name} at {}: {workload}: {}", moment.seconds, environment.message);
                assert_ne!(environment.standing, Standing::Deployed, "{at}");
            }
        }
    }
    assert!(count > 100, "{count}");
}

/// All that a kustomization's conditions may say, at any pair of revisions, with any source.
#[test]
fn whatever_conditions_say_has_an_end_or_a_next_step() {
    let mut count = 0;
    for (ready, reason) in READY {
        for healthy in ["", "True", "False", "Unknown"] {
            for retrying in ["", "Progressing", "ProgressingWithRetry"] {
                for (attempted, applied) in REVISIONS {
                    for source in sources() {
                        let mut conditions = Vec::new();
                        if !ready.is_empty() {
                            conditions.push(condition("Ready", ready, reason, 7));
                        }
                        if !healthy.is_empty() {
                            conditions.push(condition("Healthy", healthy, "x", 9));
                        }
                        if !retrying.is_empty() {
                            conditions.push(condition("Reconciling", "True", retrying, 7));
                        }
                        let changes = [
                            ("/status/conditions", json!(conditions)),
                            ("/status/lastAttemptedRevision", json!(attempted)),
                            ("/status/lastAppliedRevision", json!(applied)),
                        ];
                        let object = with(kustomization(), &changes);
                        let objects: Vec<Value> =
                            source.into_iter().chain([object.clone(), deployment()]).collect();
                        let faults = faults(
                            &cluster(NAMESPACE, &objects),
                            &Selection::Namespace(NAMESPACE.into()),
                            now(),
                        );
                        assert!(faults.is_empty(), "{}: {faults:?}", object["status"]);
                        count += 1;
                    }
                }
            }
        }
    }
    assert!(count > 2000, "{count}");
}

const READY: [(&str, &str); 12] = [
    ("", ""),
    ("True", "ReconciliationSucceeded"),
    ("Unknown", "Progressing"),
    ("Unknown", "ProgressingWithRetry"),
    ("False", "DependencyNotReady"),
    ("False", "ArtifactFailed"),
    ("False", "BuildFailed"),
    ("False", "HealthCheckFailed"),
    ("False", "HealthCheckCanceled"),
    ("False", "Suspended"),
    ("False", "ReconciliationFailed"),
    ("False", "SomethingNew"),
];

const REVISIONS: [(Option<&str>, Option<&str>); 5] = [
    (None, None),
    (Some(REVISION), None),
    (Some(REVISION), Some(OLDER)),
    (Some(OLDER), Some(OLDER)),
    (Some(REVISION), Some(REVISION)),
];

/// A source that is fetched, one that never was, one that cannot be, one that is changed, none.
fn sources() -> Vec<Option<Value>> {
    let failing = json!([condition("FetchFailed", "True", "GitOperationFailed", 7)]);
    let managed = json!([{ "manager": "kubectl", "operation": "Update", "time": ago(5), "fieldsV1": { "f:spec": { "f:url": {} } } }]);
    vec![
        Some(source()),
        Some(with(source(), &[("/status/artifact/lastUpdateTime", json!(ago(5)))])),
        Some(with(source(), &[("/status", json!({}))])),
        Some(with(source(), &[("/status/conditions", failing)])),
        Some(with(source(), &[("/metadata/generation", json!(2)), ("/metadata/managedFields", managed)])),
        Some(with(source(), &[("/metadata/generation", json!(2))])),
        None,
    ]
}

/// The source's kind decides nothing: what follows another kind stands where it would following git.
#[test]
fn recordings_of_other_kinds_of_source_stand_the_same() {
    for name in names() {
        let timeline = Timeline::read(&name);
        // Without a kustomization nothing refers to a source of another kind.
        let is_followed =
            |moment: &Moment| moment.objects.iter().any(|object| text(&object["kind"]) == "Kustomization");
        for moment in timeline.moments().into_iter().filter(is_followed) {
            let standings = |cluster: &ClusterState| -> Vec<Standing> {
                let environments = picture(cluster, &timeline.selection(), moment.now).environments;
                environments.iter().map(|environment| environment.standing).collect()
            };
            // Of these kinds one that nothing uses may be what something elsewhere uses: only git's are told.
            if !moment.objects.iter().any(|object| object["kind"] == "Kustomization") {
                continue;
            }
            for (kind, name_of_kind) in [(Kind::OciRepository, "OCIRepository"), (Kind::Bucket, "Bucket")] {
                let text = json!(moment.objects).to_string();
                let text = text.replace("\"GitRepository\"", &format!("\"{name_of_kind}\""));
                let objects: Vec<Value> = serde_json::from_str(&text).expect("objects");
                let mut other = cluster(&timeline.namespace, &objects);
                let sources = objects.into_iter().filter(|object| object["kind"] == name_of_kind).collect();
                other.replace(Scope::namespace(kind, &timeline.namespace), Answer::Objects(sources));
                assert_eq!(
                    standings(&other),
                    standings(&moment.cluster),
                    "{name} as {name_of_kind} at {}",
                    moment.seconds
                );
            }
        }
    }
}
