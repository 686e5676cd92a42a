//! The end of a Flux configuration: pruning is stopped where what runs is to stay, Azure deletes it, and what it made in
//! the cluster is looked for until it is gone.

use super::deletion_deadline::DeletionDeadline;
use super::planned::{Cleanup, failed};
use crate::azure::{Azure, FluxConfigurationPatch, KustomizationSpec};
use crate::kubernetes::Connection;
use crate::model::Exit;
use crate::model::cleanup::{ConfigurationTarget, ObjectName};
use crate::model::cluster::{Answer, Kind, Scope};
use crate::model::plan::{PlanStep, StepResult};

impl Cleanup<'_> {
    pub(super) async fn delete_configuration(
        &self,
        step: &PlanStep,
        target: &ConfigurationTarget,
        deadline: &DeletionDeadline,
    ) -> StepResult {
        let ConfigurationTarget { cluster, name, is_forced, .. } = target;
        let Some(azure) = self.azure(cluster) else {
            return StepResult::failed("no cluster was named", None, Exit::Failed);
        };
        if target.keeps_applied
            && let Err(result) = self.stop_pruning(step, azure, target, deadline).await
        {
            return result;
        }
        self.tell_progress(step, "being deleted by Azure");
        let patient = azure.clone().with_operation_limit(deadline.left());
        if let Err(error) = patient.delete_flux_configuration(cluster, name, *is_forced).await {
            return failed(&error);
        }
        if let Err(result) = see_gone_from_azure(azure, target, deadline).await {
            return result;
        }
        match self.connection(cluster).filter(|_| !is_forced) {
            Some(connection) => self.see_objects_gone(step, connection, target, deadline).await,
            None if *is_forced => StepResult::done("deleted without its cluster, and gone from Azure"),
            None => StepResult::done("deleted, and gone from Azure"),
        }
    }

    /// Has Azure stop the pruning where it does not do so already, and waits until the cluster has heard of it: where that
    /// was asked for by a run before, it may not have either.
    async fn stop_pruning(
        &self,
        step: &PlanStep,
        azure: &Azure,
        target: &ConfigurationTarget,
        deadline: &DeletionDeadline,
    ) -> Result<(), StepResult> {
        if !target.stops_pruning.is_empty() {
            self.tell_progress(step, "pruning is being stopped");
            let patch = stopped_pruning(target);
            let patient = azure.clone().with_operation_limit(deadline.left());
            match patient.update_flux_configuration(&target.cluster, &target.name, &patch).await {
                Ok(_) => {}
                // Somebody else has deleted it meanwhile.
                Err(error) if error.is_absent() => return Ok(()),
                Err(error) => return Err(failed(&error)),
            }
        }
        let Some(connection) = self.connection(&target.cluster) else {
            return Err(StepResult::failed("whether it prunes no more cannot be seen", None, Exit::Failed));
        };
        self.tell_progress(step, "waiting until the cluster prunes no more");
        for object in &target.kustomizations {
            loop {
                let why = match object_state(connection, Kind::Kustomization, object).await {
                    Ok(None) => break,
                    Ok(Some(kustomization)) if kustomization["spec"]["prune"] != true => break,
                    Ok(Some(_)) => "it still prunes".to_owned(),
                    Err(why) => why,
                };
                if !deadline.pause().await {
                    let message =
                        format!("not deleted: Kustomization {}/{}: {why}", object.namespace, object.name);
                    return Err(StepResult::failed(message, Some(target.show_command()), Exit::Failed));
                }
            }
        }
        Ok(())
    }

    /// Waits until the objects that Azure's agents made are gone: until then Flux may still be pruning.
    async fn see_objects_gone(
        &self,
        step: &PlanStep,
        connection: &Connection,
        target: &ConfigurationTarget,
        deadline: &DeletionDeadline,
    ) -> StepResult {
        self.tell_progress(step, "waiting until its objects are gone from the cluster");
        let kustomizations = target.kustomizations.iter().map(|object| (Kind::Kustomization, object));
        let sources = target.sources.iter().map(|object| (Kind::GitRepository, object));
        for (kind, object) in kustomizations.chain(sources) {
            if let Err(why) = wait_until_gone(connection, kind, object, deadline).await {
                let message = format!("gone from Azure; {}: {why}", title(kind, object));
                return StepResult::failed(message, Some(show(connection, kind, object)), Exit::Failed);
            }
        }
        StepResult::done("deleted, and gone from Azure and the cluster")
    }
}

/// The change after which no kustomization prunes.
fn stopped_pruning(target: &ConfigurationTarget) -> FluxConfigurationPatch {
    let stopped = KustomizationSpec { prune: Some(false), ..KustomizationSpec::default() };
    let kustomizations = target.stops_pruning.iter().map(|name| (name.clone(), Some(stopped.clone())));
    FluxConfigurationPatch { kustomizations: kustomizations.collect(), ..FluxConfigurationPatch::default() }
}

/// Looks at Azure until it has the configuration no more.
async fn see_gone_from_azure(
    azure: &Azure,
    target: &ConfigurationTarget,
    deadline: &DeletionDeadline,
) -> Result<(), StepResult> {
    loop {
        let result = match azure.flux_configuration(&target.cluster, &target.name).await {
            Ok(None) => return Ok(()),
            Ok(Some(_)) => {
                let remedy = Some(target.show_command());
                StepResult::failed("deleted, and Azure still has it", remedy, Exit::Failed)
            }
            Err(error) => {
                let result = failed(&error);
                let message = format!("deleted; whether it is gone is not told: {}", result.message);
                let result = StepResult { message, ..result };
                if !error.is_transient() {
                    return Err(result);
                }
                result
            }
        };
        if !deadline.pause().await {
            return Err(result);
        }
    }
}

/// `Kustomization flux-system/hello-dev`.
pub(super) fn title(kind: Kind, object: &ObjectName) -> String {
    format!("{} {}/{}", kind.row().name, object.namespace, object.name)
}

/// The command that shows an object.
pub(super) fn show(connection: &Connection, kind: Kind, object: &ObjectName) -> String {
    use crate::model::argument::valid_name;
    let (name, namespace) =
        (valid_name(&object.name, "'<name>'"), valid_name(&object.namespace, "'<namespace>'"));
    connection.flags().add_to(&format!("kubectl describe {}/{name} -n {namespace}", kind.resource()))
}

/// An object, where it is there; else why that is not known.
pub(super) async fn object_state(
    connection: &Connection,
    kind: Kind,
    object: &ObjectName,
) -> Result<Option<serde_json::Value>, String> {
    match connection.ask(&Scope::object(kind, &object.namespace, &object.name)).await {
        Answer::Objects(mut objects) => Ok((!objects.is_empty()).then(|| objects.remove(0))),
        Answer::Absent => Ok(None),
        Answer::Forbidden => Err("whether it is gone may not be read".to_owned()),
        Answer::Unauthenticated => Err("whether it is gone is not told: not authenticated".to_owned()),
        Answer::Overloaded => Err("the API server takes no more requests".to_owned()),
        Answer::Silent(why) => Err(why),
    }
}

/// Waits until an object is gone, else tells why it is not, or not known to be.
pub(super) async fn wait_until_gone(
    connection: &Connection,
    kind: Kind,
    object: &ObjectName,
    deadline: &DeletionDeadline,
) -> Result<(), String> {
    loop {
        let why = match object_state(connection, kind, object).await {
            Ok(None) => return Ok(()),
            Ok(Some(present)) => {
                let meta = crate::model::objects::Meta::read(&present);
                match meta.deleted {
                    Some(_) => format!("it is being deleted, and held by {}", meta.holders()),
                    None => "it is still there".to_owned(),
                }
            }
            Err(why) => why,
        };
        if !deadline.pause().await {
            return Err(why);
        }
    }
}
