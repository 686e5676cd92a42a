//! From what is asked for to checks and a plan. Nothing is changed.

use futures::FutureExt;
use futures::future::join_all;
use futures::join;

use super::credentials::SetupCredentials;
use super::observe_clusters::{observe_azure, observe_cluster};
use super::observe_github::observe_github;
use super::preflight::{azure_facts, github_facts};
use super::writes::Writer;
use crate::azure::{Azure, AzureError, GraphQuery, GraphScope};
use crate::flow::{Context, DeliveryCluster, DeliverySelection, delivery_clusters};
use crate::github::Github;
use crate::model::azure::FluxConfiguration;
use crate::model::pipeline::Project;
use crate::model::plan::Plan;
use crate::model::setup::{
    ObservedArcCluster, ObservedSetup, SetupCluster, SetupPlan, SetupRequest, azure_checks,
    credential_checks, github_checks, name_problems, plan,
};
use crate::model::workflow_file::{WorkflowSettings, workflow_files};
use crate::model::{Check, CheckOutcome, Exit, Failure, is_same_repository};

/// What is asked for, before the clusters and GitHub are asked.
pub struct SetupStart {
    /// The request, whose clusters are filled in here.
    pub request: SetupRequest,
    /// The clusters as they are named.
    pub clusters: DeliverySelection,
    /// What workflows and clusters get.
    pub credentials: SetupCredentials,
    /// The settings of the workflow files; `None` where a check before found that there can be none.
    pub workflows: Option<WorkflowSettings>,
    /// What was checked before.
    pub checks: Vec<Check>,
}

/// Checks, and the plan where they let it be.
pub struct PreparedSetup<'a> {
    pub(super) writer: Writer<'a>,
    pub(super) checks: Vec<Check>,
    pub(super) plan: Option<SetupPlan>,
}

/// Checks and plans.
///
/// # Errors
/// A cluster is another than the one that is named; there is no token; or a service refuses to say what exists although
/// every check passed.
pub async fn prepare_setup<'a>(
    context: &'a Context,
    start: SetupStart,
) -> Result<PreparedSetup<'a>, Box<dyn Failure>> {
    let SetupStart { mut request, clusters, credentials, workflows, checks: before } = start;
    request.credentials = credentials.roles();
    request.has_service_principal = credentials.service_principal.is_some();
    let names = names(&request.project, &request.environments, &request.target);
    let has_names = names.outcome == CheckOutcome::Passed;
    let mut checks = vec![names];
    checks.extend(before);
    checks.extend(left_out(&request));
    let github = context.open_github().await?;
    let (clusters, default_branch) = join!(
        delivery_clusters(context, &clusters, &request.environments).boxed_local(),
        default_branch(&github, &request.project),
    );
    let clusters = clusters?;
    if let Some(settings) = workflows {
        let files = workflow_files(&WorkflowSettings { default_branch, ..settings })?;
        request.workflows = files.into_iter().map(|file| ((file.role, file.path), file.content)).collect();
    }
    let of = |cluster: &DeliveryCluster| SetupCluster {
        arc: cluster.arc.clone(),
        environments: cluster.environments.clone(),
    };
    request.clusters = clusters.iter().map(of).collect();
    let mut observed = None;
    // Names that are not valid would be paths of other things.
    if has_names {
        let found = observe(context, &github, &request, &clusters).boxed_local().await;
        checks.extend(found.checks);
        observed = Some(found.observed);
    }
    let is_failed = checks.iter().any(|check| check.outcome == CheckOutcome::Failed);
    let plan = match observed {
        Some(observed) if !is_failed => Some(plan(&request, &observed?)),
        _ => None,
    };
    let writer = Writer::new(context, github, request, clusters, credentials);
    Ok(PreparedSetup { writer, checks, plan })
}

impl PreparedSetup<'_> {
    /// The checks.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// What is asked for.
    pub fn request(&self) -> &SetupRequest {
        &self.writer.request
    }

    /// The plan; `None` where a check failed.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref().map(|plan| &plan.plan)
    }

    /// How a command ends that goes no further because of the checks.
    pub fn exit(&self) -> Exit {
        let failed = self.checks.iter().filter(|check| check.outcome == CheckOutcome::Failed);
        let exits: Vec<Exit> = failed.map(|check| check.exit).collect();
        let denied = exits.iter().find(|exit| **exit == Exit::Denied);
        denied.or(exits.first()).copied().unwrap_or(Exit::Done)
    }
}

/// The branch whose pushes are built: that of the source repository where it exists, else the one that it will have.
/// What goes wrong with the question is told by the checks, which ask it again.
async fn default_branch(github: &Github, project: &Project) -> String {
    let found = github.repository(&project.source).await.ok().flatten();
    found.map_or_else(|| "main".to_owned(), |repository| repository.default_branch)
}

fn names(project: &Project, environments: &[String], target: &str) -> Check {
    const NAME: &str = "names";
    let problems = name_problems(project, environments, target);
    if problems.is_empty() {
        return Check::passed(NAME, "they fit every service");
    }
    let told: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.subject, problem.rule)).collect();
    let fix = "choose names that fit with --project, --environments and --target".to_owned();
    Check::failed(NAME, told.join("; "), fix).with_exit(Exit::Usage)
}

/// What of the application's folder is not taken, so that nobody misses it later.
fn left_out(request: &SetupRequest) -> Option<Check> {
    const SHOWN: usize = 5;
    let skipped = &request.application.skipped;
    if skipped.is_empty() {
        return None;
    }
    let mut told: Vec<String> =
        skipped.iter().take(SHOWN).map(|skipped| format!("{} ({})", skipped.path, skipped.why)).collect();
    if skipped.len() > SHOWN {
        told.push(format!("{} more", skipped.len() - SHOWN));
    }
    Some(Check::warning("application", format!("left out: {}", told.join(", ")), None))
}

/// What was found, and the checks of it.
struct SetupObservation {
    checks: Vec<Check>,
    observed: Result<ObservedSetup, Box<dyn Failure>>,
}

async fn observe(
    context: &Context,
    github: &Github,
    request: &SetupRequest,
    clusters: &[DeliveryCluster],
) -> SetupObservation {
    let asked = join_all(
        clusters
            .iter()
            .zip(&request.clusters)
            .map(async |(cluster, own)| observe_one_cluster(context, request, cluster, own).await),
    );
    // Boxed, for together they are larger than a thread's stack likes.
    let (repositories, facts, asked, other_configurations) = join!(
        observe_github(github, request).boxed_local(),
        github_facts(github, request).boxed_local(),
        asked.boxed_local(),
        other_configurations(context, request, clusters).boxed_local(),
    );
    let known = repositories.as_ref().cloned().unwrap_or_default();
    let mut checks = github_checks(request, &known, &facts);
    let mut observed = ObservedSetup {
        repositories: known,
        other_configurations: other_configurations.unwrap_or_default(),
        clusters: Vec::new(),
    };
    let mut failure = repositories.err().map(|error| Box::new(error) as Box<dyn Failure>);
    for (own, cluster) in asked {
        checks.extend(own);
        match cluster {
            Ok(cluster) => observed.clusters.push(cluster),
            Err(error) => failure = Some(failure.unwrap_or(error)),
        }
    }
    checks.extend(credential_checks(request, Some(&observed)));
    if other_configurations.is_none() && !request.skips_flux {
        let evidence = "Resource Graph does not say which other clusters follow the gitops repository";
        checks.push(Check::not_checked("other clusters", evidence, None));
    }
    SetupObservation { checks, observed: failure.map_or(Ok(observed), Err) }
}

/// The checks of a cluster, and what it has.
async fn observe_one_cluster(
    context: &Context,
    request: &SetupRequest,
    cluster: &DeliveryCluster,
    own: &SetupCluster,
) -> (Vec<Check>, Result<ObservedArcCluster, Box<dyn Failure>>) {
    let azure = match context.azure().client(cluster.cloud.as_ref()) {
        Ok(azure) => azure,
        Err(error) => return (Vec::new(), Err(error.into())),
    };
    let namespaces: Vec<String> =
        cluster.environments.iter().map(|environment| request.project.namespace(environment)).collect();
    let state = observe_azure(&azure, cluster).await;
    let extension = state.as_ref().map(|state| state.extension.as_ref());
    let (facts, observed) = join!(azure_facts(&azure, cluster, &namespaces, extension), async {
        match &state {
            Ok(state) => observe_cluster(request, cluster, state).await.map_err(Into::into),
            Err(error) => Err(error.clone().into()),
        }
    });
    (azure_checks(request, own, &facts), observed)
}

/// How many configurations on other clusters follow the gitops repository; `None` where nobody says so.
async fn other_configurations(
    context: &Context,
    request: &SetupRequest,
    clusters: &[DeliveryCluster],
) -> Option<usize> {
    let cloud = clusters.first().and_then(|cluster| cluster.cloud.as_ref());
    let azure = context.azure().client(cloud).ok()?;
    let count = async |azure: &Azure| -> Result<usize, AzureError> {
        let query = GraphQuery::flux_configurations(Some(&request.gitops_url()), GraphScope::Everything);
        let found = azure.resource_graph(&query).await?;
        let read = found.rows.iter().filter_map(FluxConfiguration::read);
        let is_other = |found: &FluxConfiguration| {
            is_same_repository(&found.url, &request.gitops_url())
                && !clusters.iter().any(|cluster| cluster.arc == found.cluster)
        };
        Ok(read.filter(is_other).count())
    };
    count(&azure).await.ok()
}
