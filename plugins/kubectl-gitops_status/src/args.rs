//! The command line.

use gitops_core::cli::{ClusterArgs, EnvironmentsArgs, GithubArgs, OutputArgs};

const EXAMPLES: &str = "\
Examples:
  kubectl gitops-status -n dev-hello           one environment, by its namespace
  kubectl gitops-status -A                     every environment of the cluster
  kubectl gitops-status -n dev-hello --watch   again whenever the verdict changes
  kubectl gitops-status -A -o json             for programs

Standings, the worst first:
  Failed         something must be done
  Suspended      delivery was stopped on purpose
  Unknown        what the cluster says cannot be relied on, or may not be read
  Reconciling    the newest fetched revision is being applied, or its health awaited
  Syncing        a newer revision is fetched and not attempted yet
  NotDeployed    nothing was ever applied; the reason says what is awaited, or missing
  Deployed       the newest fetched revision is applied and its workloads are there

AGE is since when, as far as the cluster keeps that.

Exit codes:
  0  answered, in part at least
  1  no answer, or no kubeconfig
  2  wrong command line, or the kubeconfig cannot be used
  4  not authenticated, or not allowed to read anything
  5  no such namespace, or nothing is delivered to it";

/// Where every environment stands, why, and what to type next
///
/// Reads Flux's objects and the workloads they applied, and judges them; adds what GitHub says of the branches
/// they follow, where there is a token. Changes nothing.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-status", bin_name = "kubectl gitops-status", version, after_help = EXAMPLES)]
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
    /// Go on, and show it again whenever the verdict changes (not at every change of the cluster)
    #[arg(short, long)]
    pub(crate) watch: bool,
    /// Only what somebody should look at: failed, stopped, not known, or not deployed with nothing to wait for
    #[arg(long)]
    pub(crate) failing: bool,
    /// Print the rows of the table alone
    #[arg(long, help_heading = "Output")]
    pub(crate) no_headers: bool,
}

impl Args {
    /// Whether every environment is asked about.
    pub(crate) fn is_for_all(&self) -> bool {
        self.environments.are_all()
    }
}
