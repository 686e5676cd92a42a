//! The command line.

use std::time::Duration;

use gitops_core::cli::{
    ArcClusterArgs, ClusterArgs, GithubArgs, OutputArgs, PlanArgs, ProjectArgs, duration,
};
use gitops_core::flow::CleanupRequest;
use gitops_core::model::cleanup::CleanupOptions;
use gitops_core::model::pipeline::Project;
use gitops_core::model::shell_word;

const EXAMPLES: &str = "\
Examples:
  # Show what exists, ask for the project's name, and delete it
  kubectl gitops-cleanup --project contoso/hello --cluster edge-1 \\
    --resource-group rg-edge

  # What exists, and what would be deleted
  kubectl gitops-cleanup --project contoso/hello --dry-run

  # One environment alone; GITOPS_ORG names the organisation
  kubectl gitops-cleanup --project hello --environments dev --keep-repositories

  # Stop delivery, and let everything run on
  kubectl gitops-cleanup --project hello --keep-workloads --keep-repositories

Flux configurations go first, so that Flux can still fetch while it prunes; then
namespaces, then repositories. Each is looked for afterwards until it is gone.
Nothing is found by the beginning of its name: a configuration is the project's
by the repository that it follows, a namespace by labels or by what is in it, a
repository by its variables. Packages, service principals and tokens stay, and
are named. It can be run again, whatever stopped it.

Exit codes:
  0  nothing is left, or all of it was deleted and is gone; with --dry-run: the
     plan was shown
  1  something remains: a deletion failed, or is not known to have ended
  2  the command line or kubeconfig cannot be used
  3  something is refused as things stand, a context is of another cluster, or
     the answer to the question was another name
  4  not authenticated, or not allowed
  5  no such organisation";

/// Delete what was set up for a project: Flux configurations, namespaces, repositories
///
/// Finds what exists of a project in Azure, in its clusters and on GitHub, shows it, and deletes it once the project's
/// name was typed. Says what else follows the repositories, what pruning removes and what stays.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-cleanup", bin_name = "kubectl gitops-cleanup", version, after_help = EXAMPLES)]
pub struct Args {
    /// Which project.
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Environments of the project, of which others stay [default: all that are found]
    #[arg(
        long,
        value_name = "ENVIRONMENT",
        value_delimiter = ',',
        value_parser = environment,
        help_heading = "Pipeline"
    )]
    pub(crate) environments: Vec<String>,
    /// Which clusters.
    #[command(flatten)]
    pub(crate) clusters: ArcClusterArgs,
    /// How clusters are connected to.
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    /// How GitHub is asked.
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    /// Whether anything is changed.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// What is kept, and what is done although it would be refused.
    #[command(flatten)]
    pub(crate) extent: ExtentArgs,
    /// How the answer looks.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// How far a cleanup goes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Changes")]
pub(crate) struct ExtentArgs {
    /// Keep the repositories
    #[arg(long)]
    keep_repositories: bool,
    /// Keep what runs, with its namespaces: pruning is stopped before a configuration is deleted
    #[arg(long)]
    keep_workloads: bool,
    /// Delete the project's configurations on clusters that are not named, too
    #[arg(long)]
    all_clusters: bool,
    /// Let Azure forget configurations of clusters that it does not hear of; what runs there stays
    #[arg(long)]
    force_delete: bool,
    /// Take away the finalizers that hold a namespace which is being deleted
    #[arg(long)]
    free_stuck: bool,
    /// Delete what has the project's names and does not look like the project's, too
    #[arg(long)]
    force: bool,
    /// How long to wait until everything is gone, such as 5m or 1h
    #[arg(long, value_name = "DURATION", default_value = "20m", value_parser = duration)]
    pub(crate) timeout: Duration,
}

impl Args {
    /// What is asked for.
    pub(crate) fn request(&self, project: &Project) -> CleanupRequest {
        let extent = &self.extent;
        let options = CleanupOptions {
            keeps_repositories: extent.keep_repositories,
            keeps_workloads: extent.keep_workloads,
            has_all_clusters: extent.all_clusters,
            is_delete_forced: extent.force_delete,
            frees_stuck: extent.free_stuck,
            is_forced: extent.force,
            command: self.command(project),
        };
        CleanupRequest {
            project: project.clone(),
            selection: self.clusters.selection(),
            environments: self.environments.clone(),
            options,
        }
    }

    /// The command as it was typed, for remedies that repeat it.
    fn command(&self, project: &Project) -> String {
        let selection = self.clusters.selection();
        let mut words = vec![format!(
            "kubectl gitops-cleanup --org {} --project {}",
            shell_word(project.organization()),
            shell_word(project.name())
        )];
        let mut add = |flag: &str, value: &str| words.push(format!("{flag} {}", shell_word(value)));
        if !self.environments.is_empty() {
            add("--environments", &self.environments.join(","));
        }
        selection.clusters.iter().for_each(|cluster| add("--cluster", &cluster.to_string()));
        let values = [
            ("--resource-group", &selection.resource_group),
            ("--subscription", &selection.subscription),
            ("--context", &selection.context),
        ];
        values
            .iter()
            .filter_map(|(flag, value)| Some((flag, value.as_ref()?)))
            .for_each(|(flag, value)| add(flag, value));
        let flags = [
            ("--keep-repositories", self.extent.keep_repositories),
            ("--keep-workloads", self.extent.keep_workloads),
            ("--all-clusters", self.extent.all_clusters),
            ("--force-delete", self.extent.force_delete),
            ("--free-stuck", self.extent.free_stuck),
            ("--force", self.extent.force),
        ];
        words.extend(flags.iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| (*flag).to_owned()));
        words.join(" ")
    }
}

/// An environment is a branch, a part of names, and a value of labels.
fn environment(text: &str) -> Result<String, String> {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let refusal = "an environment's name is 1 to 63 letters, digits and any of '-', '_' and '.'";
    (begins && text.len() <= 63 && text.bytes().all(is_inner))
        .then(|| text.to_owned())
        .ok_or_else(|| refusal.to_owned())
}
