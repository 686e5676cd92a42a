//! Properties that hold at every moment of every recording.

use gitops_core::model::cluster::{Answer, ClusterState};
use gitops_core::model::verdict::{EnvironmentStatus, Reason, Standing, picture};
use jiff::SignedDuration;
use serde_json::Value;

use super::timeline::{Moment, Timeline, cluster, names};

pub(super) fn verdicts(timeline: &Timeline, moment: &Moment) -> Vec<EnvironmentStatus> {
    picture(&moment.cluster, &timeline.selection(), moment.now).environments
}

fn everywhere(check: impl Fn(&Timeline, &Moment)) {
    for name in names() {
        let timeline = Timeline::read(&name);
        timeline.moments().iter().for_each(|moment| check(&timeline, moment));
    }
}

pub(super) fn of_kind<'a>(moment: &'a Moment, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    moment.objects.iter().filter(move |object| object["kind"] == kind)
}

/// The artifact's revision, straight from the recording: every recording has one source.
fn artifact(moment: &Moment) -> Option<&str> {
    of_kind(moment, "GitRepository").next()?["status"]["artifact"]["revision"].as_str()
}

#[test]
fn deployed_means_every_kustomization_applied_the_artifact_and_is_current() {
    everywhere(|timeline, moment| {
        if verdicts(timeline, moment).iter().all(|environment| environment.standing != Standing::Deployed) {
            return;
        }
        for object in of_kind(moment, "Kustomization") {
            let at = format!("{} at {}", timeline.name, moment.seconds);
            assert_eq!(object["status"]["lastAppliedRevision"].as_str(), artifact(moment), "{at}");
            assert_eq!(object["status"]["observedGeneration"], object["metadata"]["generation"], "{at}");
        }
        for object in of_kind(moment, "GitRepository") {
            let observed = object["status"]["observedGeneration"].as_i64();
            assert_eq!(
                observed,
                object["metadata"]["generation"].as_i64(),
                "{} at {}",
                timeline.name,
                moment.seconds
            );
        }
    });
}

#[test]
fn applied_current_and_running_is_deployed_whatever_ready_says() {
    let timeline = Timeline::read("reconcile-request");
    let unknown = |moment: &&Moment| {
        of_kind(moment, "Kustomization").any(|object| {
            let ready = object["status"]["conditions"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|condition| condition["type"] == "Ready");
            let applied = object["status"]["lastAppliedRevision"].as_str();
            ready.is_some_and(|ready| ready["status"] == "Unknown")
                && applied.is_some()
                && applied == artifact(moment)
        })
    };
    let moments = timeline.moments();
    let later: Vec<&Moment> = moments.iter().filter(unknown).collect();
    assert!(!later.is_empty());
    for moment in later {
        assert_eq!(verdicts(&timeline, moment)[0].standing, Standing::Deployed, "at {}", moment.seconds);
    }
}

#[test]
fn a_healthy_sync_never_fails() {
    let healthy = [
        "first-sync",
        "new-commit",
        "reconcile-request",
        "slow-rollout",
        "job-completes",
        "drift",
        "suspend",
        "prune",
        "deleting",
        "missing-source",
        "outage",
    ];
    for name in healthy {
        let timeline = Timeline::read(name);
        for moment in timeline.moments() {
            for environment in verdicts(&timeline, &moment) {
                assert_ne!(
                    environment.standing,
                    Standing::Failed,
                    "{name} at {}: {}",
                    moment.seconds,
                    environment.message
                );
            }
        }
    }
}

#[test]
fn a_failed_attempt_is_that_of_the_artifact() {
    let attempts = [
        Reason::BuildFailed,
        Reason::SubstitutionFailed,
        Reason::ApplyRefused,
        Reason::HealthCheckFailed,
        Reason::PruneFailed,
    ];
    everywhere(|timeline, moment| {
        for environment in verdicts(timeline, moment) {
            if environment.standing == Standing::Failed && attempts.contains(&environment.reason) {
                let attempted = of_kind(moment, "Kustomization")
                    .any(|object| object["status"]["lastAttemptedRevision"].as_str() == artifact(moment));
                assert!(attempted, "{} at {}: {}", timeline.name, moment.seconds, environment.message);
            }
        }
    });
}

#[test]
fn a_failure_is_remembered_until_another_revision_is_fetched() {
    // From the failure (condition, history or event) to the moment before the mending artifact is stored.
    for (name, from, until, reason) in [
        ("failing-health", 41.32, 66.73, Reason::HealthCheckFailed),
        ("broken-manifest", 8.91, 23.22, Reason::BuildFailed),
        ("refused-apply", 8.25, 1000.0, Reason::ApplyRefused),
        ("missing-resource", 1.12, 1000.0, Reason::BuildFailed),
        ("missing-namespace", 1.21, 1000.0, Reason::ApplyRefused),
        ("crash-loop", 38.28, 1000.0, Reason::HealthCheckFailed),
    ] {
        let timeline = Timeline::read(name);
        let moments = timeline.moments();
        let within: Vec<_> =
            moments.iter().filter(|moment| (from..until).contains(&moment.seconds)).collect();
        assert!(!within.is_empty(), "{name}");
        for moment in within {
            let environment = &verdicts(&timeline, moment)[0];
            assert_eq!(
                (environment.standing, environment.reason),
                (Standing::Failed, reason),
                "{name} at {}",
                moment.seconds
            );
        }
    }
}

#[test]
fn a_failure_of_a_superseded_revision_is_none() {
    let timeline = Timeline::read("waiting-behind");
    for moment in timeline.moments() {
        for environment in verdicts(&timeline, &moment) {
            assert_ne!(
                environment.standing,
                Standing::Failed,
                "at {}: {}",
                moment.seconds,
                environment.message
            );
        }
    }
}

#[test]
fn a_source_that_cannot_be_fetched_is_no_dead_controller() {
    for name in ["unreachable", "silent", "missing-path", "dependency"] {
        let timeline = Timeline::read(name);
        for moment in timeline.moments() {
            for later in [0, 60] {
                let now = moment.now + SignedDuration::from_secs(later);
                for environment in picture(&moment.cluster, &timeline.selection(), now).environments {
                    assert_ne!(
                        environment.standing,
                        Standing::Unknown,
                        "{name} at {} + {later}: {}",
                        moment.seconds,
                        environment.message
                    );
                }
            }
        }
    }
}

#[test]
fn messages_decide_nothing() {
    everywhere(|timeline, moment| {
        let blank = blanked(&moment.objects);
        let blank = cluster(&timeline.namespace, &blank);
        let standings = |cluster: &ClusterState| -> Vec<Standing> {
            let picture = picture(cluster, &timeline.selection(), moment.now);
            picture.environments.iter().map(|environment| environment.standing).collect()
        };
        assert_eq!(standings(&moment.cluster), standings(&blank), "{} at {}", timeline.name, moment.seconds);
    });
}

/// The objects with every message empty.
pub(crate) fn blanked(objects: &[Value]) -> Vec<Value> {
    fn blank(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    if name == "message" && field.is_string() {
                        *field = Value::from("");
                    } else {
                        blank(field);
                    }
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(blank),
            _ => {}
        }
    }
    let mut objects = objects.to_vec();
    objects.iter_mut().for_each(blank);
    objects
}

#[test]
fn the_order_of_answers_decides_nothing() {
    everywhere(|timeline, moment| {
        let mut shuffled = moment.objects.clone();
        let mut seed = (moment.seconds * 1000.0) as usize + 7;
        for last in (1..shuffled.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(last, (seed >> 33) % (last + 1));
        }
        let shuffled = cluster(&timeline.namespace, &shuffled);
        let after = picture(&shuffled, &timeline.selection(), moment.now);
        let before = picture(&moment.cluster, &timeline.selection(), moment.now);
        assert_eq!(before.environments, after.environments, "{} at {}", timeline.name, moment.seconds);
    });
}

#[test]
fn nothing_at_all_is_an_answer_too() {
    let mut empty = ClusterState::new(gitops_core::model::pipeline::ClusterRef::InCluster);
    let selection = gitops_core::model::verdict::Selection::Namespace("dev-hello".into());
    let now = jiff::Timestamp::UNIX_EPOCH;
    assert!(picture(&empty, &selection, now).environments.is_empty());
    for scope in gitops_core::model::verdict::wants(&empty, &selection) {
        empty.replace(scope, Answer::Forbidden);
    }
    let picture = picture(&empty, &selection, now);
    assert_eq!(picture.environments[0].standing, Standing::Unknown);
    assert_eq!(picture.environments[0].reason, Reason::NotReadable);
}
