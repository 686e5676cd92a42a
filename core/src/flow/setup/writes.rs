//! Carries out the steps of a plan. Each step looks at what it changes as it is then: another run of the same command
//! may have been there before.

use std::cell::RefCell;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use tokio::sync::OnceCell;

use super::credentials::SetupCredentials;
use super::preparation::PreparedSetup;
use crate::flow::{Context, DeliveryCluster, apply};
use crate::github::{Github, RepositoryOwner};
use crate::model::plan::{PlanStep, Report, StepResult, StepsUnderWay};
use crate::model::setup::{SetupRequest, SetupWrite};
use crate::model::{Exit, Failure, ProgressEvent};

/// What steps are carried out with.
pub(super) struct Writer<'a> {
    pub(super) context: &'a Context,
    pub(super) github: Github,
    pub(super) request: SetupRequest,
    pub(super) clusters: Vec<DeliveryCluster>,
    pub(super) credentials: SetupCredentials,
    /// Who owns repositories, asked once.
    pub(super) owner: OnceCell<RepositoryOwner>,
    under_way: RefCell<StepsUnderWay>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        context: &'a Context,
        github: Github,
        request: SetupRequest,
        clusters: Vec<DeliveryCluster>,
        credentials: SetupCredentials,
    ) -> Self {
        let (owner, under_way) = (OnceCell::new(), RefCell::default());
        Self { context, github, request, clusters, credentials, owner, under_way }
    }

    fn tell(&self, event: ProgressEvent) {
        self.under_way.borrow_mut().note(&event);
        self.context.tell(event);
    }

    /// Writes a step's part; the answer is what was written, in a few words.
    fn carry_out<'w>(
        &'w self,
        write: &'w SetupWrite,
    ) -> LocalBoxFuture<'w, Result<String, Box<dyn Failure>>> {
        match write {
            SetupWrite::CreateRepository(role) => self.create_repository(*role).boxed_local(),
            SetupWrite::ChangeRepository(role, settings) => {
                self.change_repository(*role, settings).boxed_local()
            }
            SetupWrite::Commit { role, branch, start, files, message } => {
                self.commit(*role, branch, *start, files, message).boxed_local()
            }
            SetupWrite::OpenPullRequest => self.open_pull_request().boxed_local(),
            SetupWrite::SetVariable { role, environment, name, value } => {
                self.set_variable(*role, environment.as_deref(), name, value).boxed_local()
            }
            SetupWrite::SetSecret { role, name, content } => {
                self.set_secret(*role, name, *content).boxed_local()
            }
            SetupWrite::CreateLabel(role, label) => self.create_label(*role, label).boxed_local(),
            SetupWrite::CreateEnvironment(role, environment) => {
                self.create_environment(*role, environment).boxed_local()
            }
            SetupWrite::InstallFlux(cluster) => self.install_flux(*cluster).boxed_local(),
            SetupWrite::CreateConfiguration { cluster, environment, interval } => {
                self.create_configuration(*cluster, environment, *interval).boxed_local()
            }
            SetupWrite::ChangeConfiguration { cluster, environment, interval } => {
                self.change_configuration(*cluster, environment, *interval).boxed_local()
            }
            SetupWrite::ApplyNamespace { cluster, namespace, labels } => {
                self.apply_namespace(*cluster, namespace, labels).boxed_local()
            }
            SetupWrite::CreatePullSecret { cluster, namespace } => {
                self.create_pull_secret(*cluster, namespace).boxed_local()
            }
        }
    }
}

impl PreparedSetup<'_> {
    /// Carries the plan out; `None` where a check failed, so that there is none.
    pub async fn apply(&self) -> Option<Report> {
        let plan = self.plan.as_ref()?;
        let events = |event| self.writer.tell(event);
        let carry_out = async |step: PlanStep| {
            let Some(write) = plan.writes.get(&step.name) else {
                return StepResult::failed("nothing is known of it", None, Exit::Failed);
            };
            match self.writer.carry_out(write).await {
                Ok(message) => StepResult::done(message),
                Err(failure) => failed(&*failure),
            }
        };
        Some(apply(&plan.plan, &events, carry_out).await)
    }

    /// What has become of it by now, for whoever interrupts [`Self::apply`]; `None` where nothing was begun.
    pub fn interrupted(&self) -> Option<Report> {
        self.writer.under_way.borrow().report(&self.plan.as_ref()?.plan)
    }
}

fn failed(failure: &dyn Failure) -> StepResult {
    let causes = std::iter::successors(failure.source(), |cause| cause.source());
    let why = causes.fold(failure.to_string(), |why, cause| format!("{why}: {cause}"));
    StepResult::failed(why, failure.hint(), failure.exit())
}
