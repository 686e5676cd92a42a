//! Health checks on their way: when they begin, how often they look, and what comes of them.

use jiff::SignedDuration;

use super::controller::KustomizeController;
use super::health_result::Checked;
use super::outcome::{HEALTHY, progress, remember, timeout};
use super::stages::{ApplyStage, ApplyWork, Check};
use crate::flux::client::{ApiClient, ObjectId};
use crate::flux::conditions;
use crate::flux::conditions::Saying;
use crate::flux::reconciliation::{Next, Reconciliation};

/// How often health is looked at.
const POLL: SignedDuration = SignedDuration::from_secs(5);

impl KustomizeController {
    pub(super) fn begin_check(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        work: ApplyWork,
        ids: Vec<ObjectId>,
        has_drifted: bool,
        api: &mut ApiClient<'_>,
    ) -> Next<ApplyStage> {
        let subject = &mut run.subject;
        let was_healthy = conditions::is(&subject.object, HEALTHY, "True");
        let is_new = subject.object["status"]["lastAppliedRevision"] != work.revision.as_str();
        let message = progress(subject, "Running health checks", &work.revision, api);
        let saying = Saying { status: "Unknown", reason: "Progressing", message: &message };
        conditions::set(&mut subject.object, HEALTHY, &saying, api.now);
        let check = Check {
            ids,
            began: api.now,
            until: api.now + timeout(subject),
            last: None,
            is_news: !was_healthy || (is_new && has_drifted),
        };
        Next::Write(ApplyStage::Check(work, check))
    }

    pub(super) fn check(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        work: ApplyWork,
        mut check: Check,
        api: &mut ApiClient<'_>,
    ) -> Next<ApplyStage> {
        let is_late = api.now >= check.until;
        let checked = match check.last.take() {
            Some(last) if is_late => last,
            _ => Checked::look(&check.ids, api),
        };
        if !is_late && !checked.is_over() {
            check.last = Some(checked);
            let wait = POLL.min(check.until.duration_since(api.now));
            return Next::Wait(wait, ApplyStage::Check(work, check));
        }
        let took = self.measured(api.now.duration_since(check.began));
        let subject = &mut run.subject;
        if let Some(error) = checked.failure(is_late) {
            let saying = Saying { status: "False", reason: "HealthCheckFailed", message: &error };
            conditions::set(&mut subject.object, HEALTHY, &saying, api.now);
            remember(subject, &work, "HealthCheckFailed", api);
            let error = format!("health check failed after {took}: {error}");
            return self.fail(run, &work, "HealthCheckFailed", error, api);
        }
        let message = format!("Health check passed in {took}");
        if check.is_news {
            self.tell(api, subject, Some(&work.revision), false, message.clone());
        }
        let saying = Saying { status: "True", reason: "Succeeded", message: &message };
        conditions::set(&mut run.subject.object, HEALTHY, &saying, api.now);
        Next::Write(ApplyStage::Succeed(work))
    }
}
