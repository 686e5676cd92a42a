//! From the command line to what set-up begins with.

use std::collections::{BTreeMap, BTreeSet};

use gitops_core::cli::Session;
use gitops_core::flow::{SetupStart, read_application_folder, suite_release};
use gitops_core::model::application::{application, image_name, sample_folder};
use gitops_core::model::setup::SetupRequest;
use gitops_core::model::workflow_file::WorkflowSettings;
use gitops_core::model::{Check, Failure, Unread};

use crate::args::{Args, ReleaseArgs};
use crate::credentials::credentials;
use crate::release::given_release;

/// The host of container images.
const REGISTRY: &str = "ghcr.io";

/// What set-up begins with.
///
/// # Errors
/// A value of the command line cannot be used, or the application's folder cannot be read.
pub(crate) async fn start(args: &Args, session: &Session) -> Result<SetupStart, Box<dyn Failure>> {
    let project = args.project.project(session)?;
    let access = args.github.access(session);
    let (workflows, release) = workflows(&args.release, session).await?;
    let image = image_name(REGISTRY, &project.source);
    let folder = match &args.app {
        Some(folder) => read_application_folder(&session.folder.join(folder))?,
        None => sample_folder(&image),
    };
    let application = application(&folder, project.name())?;
    let target = args.target.clone().unwrap_or_else(|| project.name().to_owned());
    let request = SetupRequest {
        environments: args.environments.iter().map(|name| name.trim().to_owned()).collect(),
        target,
        clusters: Vec::new(),
        visibility: args.visibility.visibility(),
        skips_flux: args.skip_flux,
        overwrites: args.force,
        server: access.server.value.clone(),
        registry: REGISTRY.to_owned(),
        application,
        workflows: BTreeMap::new(),
        credentials: BTreeSet::new(),
        has_service_principal: false,
        project,
    };
    let (clusters, credentials) = (args.clusters.selection(), credentials(&session.env_vars));
    Ok(SetupStart { request, clusters, credentials, workflows, checks: vec![release] })
}

/// The settings of the workflows, where the release that they install is known, and the check of it: from its digests where
/// they are given, else as its host publishes it.
///
/// # Errors
/// Digests are given that cannot be used.
async fn workflows(
    args: &ReleaseArgs,
    session: &Session,
) -> Result<(Option<WorkflowSettings>, Check), Box<dyn Failure>> {
    const NAME: &str = "release";
    let (release, evidence) = match given_release(args)? {
        Ok(release) => (Ok(release), "by the digests that are given"),
        Err(url) => (suite_release(&session.release_source(url)).await, "as its host publishes it"),
    };
    Ok(match release {
        Ok(release) => {
            let check = Check::passed(NAME, format!("{} {evidence}", release.version));
            let mut settings = WorkflowSettings::new(release);
            settings.runner.clone_from(&args.runner);
            (Some(settings), check)
        }
        Err(error) => (None, Unread::of(&error).failed(NAME)),
    })
}
