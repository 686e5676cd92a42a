//! A cleanup that is planned, and carried out where that is confirmed.

use std::cell::RefCell;
use std::time::Duration;

use super::cluster_inventory::NamedCluster;
use super::deletion_deadline::DeletionDeadline;
use super::inventory::{TakenInventory, take_inventory};
use super::request::CleanupRequest;
use crate::azure::Azure;
use crate::flow::apply;
use crate::flow::context::Context;
use crate::github::Github;
use crate::kubernetes::Connection;
use crate::model::azure::ArcCluster;
use crate::model::cleanup::{CleanupOptions, CleanupPlan, CleanupTarget, cleanup_plan};
use crate::model::plan::{Plan, PlanStep, Report, StepResult, StepsUnderWay};
use crate::model::{Exit, Failure, ProgressEvent};

/// What will be deleted of a project.
pub struct Cleanup<'a> {
    pub(super) context: &'a Context,
    pub(super) options: CleanupOptions,
    github: Option<Github>,
    clusters: Vec<NamedCluster>,
    planned: CleanupPlan,
    /// Whether nothing of the project was found.
    is_empty: bool,
    under_way: RefCell<StepsUnderWay>,
}

/// Finds what exists of a project and plans its deletion. Changes nothing.
///
/// # Errors
/// One of the three worlds does not tell what it has, or a context reaches another cluster than the one that is named.
pub async fn cleanup<'a>(
    context: &'a Context,
    request: &CleanupRequest,
) -> Result<Cleanup<'a>, Box<dyn Failure>> {
    let flags = context.cluster_flags();
    let command = flags.add_to(&request.options.command);
    let request =
        CleanupRequest { options: CleanupOptions { command, ..request.options.clone() }, ..request.clone() };
    let TakenInventory { inventory, github, clusters } = take_inventory(context, &request).await?;
    let planned = cleanup_plan(&inventory, &request.options);
    let (is_empty, options) = (inventory.is_empty(), request.options);
    Ok(Cleanup { context, options, github, clusters, planned, is_empty, under_way: RefCell::default() })
}

impl Cleanup<'_> {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.planned.plan
    }

    /// Whether nothing is deleted and nothing is refused.
    pub fn is_idle(&self) -> bool {
        !self.plan().has_writes() && self.plan().blocked().next().is_none()
    }

    /// Whether nothing of the project was found.
    pub fn is_nothing_left(&self) -> bool {
        self.is_idle() && self.is_empty
    }

    /// Deletes, and looks until everything is gone, or `limit` has passed.
    pub async fn apply(&self, limit: Duration) -> Report {
        let deadline = DeletionDeadline::after(self.context.clock(), limit);
        let events = |event| self.tell(event);
        apply(self.plan(), &events, |step| self.carry_out(step, deadline.clone())).await
    }

    /// What has become of it by now, for whoever interrupts [`Self::apply`]; `None` where nothing was begun.
    pub fn interrupted(&self) -> Option<Report> {
        self.under_way.borrow().report(self.plan())
    }

    fn tell(&self, event: ProgressEvent) {
        self.under_way.borrow_mut().note(&event);
        self.context.tell(event);
    }

    /// Tells how far a step has come.
    pub(super) fn tell_progress(&self, step: &PlanStep, message: &str) {
        let (name, message) = (step.name.clone(), message.to_owned());
        self.tell(ProgressEvent::StepProgress { name, message });
    }

    async fn carry_out(&self, step: PlanStep, deadline: DeletionDeadline) -> StepResult {
        match self.planned.targets.get(&step.name) {
            Some(CleanupTarget::Configuration(target)) => {
                self.delete_configuration(&step, target, &deadline).await
            }
            Some(CleanupTarget::FluxObjects(target)) => {
                self.delete_flux_objects(&step, target, &deadline).await
            }
            Some(CleanupTarget::Namespace(target)) => self.delete_namespace(&step, target, &deadline).await,
            Some(CleanupTarget::Repository(name)) => match &self.github {
                Some(github) => self.delete_repository(&step, github, name, &deadline).await,
                None => StepResult::failed("GitHub was not asked", None, Exit::Failed),
            },
            None => StepResult::failed("nothing is known of it", None, Exit::Failed),
        }
    }

    /// The way to a cluster's API server, where it is reached.
    pub(super) fn connection(&self, cluster: &ArcCluster) -> Option<&Connection> {
        self.clusters.iter().find(|named| named.arc == *cluster)?.connection.as_ref()
    }

    /// Azure, in the cloud that a cluster is in. Clusters that were not named are in that of the first.
    pub(super) fn azure(&self, cluster: &ArcCluster) -> Option<&Azure> {
        let own = self.clusters.iter().find(|named| named.arc == *cluster);
        own.or(self.clusters.first()).map(|named| &named.azure)
    }
}

/// A step that failed with an error that says itself how. What it advises is a command to type, or a part of what is told.
pub(super) fn failed(error: &dyn Failure) -> StepResult {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let mut message = causes.fold(error.to_string(), |message, cause| format!("{message}: {cause}"));
    let exit = match error.exit() {
        Exit::Denied => Exit::Denied,
        _ => Exit::Failed,
    };
    let hint = error.hint();
    let remedy = hint.as_deref().and_then(command_in);
    if let Some(hint) = hint.filter(|_| remedy.is_none()) {
        message = format!("{message}; {hint}");
    }
    StepResult::failed(message, remedy, exit)
}

/// The command that a hint ends in: `sign in again: az login`.
fn command_in(hint: &str) -> Option<String> {
    let is_command = |text: &&str| ["kubectl ", "az ", "gh "].iter().any(|program| text.starts_with(program));
    let places = std::iter::once(0).chain(hint.match_indices(": ").map(|(at, blank)| at + blank.len()));
    places.map(|place| &hint[place..]).find(is_command).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::command_in;

    #[test]
    fn a_command_is_told_from_other_advice() {
        for (hint, command) in [
            ("sign in again: az login", Some("az login")),
            ("see who the server takes you for: kubectl auth whoami", Some("kubectl auth whoami")),
            ("gh auth refresh -s delete_repo", Some("gh auth refresh -s delete_repo")),
            ("check the network, HTTPS_PROXY and GITOPS_CA_FILE", None),
            ("look at https://www.githubstatus.com and try again", None),
        ] {
            assert_eq!(command_in(hint).as_deref(), command);
        }
    }
}
