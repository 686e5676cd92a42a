//! Asks Flux to fetch and apply an environment now, and waits until that was handled.
//!
//! A controller is asked once. A request that may have been made, because its answer was lost, is looked for and
//! not made again; one that an earlier run made, and nobody handled yet, is waited for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::apply::apply;
use super::context::Context;
use super::selector::EnvironmentSelector;
use super::status::observe_first;
use crate::kubernetes::{Change, Connection, DryRun, Patch, WriteError};
use crate::model::argument::valid_name;
use crate::model::cluster::{Answer, Kind, Scope};
use crate::model::contract::RECONCILE_ANNOTATION;
use crate::model::objects::{Kustomization, Source, SourceKind};
use crate::model::plan::{Plan, PlanStep, Report, StepResult, StepsUnderWay};
use crate::model::reconcile::{
    ReconcileObject, ReconcileProgress, ReconcileRequest, plan, progress, requests,
};
use crate::model::{Exit, Failure, ProgressEvent};

/// What will be asked of Flux.
pub struct Reconciliation<'a> {
    context: &'a Context,
    connection: Connection,
    plan: Plan,
    requests: BTreeMap<String, ReconcileRequest>,
    under_way: RefCell<StepsUnderWay>,
}

/// Plans the reconciliation of the namespace that is selected; of Flux's own namespace: of everything kept there.
///
/// # Errors
/// As [`crate::flow::status`].
pub async fn reconciliation<'a>(
    context: &'a Context,
    selector: &EnvironmentSelector,
) -> Result<Reconciliation<'a>, Box<dyn Failure>> {
    let observed = observe_first(context, selector).await?;
    let environments = observed.picture(context)?.environments;
    let (facts, now) = (observed.state.facts(), context.time_of(&observed.connection).now);
    let mut plan = plan(facts, &environments, now);
    let requests = requests(facts, &environments, now);
    let flags = observed.connection.flags();
    for remedy in plan.steps.iter_mut().filter_map(|step| step.remedy.as_mut()) {
        *remedy = flags.add_to(remedy);
    }
    let (connection, under_way) = (observed.connection, RefCell::default());
    Ok(Reconciliation { context, connection, plan, requests, under_way })
}

impl Reconciliation<'_> {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The cluster that is asked.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Asks, and waits until everything was handled and has settled, or `limit` has passed.
    pub async fn apply(&self, limit: Duration) -> Report {
        let begun = self.context.clock().now();
        let events = |event| self.tell(event);
        let report = apply(&self.plan, &events, |step| self.carry_out(step, begun, limit)).await;
        self.with_flags(report)
    }

    /// What has become of it by now, for whoever interrupts [`Self::apply`]; `None` where nothing was begun.
    pub fn interrupted(&self) -> Option<Report> {
        let report = self.under_way.borrow().report(&self.plan)?;
        Some(self.with_flags(report))
    }

    fn with_flags(&self, mut report: Report) -> Report {
        for remedy in report.results.iter_mut().filter_map(|result| result.remedy.as_mut()) {
            *remedy = self.connection.flags().add_to(remedy);
        }
        report
    }

    fn tell(&self, event: ProgressEvent) {
        self.under_way.borrow_mut().note(&event);
        self.context.tell(event);
    }

    async fn carry_out(&self, step: PlanStep, begun: Timestamp, limit: Duration) -> StepResult {
        let Some(request) = self.requests.get(&step.name) else {
            return StepResult::failed("nothing is known of it", None, Exit::Failed);
        };
        if !request.is_made
            && let Err(result) = self.ask(request).await
        {
            return result;
        }
        let message = "asked for; not handled yet".to_owned();
        self.tell(ProgressEvent::StepProgress { name: step.name.clone(), message });
        let clock = self.context.clock();
        let spent = Duration::try_from(clock.now().duration_since(begun)).unwrap_or_default();
        let mut waits_for = String::new();
        tokio::select! {
            result = self.handled(&step.name, request, &mut waits_for) => return result,
            () = clock.sleep(limit.saturating_sub(spent)) => {}
        }
        let mut message = format!("not handled within {} s", limit.as_secs_f64());
        if !waits_for.is_empty() {
            message += &format!(": {waits_for}");
        }
        StepResult::pending(message, Some(describe(request)))
    }

    /// Makes a request. One whose answer was lost may have been made.
    async fn ask(&self, request: &ReconcileRequest) -> Result<(), StepResult> {
        let annotation = json!({ "metadata": { "annotations": { RECONCILE_ANNOTATION: request.value } } });
        let ReconcileRequest { kind, namespace, name, .. } = request;
        let patched =
            self.connection.patch(*kind, namespace, name, &Patch::Merge(annotation), DryRun::Off).await;
        match patched {
            Ok(_) => Ok(()),
            Err(error) if error.may_have_been_done() => self.find(request, error).await,
            Err(error) => Err(refused(&error, request)),
        }
    }

    /// Looks whether a request whose answer was lost stands on its object.
    async fn find(&self, request: &ReconcileRequest, error: WriteError) -> Result<(), StepResult> {
        let scope = Scope::object(request.kind, &request.namespace, &request.name);
        let Answer::Objects(objects) = self.connection.ask(&scope).await else {
            return Err(refused(&error, request));
        };
        let stands =
            |object: &Value| object["metadata"]["annotations"][RECONCILE_ANNOTATION] == request.value;
        if objects.iter().any(stands) { Ok(()) } else { Err(refused(&error, request)) }
    }

    /// Watches the object until the request was handled and has settled. Where the watch fails, which goes on
    /// trying, the object itself is read.
    async fn handled(&self, step: &str, request: &ReconcileRequest, waits_for: &mut String) -> StepResult {
        let scope = Scope::object(request.kind, &request.namespace, &request.name);
        let mut changes = self.connection.watch(&Scope::namespace(request.kind, &request.namespace));
        while let Some(change) = changes.next().await {
            let object = match change {
                Change::All(objects) => match objects.into_iter().find(|object| is_of(object, request)) {
                    Some(object) => object,
                    None => return gone(),
                },
                Change::Put(object) if is_of(&object, request) => object,
                Change::Gone(object) if is_of(&object, request) => return gone(),
                Change::Refused(_) => match self.connection.ask(&scope).await {
                    Answer::Objects(mut objects) if !objects.is_empty() => objects.remove(0),
                    Answer::Objects(_) | Answer::Absent => return gone(),
                    Answer::Forbidden | Answer::Unauthenticated => return not_read(request),
                    Answer::Silent(_) | Answer::Overloaded => continue,
                },
                Change::Put(_) | Change::Gone(_) => continue,
            };
            match progress_of(&object, request) {
                ReconcileProgress::Ended(result) => return result,
                ReconcileProgress::Going(message) if message != *waits_for => {
                    waits_for.clone_from(&message);
                    self.tell(ProgressEvent::StepProgress { name: step.to_owned(), message });
                }
                ReconcileProgress::Going(_) => {}
            }
        }
        std::future::pending().await
    }
}

fn progress_of(object: &Value, request: &ReconcileRequest) -> ReconcileProgress {
    let mut kinds = SourceKind::ALL.into_iter();
    match kinds.find(|kind| Kind::of_source(*kind) == request.kind) {
        Some(kind) => progress(ReconcileObject::Source(&Source::read(kind, object)), request),
        None => progress(ReconcileObject::Kustomization(&Kustomization::read(object)), request),
    }
}

fn is_of(object: &Value, request: &ReconcileRequest) -> bool {
    object["metadata"]["name"] == request.name.as_str()
}

fn gone() -> StepResult {
    StepResult::failed("it was deleted meanwhile", None, Exit::NotFound)
}

fn not_read(request: &ReconcileRequest) -> StepResult {
    let resource = request.kind.resource();
    let remedy = format!("kubectl auth can-i get {resource} -n {}", namespace(request));
    StepResult::failed("asked; whether it was handled may not be read", Some(remedy), Exit::Denied)
}

fn refused(error: &WriteError, request: &ReconcileRequest) -> StepResult {
    let remedy = match error {
        WriteError::Unauthenticated { .. } => "kubectl auth whoami".to_owned(),
        WriteError::Forbidden { .. } => {
            let resource = request.kind.resource();
            format!("kubectl auth can-i patch {resource} -n {}", namespace(request))
        }
        WriteError::Unreachable { .. } => "kubectl cluster-info".to_owned(),
        _ => describe(request),
    };
    StepResult::failed(error.to_string(), Some(remedy), error.exit())
}

fn namespace(request: &ReconcileRequest) -> &str {
    valid_name(&request.namespace, "'<namespace>'")
}

fn describe(request: &ReconcileRequest) -> String {
    let resource = request.kind.resource();
    format!("kubectl describe {resource}/{} -n {}", valid_name(&request.name, "'<name>'"), namespace(request))
}
