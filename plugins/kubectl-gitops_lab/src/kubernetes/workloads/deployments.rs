//! The deployment controller: from what is wanted to the next step of a rollout, and to what is told of it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::conditions;
use super::owned_pods::{has_ended, is_going};
use super::rollout::{Rollout, Set};
use super::rollout_status::{condition, has_deadline, is_complete, progress, status};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;

impl Cluster {
    pub(super) fn reconcile_deployment(&mut self, key: &Key, deployment: &Value, now: Timestamp) {
        let mut rollout = self.rollout(key, deployment);
        if is_going(deployment) {
            self.tell_counts(&rollout, now);
            return;
        }
        self.note_pause(&mut rollout, now);
        if rollout.is_paused() || rollout.is_scaled() {
            self.rescale(&mut rollout, now);
            if rollout.is_paused() {
                self.forget_revisions(&rollout, now);
            }
            self.tell_counts(&rollout, now);
            return;
        }
        let has_moved = match rollout.is_recreated() {
            true => self.recreate(&mut rollout, now),
            false => {
                self.renew(&mut rollout, now);
                self.grow(&mut rollout, now) || self.shrink(&mut rollout, now)
            }
        };
        if !has_moved && is_complete(&rollout, &rollout.deployment["status"]) {
            self.forget_revisions(&rollout, now);
        }
        self.tell_progress(&rollout, now);
    }

    /// Lets the new replica set grow as far as it may.
    fn grow(&mut self, rollout: &mut Rollout, now: Timestamp) -> bool {
        let Some(mut set) = rollout.new.take() else { return false };
        let wanted = rollout.bounds.wanted;
        let all = rollout.old.iter().map(Set::replicas).sum::<i64>() + set.replicas();
        let replicas = match set.replicas() {
            replicas if replicas > wanted || rollout.is_recreated() => wanted,
            replicas if replicas == wanted => replicas,
            replicas => rollout.bounds.grown(replicas, all),
        };
        let has_moved = replicas != set.replicas() && self.scale(rollout, &mut set, replicas, now);
        rollout.new = Some(set);
        has_moved
    }

    /// Lets the old replica sets shrink as far as they may.
    fn shrink(&mut self, rollout: &mut Rollout, now: Timestamp) -> bool {
        let Some(new) = rollout.new.as_ref().map(Set::count) else { return false };
        let counts: Vec<_> = rollout.old.iter().map(Set::count).collect();
        let shrunk = rollout.bounds.shrunk(&counts, new);
        self.scale_old(rollout, &shrunk, now)
    }

    fn scale_old(&mut self, rollout: &mut Rollout, counts: &[i64], now: Timestamp) -> bool {
        let mut old = std::mem::take(&mut rollout.old);
        let mut has_moved = false;
        for (set, &replicas) in old.iter_mut().zip(counts) {
            if set.replicas() != replicas {
                has_moved |= self.scale(rollout, set, replicas, now);
            }
        }
        rollout.old = old;
        has_moved
    }

    /// All old pods go before the new ones come.
    fn recreate(&mut self, rollout: &mut Rollout, now: Timestamp) -> bool {
        let none = vec![0; rollout.old.len()];
        if self.scale_old(rollout, &none, now) {
            return true;
        }
        let pods = self.workloads.kinds.pods;
        let is_running = |set: &Set| {
            let pods = self.controlled(&set.object, pods);
            pods.iter().any(|(_, pod)| !has_ended(pod))
        };
        if rollout.old.iter().any(is_running) {
            return true;
        }
        self.renew(rollout, now);
        self.grow(rollout, now)
    }

    /// Scales what there is while nothing is rolled out.
    fn rescale(&mut self, rollout: &mut Rollout, now: Timestamp) {
        let wanted = rollout.bounds.wanted;
        let mut sets: Vec<Set> = rollout.old.drain(..).chain(rollout.new.take()).collect();
        let active: Vec<usize> = (0..sets.len()).filter(|&place| sets[place].replicas() > 0).collect();
        let last = sets.len().checked_sub(1);
        let targets: Vec<(usize, i64)> = match (&active[..], last) {
            (_, None) => Vec::new(),
            ([], Some(last)) => vec![(last, wanted)],
            ([one], _) => vec![(*one, wanted)],
            (many, _) if rollout.is_recreated() => many.iter().map(|&place| (place, 0)).collect(),
            (many, _) => {
                let grows = rollout.bounds.most() > sets.iter().map(Set::replicas).sum();
                // The largest comes first, and among equals the newest or the oldest.
                let mut order = many.to_vec();
                order.sort_by_key(|&place| {
                    let age = if grows { sets.len() - place } else { place };
                    (-sets[place].replicas(), age)
                });
                let sizes: Vec<i64> = order.iter().map(|&place| sets[place].replicas()).collect();
                let before: Vec<i64> = order.iter().map(|&place| sets[place].maximum()).collect();
                order.into_iter().zip(rollout.bounds.shared(&sizes, &before)).collect()
            }
        };
        for (place, replicas) in targets {
            self.scale(rollout, &mut sets[place], replicas, now);
        }
        *rollout = self.rollout(&rollout.key, &rollout.deployment);
    }

    /// Says that a rollout has been paused or goes on.
    fn note_pause(&mut self, rollout: &mut Rollout, now: Timestamp) {
        let mut list = conditions::of(&rollout.deployment["status"]);
        let reason = conditions::get(&list, "Progressing").map(|condition| condition["reason"].clone());
        let was_paused = reason.as_ref().is_some_and(|reason| reason == "DeploymentPaused");
        let is_paused = rollout.is_paused();
        let is_late = reason.as_ref().is_some_and(|reason| reason == "ProgressDeadlineExceeded");
        if !has_deadline(rollout) || is_late || was_paused == is_paused {
            return;
        }
        let (reason, message) = match is_paused {
            true => ("DeploymentPaused", "Deployment is paused"),
            false => ("DeploymentResumed", "Deployment is resumed"),
        };
        let told = condition("Progressing", "Unknown", reason, message.to_owned(), now);
        conditions::set(&mut list, told);
        let mut status = rollout.deployment["status"].clone();
        status["conditions"] = json!(list);
        if let Some(deployment) = self.report(&rollout.key, status) {
            rollout.deployment = Value::clone(&deployment);
        }
    }

    fn tell_counts(&mut self, rollout: &Rollout, now: Timestamp) {
        self.report(&rollout.key, status(rollout, now));
    }

    /// Tells how far the rollout is, and looks again when it will be late.
    fn tell_progress(&mut self, rollout: &Rollout, now: Timestamp) {
        let status = progress(rollout, status(rollout, now), now);
        let next = super::rollout_status::late(rollout, &status);
        self.report(&rollout.key, status);
        if let Some(next) = next.filter(|next| *next > now) {
            self.wake(rollout.key.clone(), next);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{self, NOW, cluster, request, send};

    const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";

    fn deployment(name: &str, replicas: u64, labels: Value) -> Value {
        let mut labels = labels;
        labels["app"] = json!(name);
        json!({
            "metadata": {"name": name},
            "spec": {
                "replicas": replicas,
                "progressDeadlineSeconds": 600,
                "selector": {"matchLabels": {"app": name}},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [{"name": "app", "image": "app:1"}]},
                },
            },
        })
    }

    /// Creates a deployment and lets so many milliseconds pass.
    fn deploy(cluster: &mut Cluster, object: &Value, milliseconds: i64) {
        let (code, answer) = send(cluster, Method::POST, DEPLOYMENTS, object);
        assert_eq!(code, 201, "{answer}");
        cluster.advance(NOW + SignedDuration::from_millis(milliseconds));
    }

    fn get(cluster: &mut Cluster, path: &str) -> Value {
        send(cluster, Method::GET, path, &Value::Null).1
    }

    /// Type, status and reason of the conditions.
    fn conditions(object: &Value) -> Vec<String> {
        let conditions = object["status"]["conditions"].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        conditions
            .map(|one| [text(&one["type"]), text(&one["status"]), text(&one["reason"])].join(" "))
            .collect()
    }

    fn reasons(cluster: &mut Cluster) -> Vec<String> {
        let events = get(cluster, "/api/v1/namespaces/default/events");
        let mut told: Vec<&Value> = events["items"].as_array().unwrap().iter().collect();
        told.sort_by_key(|event| {
            event["metadata"]["resourceVersion"].as_str().unwrap().parse::<u64>().unwrap()
        });
        told.iter().map(|event| event["reason"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_plain_deployment_becomes_available_by_the_recorded_steps() {
        let mut cluster = cluster();
        let watch = request(Method::GET, &format!("{DEPLOYMENTS}?watch=true"), &Value::Null);
        let mut watching = testing::watch(cluster.answer(&watch, NOW));
        let begin = cluster.version();
        deploy(&mut cluster, &deployment("hello", 2, json!({})), 1000);
        let (end, now) = (cluster.version(), NOW);
        let lines = cluster.news(&mut watching, begin, end, now).unwrap();
        let states: Vec<Vec<String>> = lines
            .lines()
            .map(|line| conditions(&serde_json::from_str::<Value>(line).unwrap()["object"]))
            .collect();
        let (created, updated) =
            ("Progressing True NewReplicaSetCreated", "Progressing True ReplicaSetUpdated");
        let (over, available) =
            ("Progressing True NewReplicaSetAvailable", "Available True MinimumReplicasAvailable");
        let unavailable = "Available False MinimumReplicasUnavailable";
        assert_eq!(
            states,
            [
                vec![],
                vec![created],
                vec![created, unavailable],
                vec![unavailable, updated],
                vec![available, over],
            ]
        );
        let object = get(&mut cluster, &format!("{DEPLOYMENTS}/hello"));
        assert_eq!(object["metadata"]["annotations"]["deployment.kubernetes.io/revision"], "1");
        assert_eq!(object["status"]["availableReplicas"], 2);
        assert_eq!(
            reasons(&mut cluster),
            ["ScalingReplicaSet", "SuccessfulCreate", "SuccessfulCreate", "Scheduled", "Scheduled"]
        );
        let rest = cluster.due().unwrap() - NOW;
        assert!(rest.get_seconds() >= 600, "nothing is left but a last look and the end of events: {rest}");
    }

    #[test]
    fn what_becomes_of_pods_is_said_by_their_label() {
        for (fate, seconds, expected) in [
            (
                "image",
                5,
                ["Available False MinimumReplicasUnavailable", "Progressing True ReplicaSetUpdated"],
            ),
            (
                "image",
                602,
                ["Available False MinimumReplicasUnavailable", "Progressing False ProgressDeadlineExceeded"],
            ),
            (
                "crash",
                5,
                ["Progressing True NewReplicaSetAvailable", "Available False MinimumReplicasUnavailable"],
            ),
        ] {
            let mut cluster = cluster();
            let labels = json!({"golden.test/is": fate});
            deploy(&mut cluster, &deployment("hello", 1, labels), seconds * 1000);
            let object = get(&mut cluster, &format!("{DEPLOYMENTS}/hello"));
            assert_eq!(conditions(&object), expected, "{fate} after {seconds} s");
        }
    }

    #[test]
    fn a_new_template_is_rolled_out_and_the_old_one_can_come_back() {
        let mut cluster = cluster();
        deploy(&mut cluster, &deployment("hello", 3, json!({})), 1000);
        let name = format!("{DEPLOYMENTS}/hello");
        let mut now = NOW;
        for (image, revision) in [("app:2", "2"), ("app:3", "3"), ("app:1", "4")] {
            let mut object = get(&mut cluster, &name);
            object["spec"]["template"]["spec"]["containers"][0]["image"] = json!(image);
            now += SignedDuration::from_secs(2);
            cluster.advance(now);
            let update = request(Method::PUT, &name, &object);
            cluster.answer(&update, now);
            now += SignedDuration::from_secs(2);
            cluster.advance(now);
            let object = get(&mut cluster, &name);
            assert_eq!(object["metadata"]["annotations"]["deployment.kubernetes.io/revision"], revision);
            assert_eq!(object["status"]["updatedReplicas"], 3, "{}", object["status"]);
            assert_eq!(object["status"]["replicas"], 3);
        }
        let sets = get(&mut cluster, "/apis/apps/v1/namespaces/default/replicasets");
        let sets = sets["items"].as_array().unwrap();
        let mut sizes: Vec<u64> = sets.iter().map(|set| set["spec"]["replicas"].as_u64().unwrap()).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [0, 0, 3], "the first revision is the fourth again");
        let again = sets.iter().find(|set| set["spec"]["replicas"] == 3).unwrap();
        assert_eq!(again["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"], "1");
    }

    #[test]
    fn two_thousand_replicas_are_cheap_and_go_with_their_deployment() {
        let mut cluster = cluster();
        let before = cluster.version();
        let begin = std::time::Instant::now();
        deploy(&mut cluster, &deployment("many", 2000, json!({})), 10_000);
        let name = format!("{DEPLOYMENTS}/many");
        assert_eq!(get(&mut cluster, &name)["status"]["availableReplicas"], 2000);
        let writes = cluster.version() - before;
        assert!(writes < 2000 * 5, "made, bound, told and run, and little beside that: {writes}");
        let rests = cluster.version();
        cluster.advance(NOW + SignedDuration::from_secs(3000));
        assert_eq!(cluster.version(), rests, "what runs costs nothing");
        send(&mut cluster, Method::DELETE, &name, &Value::Null);
        cluster.advance(NOW + SignedDuration::from_secs(3001));
        let pods = get(&mut cluster, "/api/v1/namespaces/default/pods");
        assert_eq!(pods["items"].as_array().map(Vec::len), Some(0));
        // A second or so on a machine that has nothing else to do.
        assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
    }
}
