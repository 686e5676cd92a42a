//! The end of a Kustomization: what it made goes along, if that is its policy.

use jiff::{SignedDuration, Timestamp};

use super::apply::Action;
use super::controller::KustomizeController;
use super::outcome::{FINALIZER, finish, timeout};
use super::stages::ApplyStage;
use super::{inventory, prune};
use crate::flux::client::{ApiClient, ObjectId};
use crate::flux::reconciliation::{Again, Next, Reconciliation};

/// How often it is looked whether what was deleted is gone.
const GOING: SignedDuration = SignedDuration::from_secs(2);

impl KustomizeController {
    pub(super) fn finalize(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        api: &mut ApiClient<'_>,
    ) -> Next<ApplyStage> {
        let subject = &run.subject;
        let ids = inventory::list(&subject.object["status"]);
        let policy = subject.spec("deletionPolicy").as_str().unwrap_or("MirrorPrune").to_owned();
        let deletes = match policy.as_str() {
            "MirrorPrune" => subject.spec("prune") == true,
            "Delete" | "WaitForTermination" => true,
            _ => false,
        };
        if !deletes || subject.spec("suspend") == true || ids.is_empty() {
            return self.wait_for_end(run, Vec::new(), api.now, api);
        }
        let (done, failures) = prune::delete(&subject.id, ids, api);
        let revision = subject.object["status"]["lastAppliedRevision"].as_str().map(str::to_owned);
        if !failures.is_empty() {
            let message = "pruning for deleted resource failed".to_owned();
            self.tell(api, &run.subject, revision.as_deref(), true, message);
            return finish(run, Again::Later, api);
        }
        self.tell(api, &run.subject, revision.as_deref(), false, prune::told(&done));
        let until = match policy.as_str() {
            "WaitForTermination" => api.now + timeout(&run.subject),
            _ => api.now,
        };
        let gone = done.into_iter().filter(|one| one.action == Action::Deleted).map(|one| one.id);
        self.wait_for_end(run, gone.collect(), until, api)
    }

    /// Waits until what was deleted is gone, or for as long as that may take, and lets the object go.
    pub(super) fn wait_for_end(
        &mut self,
        run: &mut Reconciliation<ApplyStage>,
        ids: Vec<ObjectId>,
        until: Timestamp,
        api: &mut ApiClient<'_>,
    ) -> Next<ApplyStage> {
        let left: Vec<_> = ids.into_iter().filter(|id| api.get(id).is_ok()).collect();
        if !left.is_empty() && api.now < until {
            return Next::Wait(GOING, ApplyStage::Going(left, until));
        }
        run.subject.remove_finalizer(FINALIZER);
        finish(run, Again::Never, api)
    }
}
