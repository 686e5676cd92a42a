//! The job controller: pods until enough of them have succeeded, or too many have failed, or it took too long.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::conditions;
use super::job_spec::deadline;
use super::job_status::{Ending, Tally, ended, is_over, verdict};
use super::job_tracking::{TRACKING, is_tracked, job_condition};
use super::owned_pods::{has_ended, is_active, is_going};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::key::Key;
use crate::kubernetes::timestamp::time;
use crate::kubernetes::workloads::event_text::EventText;

const COMPONENT: &str = "job-controller";
/// How long the controller waits for more news of pods before it looks.
pub(super) const BATCH: SignedDuration = SignedDuration::from_secs(1);

type JobPod = (Key, Arc<Value>);

impl Cluster {
    pub(super) fn reconcile_job(&mut self, key: &Key, job: &Value, now: Timestamp) {
        let pods = self.controlled(job, self.workloads.kinds.pods);
        if is_going(job) || is_over(job) {
            self.let_go(&pods);
            self.expire_job(key, job, now);
            return;
        }
        let mut status = job["status"].clone();
        let is_suspended = job["spec"]["suspend"] == true;
        if !is_suspended && status.get("startTime").is_none() {
            status["startTime"] = json!(time(now));
        }
        let deadline = deadline(job, &status);
        let tally = Tally::of(job, &pods);
        let verdict = verdict(job, &tally, deadline.is_some_and(|end| end <= now));
        let made = match &verdict {
            Some(_) => self.delete_active(job, &pods, now),
            None if is_suspended => self.suspend(job, &mut status, &pods, now),
            None => self.manage_pods(key, job, &mut status, &pods, &tally, now),
        };
        self.tell_tally(key, status, &tally, verdict, made, &pods, now);
        if let Some(end) = deadline.filter(|end| *end > now) {
            self.wake(key.clone(), end);
        }
    }

    /// Makes or deletes pods until as many run as are to run side by side. Returns how many more are active.
    fn manage_pods(
        &mut self,
        key: &Key,
        job: &Value,
        status: &mut Value,
        pods: &[JobPod],
        tally: &Tally,
        now: Timestamp,
    ) -> i64 {
        resume(status, now);
        let wanted = tally.wanted(job);
        if tally.active > wanted {
            let surplus = usize::try_from(tally.active - wanted).unwrap_or_default();
            let active: Vec<JobPod> = pods.iter().filter(|(_, pod)| is_active(pod)).cloned().collect();
            return self.delete_active(job, &active[..surplus.min(active.len())], now);
        }
        let missing = wanted - tally.active;
        if missing == 0 {
            return 0;
        }
        if let Some(later) = tally.retry_at.filter(|later| *later > now) {
            self.wake(key.clone(), later);
            return 0;
        }
        let mut template = job["spec"]["template"].clone();
        template["metadata"]["finalizers"] = json!([TRACKING]);
        for made in 0..missing {
            match self.make_pod(job, &template, None, now) {
                Ok(pod) => {
                    let message = format!("Created pod: {}", pod.name);
                    self.tell(job, &EventText::normal(COMPONENT, "SuccessfulCreate", message), now);
                }
                Err(why) => {
                    let message = format!("Error creating: {why}");
                    self.tell(job, &EventText::warning(COMPONENT, "FailedCreate", message), now);
                    self.look_again(key.clone(), now);
                    return made;
                }
            }
        }
        self.workloads.failures.remove(key);
        missing
    }

    /// Deletes pods that are active. Returns how many more are active: fewer.
    fn delete_active(&mut self, job: &Value, pods: &[JobPod], now: Timestamp) -> i64 {
        let active: Vec<&Key> = pods.iter().filter(|(_, pod)| is_active(pod)).map(|(key, _)| key).collect();
        for key in &active {
            self.discard(key, now);
            let message = format!("Deleted pod: {}", key.name);
            self.tell(job, &EventText::normal(COMPONENT, "SuccessfulDelete", message), now);
        }
        -i64::try_from(active.len()).unwrap_or_default()
    }

    fn suspend(&mut self, job: &Value, status: &mut Value, pods: &[JobPod], now: Timestamp) -> i64 {
        let mut list = conditions::of(status);
        if !conditions::get(&list, "Suspended").is_some_and(|condition| condition["status"] == "True") {
            let suspended = job_condition("Suspended", "JobSuspended", "Job suspended", now);
            conditions::set(&mut list, suspended);
            conditions::keep(status, list);
            self.tell(job, &EventText::normal(COMPONENT, "Suspended", "Job suspended".to_owned()), now);
        }
        if let Some(fields) = status.as_object_mut() {
            fields.remove("startTime");
        }
        self.delete_active(job, pods, now)
    }

    /// Tells what has become of the pods, counts those that have ended, and ends the job when it is over: in
    /// that order and one by one, so that none is counted twice.
    #[expect(clippy::too_many_arguments, reason = "the parts of one look at a job")]
    fn tell_tally(
        &mut self,
        key: &Key,
        mut status: Value,
        tally: &Tally,
        verdict: Option<Ending>,
        made: i64,
        pods: &[JobPod],
        now: Timestamp,
    ) {
        let deleted = (-made).max(0);
        let put = |status: &mut Value, field: &str, count: i64| match status.as_object_mut() {
            Some(fields) if count == 0 => drop(fields.remove(field)),
            Some(fields) => drop(fields.insert(field.to_owned(), json!(count))),
            None => {}
        };
        put(&mut status, "active", tally.active + made);
        status["ready"] = json!(if deleted > 0 { 0 } else { tally.ready });
        let terminating = tally.terminating + deleted;
        status["terminating"] = json!(terminating);
        status["uncountedTerminatedPods"] = tally.uncounted();
        let mut list = conditions::of(&status);
        if let Some(ending) = &verdict {
            conditions::set(&mut list, ending.target(now));
            conditions::keep(&mut status, list.clone());
        }
        self.report(key, status.clone());
        if tally.has_news() {
            self.let_go(pods);
            status["uncountedTerminatedPods"] = json!({});
            put(&mut status, "succeeded", tally.succeeded);
            put(&mut status, "failed", tally.failed);
        }
        let ending = verdict.filter(|_| terminating == 0);
        if let Some(ending) = &ending {
            conditions::set(&mut list, ending.condition(now));
            conditions::keep(&mut status, list);
            if ending.is_well() {
                status["completionTime"] = json!(time(now));
            }
        }
        let Some(job) = self.report(key, status) else { return };
        if let Some(ending) = ending {
            self.tell(&job, &ending.news(COMPONENT), now);
        }
    }

    /// Takes the finalizer from pods that have ended or are going.
    fn let_go(&mut self, pods: &[JobPod]) {
        for (key, pod) in pods.iter().filter(|(_, pod)| has_ended(pod) || is_going(pod)) {
            if is_tracked(pod) {
                self.release(key, TRACKING);
            }
        }
    }

    /// Lets go of a pod whose job is gone.
    pub(super) fn let_go_of_orphan(&mut self, key: &Key, pod: &Value) {
        if is_tracked(pod) && self.controller_of(pod).is_none() {
            self.release(key, TRACKING);
        }
    }

    /// Deletes a job that is over when it says how long it is kept.
    fn expire_job(&mut self, key: &Key, job: &Value, now: Timestamp) {
        let Some(kept) = job["spec"]["ttlSecondsAfterFinished"].as_i64() else { return };
        let Some(end) = ended(job).and_then(|end| end.checked_add(SignedDuration::from_secs(kept)).ok())
        else {
            return;
        };
        if is_going(job) {
        } else if end <= now {
            self.discard(key, now);
        } else {
            self.wake(key.clone(), end);
        }
    }
}

/// Says that a job goes on that was suspended.
fn resume(status: &mut Value, now: Timestamp) {
    let mut list = conditions::of(status);
    if conditions::get(&list, "Suspended").is_some_and(|condition| condition["status"] == "True") {
        let mut resumed = job_condition("Suspended", "JobResumed", "Job resumed", now);
        resumed["status"] = json!("False");
        conditions::set(&mut list, resumed);
        conditions::keep(status, list);
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use http::header::WARNING;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::Cluster;
    use crate::kubernetes::testing::{self, NOW, cluster, request, send};

    const JOBS: &str = "/apis/batch/v1/namespaces/default/jobs";
    const PODS: &str = "/api/v1/namespaces/default/pods";

    /// A cluster in which a job with this spec was made so many seconds ago.
    fn run(fate: &str, spec: Value, seconds: i64) -> Cluster {
        let mut cluster = cluster();
        let mut spec = spec;
        spec["template"] = json!({
            "metadata": {"labels": {"golden.test/is": fate}},
            "spec": {"restartPolicy": "Never", "containers": [{"name": "probe", "image": "e2e:1"}]},
        });
        let job = json!({"metadata": {"name": "job"}, "spec": spec});
        let (code, answer) = send(&mut cluster, Method::POST, JOBS, &job);
        assert_eq!(code, 201, "{answer}");
        cluster.advance(NOW + SignedDuration::from_secs(seconds));
        cluster
    }

    fn get(cluster: &mut Cluster, path: &str) -> Value {
        send(cluster, Method::GET, path, &Value::Null).1
    }

    fn conditions(job: &Value) -> Vec<String> {
        let conditions = job["status"]["conditions"].as_array().into_iter().flatten();
        conditions
            .map(|one| format!("{} {}", one["type"].as_str().unwrap(), one["reason"].as_str().unwrap()))
            .collect()
    }

    #[test]
    fn jobs_end_as_their_pods_do() {
        let (met, complete) = ("SuccessCriteriaMet CompletionsReached", "Complete CompletionsReached");
        let (target, failed) = ("FailureTarget BackoffLimitExceeded", "Failed BackoffLimitExceeded");
        let (late, too_late) = ("FailureTarget DeadlineExceeded", "Failed DeadlineExceeded");
        for (fate, spec, seconds, expected, counts) in [
            ("", json!({}), 2, vec![met, complete], (0, 1, 0)),
            ("", json!({"completions": 3, "parallelism": 2}), 5, vec![met, complete], (0, 3, 0)),
            ("fail", json!({"backoffLimit": 0}), 2, vec![target, failed], (0, 0, 1)),
            ("fail", json!({"backoffLimit": 1}), 5, vec![], (0, 0, 1)),
            ("fail", json!({"backoffLimit": 1}), 15, vec![target, failed], (0, 0, 2)),
            ("hang", json!({}), 600, vec![], (1, 0, 0)),
            ("hang", json!({"activeDeadlineSeconds": 5}), 8, vec![late, too_late], (0, 0, 1)),
            ("", json!({"suspend": true}), 5, vec!["Suspended JobSuspended"], (0, 0, 0)),
        ] {
            let job = get(&mut run(fate, spec.clone(), seconds), &format!("{JOBS}/job"));
            assert_eq!(conditions(&job), expected, "{fate} {spec}: {}", job["status"]);
            let count = |field: &str| job["status"][field].as_u64().unwrap_or_default();
            assert_eq!((count("active"), count("succeeded"), count("failed")), counts, "{fate} {spec}");
        }
    }

    #[test]
    fn who_makes_a_cron_job_is_told_that_nothing_comes_of_it() {
        let mut cluster = cluster();
        let template = json!({"spec": {"template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "m", "image": "m:1"}],
        }}}});
        let spec = json!({"schedule": "* * * * *", "jobTemplate": template});
        let target = "/apis/batch/v1/namespaces/default/cronjobs";
        let body = json!({"metadata": {"name": "nightly"}, "spec": spec});
        let reply = cluster.answer(&request(Method::POST, target, &body), NOW);
        let warning = reply.headers[WARNING].to_str().unwrap().to_owned();
        assert_eq!(warning, "299 - \"the lab keeps cron jobs and makes no jobs of them\"");
        assert_eq!(reply.status, 201);
    }

    #[test]
    fn a_job_goes_through_the_recorded_states() {
        let mut cluster = cluster();
        let watch = request(Method::GET, &format!("{JOBS}?watch=true"), &Value::Null);
        let mut watching = testing::watch(cluster.answer(&watch, NOW));
        let begin = cluster.version();
        let template =
            json!({"spec": {"restartPolicy": "Never", "containers": [{"name": "m", "image": "m:1"}]}});
        let job = json!({"metadata": {"name": "job"}, "spec": {"template": template}});
        send(&mut cluster, Method::POST, JOBS, &job);
        cluster.advance(NOW + SignedDuration::from_secs(3));
        let lines = cluster.news(&mut watching, begin, cluster.version(), NOW).unwrap();
        let states: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["object"].clone())
            .collect();
        let told: Vec<(Vec<String>, bool, Value)> = states
            .iter()
            .skip(1)
            .map(|job| {
                let uncounted = job["status"]["uncountedTerminatedPods"].get("succeeded").is_some();
                (conditions(job), uncounted, job["status"]["active"].clone())
            })
            .collect();
        let (met, complete) = ("SuccessCriteriaMet CompletionsReached", "Complete CompletionsReached");
        assert_eq!(
            told,
            [
                (vec![], false, json!(1)),
                (vec![met.to_owned()], true, Value::Null),
                (vec![met.to_owned(), complete.to_owned()], false, Value::Null),
            ]
        );
        assert_eq!(states[0]["metadata"].get("labels"), None, "its pods have no labels of their own");
    }

    #[test]
    fn a_finished_job_is_kept_as_long_as_it_says_and_takes_its_pods_along() {
        let mut cluster = run("", json!({"ttlSecondsAfterFinished": 60}), 50);
        let pods = get(&mut cluster, PODS);
        assert_eq!(pods["items"][0]["status"]["phase"], "Succeeded");
        assert_eq!(pods["items"][0]["metadata"].get("finalizers"), None);
        cluster.advance(NOW + SignedDuration::from_secs(70));
        assert_eq!(send(&mut cluster, Method::GET, &format!("{JOBS}/job"), &Value::Null).0, 404);
        assert_eq!(get(&mut cluster, PODS)["items"].as_array().map(Vec::len), Some(0));
    }

    #[test]
    fn a_job_that_runs_goes_with_its_pods_or_leaves_them_free() {
        for (policy, left) in [("Background", 0), ("Orphan", 1), ("Foreground", 0)] {
            let mut cluster = run("hang", json!({}), 5);
            let target = format!("{JOBS}/job?propagationPolicy={policy}");
            assert_eq!(send(&mut cluster, Method::DELETE, &target, &Value::Null).0, 200);
            cluster.advance(NOW + SignedDuration::from_secs(10));
            assert_eq!(
                send(&mut cluster, Method::GET, &format!("{JOBS}/job"), &Value::Null).0,
                404,
                "{policy}"
            );
            let pods = get(&mut cluster, PODS);
            let pods = pods["items"].as_array().unwrap();
            assert_eq!(pods.len(), left, "{policy}");
            assert!(pods.iter().all(|pod| pod["metadata"].get("finalizers").is_none()), "{policy}");
        }
    }
}
