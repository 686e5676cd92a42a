//! The command line.

use gitops_core::cli::{ClusterArgs, EnvironmentsArgs, GithubArgs, OutputArgs};

const EXAMPLES: &str = "\
Examples:
  # One environment, by its namespace
  kubectl gitops-applied -n dev-hello

  # Every environment of the cluster, for programs
  kubectl gitops-applied -A -o json

Exit codes:
  0  answered, in part at least
  1  no answer, or no kubeconfig
  2  the command line or kubeconfig cannot be used
  4  not authenticated, or not allowed to read anything
  5  no such namespace, or no Flux object deploys to it";

/// Which revision every environment runs
///
/// Tells the revision of the gitops repository that is applied, not the one that is fetched. Changes nothing.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-applied", bin_name = "kubectl gitops-applied", version, after_help = EXAMPLES)]
pub struct Args {
    /// Which environments.
    #[command(flatten)]
    pub(crate) environments: EnvironmentsArgs,
    /// How clusters are connected to.
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    /// How GitHub is asked.
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    /// How the answer looks.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Print revisions as Flux writes them, with their branch and the whole commit
    #[arg(long, help_heading = "Output")]
    pub(crate) full: bool,
}
