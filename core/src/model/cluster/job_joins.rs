//! Jobs with their pods, CronJobs with the Jobs that they made.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::collection::Collection;
use super::joins::{Joins, Listings, key};
use super::{CronJobFacts, JobFacts, KustomizationFacts};
use crate::model::objects::{CronJob, Job, Pod};

impl Joins<'_> {
    /// Gives Jobs and CronJobs to the kustomizations that list them.
    pub(super) fn deliver_jobs(&mut self, listings: &Listings<'_>, joined: &mut [KustomizationFacts]) {
        let collection = self.collection;
        for job in &collection.jobs {
            self.comparisons += 1;
            let Some(indexes) = listings.jobs.get(&key(&job.meta)) else { continue };
            let facts = Arc::new(self.job(job));
            indexes.iter().for_each(|index| joined[*index].delivered.jobs.push(facts.clone()));
        }
        for cron_job in &collection.cron_jobs {
            self.comparisons += 1;
            let Some(indexes) = listings.cron_jobs.get(&key(&cron_job.meta)) else { continue };
            let facts = Arc::new(self.cron_job(cron_job));
            indexes.iter().for_each(|index| joined[*index].delivered.cron_jobs.push(facts.clone()));
        }
    }

    /// A Job with its pods.
    pub(super) fn job(&mut self, job: &Arc<Job>) -> JobFacts {
        let pods: Vec<Arc<Pod>> = self.pods.owned(&job.meta.uid).iter().copied().cloned().collect();
        self.comparisons += 1 + pods.len();
        JobFacts {
            object: job.clone(),
            pod_events: self.pod_events(pods.iter()),
            refused_pod: self.refusals([("Job", &job.meta)].into_iter()).pop(),
            pods,
        }
    }

    /// A CronJob with the Jobs that it made.
    pub(super) fn cron_job(&mut self, cron_job: &Arc<CronJob>) -> CronJobFacts {
        let mut jobs = self.made_jobs.get(cron_job.meta.uid.as_str()).cloned().unwrap_or_default();
        jobs.sort_by_key(|job| Reverse(job.meta.created));
        let jobs = jobs.into_iter().map(|job| Arc::new(self.job(job))).collect();
        CronJobFacts { object: cron_job.clone(), jobs }
    }
}

/// The Jobs that CronJobs made, by the identity of those.
pub(super) fn made_jobs(collection: &Collection) -> HashMap<&str, Vec<&Arc<Job>>> {
    let mut jobs: HashMap<&str, Vec<&Arc<Job>>> = HashMap::new();
    for job in &collection.jobs {
        let owner = job.meta.owners.iter().find(|(kind, _)| kind == "CronJob");
        if let Some((_, owner)) = owner {
            jobs.entry(owner).or_default().push(job);
        }
    }
    jobs
}
