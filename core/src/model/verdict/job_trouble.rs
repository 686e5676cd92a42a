//! What is wrong with Jobs, and with the CronJobs that make them. A Job is tried again until its back-off ends, up to an
//! hour later: what its pods say counts before that.

use super::attempt_failure::with_message;
use super::clues::Clues;
use super::diagnosis::refused;
use super::durations::ago_in_words;
use super::health::WorkloadTrouble;
use super::observation::Observation;
use super::pod_trouble::PodTrouble;
use super::{Cause, Outlook, Reason, Since, SinceFrom, crash};
use crate::model::argument::valid_name;
use crate::model::cluster::{CronJobFacts, JobFacts};
use crate::model::counted;
use crate::model::objects::{Container, Meta, Pod};

/// So many pods of a Job have failed when it is believed that the next fails too.
const REPEATED_FAILURES: i64 = 2;

/// What is wrong with a Job that is among the manifests. One that is waited for decides once it has failed for good, or
/// again and again.
pub(super) fn of_job(
    observation: Observation<'_>,
    facts: &JobFacts,
    is_waited_for: bool,
) -> Option<WorkloadTrouble> {
    let job = &facts.object;
    let JobDiagnosis { cause, sentence, pod, since, clues } = diagnosis(observation, facts)?;
    let is_repeated = job.has_failed() || job.failed >= REPEATED_FAILURES;
    let title = format!("Job {}", job.meta.key());
    Some(WorkloadTrouble {
        reason: Reason::JobFailed,
        cause,
        sentence: format!("{title} {sentence}"),
        title,
        workload: format!("job/{}", valid_name(&job.meta.name, "'<job>'")),
        namespace: job.meta.namespace.clone(),
        pod,
        clues,
        since,
        outage: None,
        is_final: is_waited_for && is_repeated,
        outlook: if job.has_failed() { Outlook::Final } else { Outlook::MayMend { until: None } },
    })
}

/// That the last run of a CronJob failed, or keeps failing. A run that has only begun says nothing yet.
pub(super) fn of_cron_job(observation: Observation<'_>, facts: &CronJobFacts) -> Option<WorkloadTrouble> {
    let cron_job = &facts.object;
    if cron_job.suspended {
        return None;
    }
    let told = facts.jobs.iter().find_map(|job| {
        let trouble = of_job(observation, job, false);
        (trouble.is_some() || job.object.has_succeeded()).then_some(trouble)
    });
    let trouble = told??;
    let succeeded = match cron_job.succeeded {
        Some(time) => format!("it last succeeded {}", ago_in_words(time, observation.now)),
        None => "it has never succeeded".to_owned(),
    };
    let title = format!("CronJob {}", cron_job.meta.key());
    let sentence = format!("{title}: its last run failed: {}; {succeeded}", trouble.sentence);
    Some(WorkloadTrouble { title, sentence, outlook: Outlook::Final, ..trouble })
}

struct JobDiagnosis {
    cause: Cause,
    /// The end of a sentence that begins with the Job's name.
    sentence: String,
    pod: Option<String>,
    since: Option<Since>,
    clues: Clues,
}

fn diagnosis(observation: Observation<'_>, facts: &JobFacts) -> Option<JobDiagnosis> {
    let job = &facts.object;
    if let Some(failed) = job.conditions.at("Failed", "True") {
        let why = if failed.message.is_empty() { &failed.reason } else { &failed.message };
        let (ending, clues) = last_failure(facts);
        let sentence = format!("failed: {}{ending}", why.trim_end_matches('.'));
        let since = SinceFrom::Condition.at(failed.since);
        return Some(JobDiagnosis { cause: Cause::JobFailed, sentence, pod: None, since, clues });
    }
    if job.has_succeeded() || job.suspended {
        return None;
    }
    let created = SinceFrom::Creation.at(job.meta.created);
    let running = facts.pods.iter().filter(|pod| !pod.is_over() && pod.meta.deleted.is_none());
    let of_pod = running
        .filter_map(|pod| PodTrouble::with_cause(observation, facts.pod_events.of(pod), pod))
        .min_by_key(|trouble| trouble.cause);
    if let Some(trouble) = of_pod {
        let sentence = with_message("has not completed".to_owned(), &trouble.sentence);
        let PodTrouble { cause, pod, since, clues, .. } = trouble;
        return Some(JobDiagnosis { cause, sentence, pod: Some(pod), since: since.or(created), clues });
    }
    if job.failed > 0 {
        let (ending, clues) = last_failure(facts);
        let failed = counted(job.failed, "pod");
        let sentence = format!("has not completed: {failed} failed{ending}, and it is tried again");
        return Some(JobDiagnosis { cause: Cause::JobFailed, sentence, pod: None, since: created, clues });
    }
    let refusal = facts.refused_pod.as_ref().filter(|_| facts.pods.is_empty())?;
    let (cause, sentence) = refused(observation, &job.meta.namespace, &refusal.message);
    let sentence = with_message("has not completed".to_owned(), &sentence);
    Some(JobDiagnosis { cause, sentence, pod: None, since: created, clues: Clues::default() })
}

/// How the newest of its pods that failed did so, and where to read it.
fn last_failure(facts: &JobFacts) -> (String, Clues) {
    let failed = facts.pods.iter().filter(|pod| pod.phase == "Failed");
    let Some(pod) = failed.max_by_key(|pod| created_and_name(&pod.meta)) else {
        return (String::new(), Clues::default());
    };
    match failed_container(pod) {
        Some(container) => {
            let ending = format!(" ({} ended {})", crash::title(container), crash::ending(container));
            let clues = Clues::of_log(pod, container);
            (ending, clues)
        }
        None if pod.reason.is_empty() => (String::new(), Clues::default()),
        None => (format!(" ({})", pod.reason), Clues::default()),
    }
}

fn created_and_name(meta: &Meta) -> (Option<jiff::Timestamp>, &str) {
    (meta.created, &meta.name)
}

fn failed_container(pod: &Pod) -> Option<&Container> {
    pod.containers.iter().find(|container| container.ended.as_ref().is_some_and(|(_, code)| *code != 0))
}
