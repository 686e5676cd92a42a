//! The command line.

use std::time::Duration;

use gitops_core::cli::{ClusterArgs, EnvironmentArgs, GithubArgs, OutputArgs, PlanArgs, duration};

const EXAMPLES: &str = "\
Examples:
  kubectl gitops-reconcile -n dev-hello                  asks, waits until it was handled, says what happened
  kubectl gitops-reconcile -n dev-hello --wait           goes on until the environment is deployed, or failed
  kubectl gitops-reconcile -n dev-hello --dry-run        what would be asked
  kubectl gitops-reconcile -n dev-hello --yes -o json    for programs

A suspended object acknowledges a request and does nothing, so it is not asked: it is named, with the command
that resumes it. A request that an earlier run made, and that nobody handled yet, is waited for.

Exit codes:
  0 handled, and with --wait deployed   1 it failed   2 usage   3 something is suspended, or the answer was no
  4 not allowed   5 no such namespace   8 not handled, or with --wait not deployed, within --timeout";

/// Ask Flux to fetch and apply an environment now
///
/// Asks the sources of an environment first, then the kustomizations that build from them, with the annotation
/// `reconcile.fluxcd.io/requestedAt`, and waits until each was handled. Shows its plan and asks before it changes
/// anything.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-reconcile", bin_name = "kubectl gitops-reconcile", version, after_help = EXAMPLES)]
pub struct Args {
    /// Which environment.
    #[command(flatten)]
    pub(crate) environment: EnvironmentArgs,
    /// How the cluster is connected to.
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    /// How GitHub is asked.
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    /// Whether anything is changed.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// How the answer looks.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Then wait until the environment is deployed, or is known to have failed
    #[arg(long)]
    pub(crate) wait: bool,
    /// How long everything may take: 30s, 5m, 1h
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub(crate) timeout: Duration,
}
