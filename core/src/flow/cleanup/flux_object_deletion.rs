//! The end of Flux objects that Azure knows nothing of any more: after a forced deletion they stay in the cluster, and
//! would go on applying. Kustomizations go first, so that they prune with their source still there.

use serde_json::json;

use super::configuration_deletion::{show, title, wait_until_gone};
use super::deletion_deadline::DeletionDeadline;
use super::planned::{Cleanup, failed};
use crate::kubernetes::{Connection, Delete, DryRun, Patch, WriteError};
use crate::model::Exit;
use crate::model::cleanup::{FluxObjectsTarget, ObjectName};
use crate::model::cluster::Kind;
use crate::model::plan::{PlanStep, StepResult};

impl Cleanup<'_> {
    pub(super) async fn delete_flux_objects(
        &self,
        step: &PlanStep,
        target: &FluxObjectsTarget,
        deadline: &DeletionDeadline,
    ) -> StepResult {
        let Some(connection) = self.connection(&target.cluster) else {
            return StepResult::failed("the cluster is not reached", None, Exit::Failed);
        };
        if target.stops_pruning {
            for object in &target.kustomizations {
                let patch = Patch::Merge(json!({ "spec": { "prune": false } }));
                let ObjectName { namespace, name } = object;
                let stopped =
                    connection.patch(Kind::Kustomization, namespace, name, &patch, DryRun::Off).await;
                match stopped {
                    Ok(_) | Err(WriteError::NotFound { .. }) => {}
                    // Whether it was stopped is not known, so nothing is deleted.
                    Err(error) => return failed(&error),
                }
            }
        }
        self.tell_progress(step, "being deleted in the cluster");
        let in_order = [
            (Kind::Kustomization, &target.kustomizations),
            (Kind::GitRepository, &target.sources),
            // Its metadata alone is read: what it holds is nobody's business here.
            (Kind::GitSecret, &target.secrets),
        ];
        for (kind, objects) in in_order {
            if let Err(result) = delete_all(connection, kind, objects, deadline).await {
                return result;
            }
        }
        StepResult::done("deleted, and gone from the cluster")
    }
}

/// Deletes objects of a kind, and waits until they are gone.
async fn delete_all(
    connection: &Connection,
    kind: Kind,
    objects: &[ObjectName],
    deadline: &DeletionDeadline,
) -> Result<(), StepResult> {
    for object in objects {
        let deleted = connection.delete(kind, &object.namespace, &object.name, &Delete::default()).await;
        match deleted {
            Ok(_) | Err(WriteError::NotFound { .. }) => {}
            // It is looked for, as every other.
            Err(error) if error.may_have_been_done() => {}
            Err(error) => return Err(failed(&error)),
        }
    }
    for object in objects {
        if let Err(why) = wait_until_gone(connection, kind, object, deadline).await {
            let message = format!("{}: {why}", title(kind, object));
            return Err(StepResult::failed(message, Some(show(connection, kind, object)), Exit::Failed));
        }
    }
    Ok(())
}
