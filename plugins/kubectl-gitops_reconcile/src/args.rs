//! The command line.

use std::time::Duration;

use gitops_core::cli::{ClusterArgs, EnvironmentArgs, GithubArgs, OutputArgs, PlanArgs, duration};

const EXAMPLES: &str = "\
Examples:
  # Show the plan, ask, and wait until Flux has handled every request
  kubectl gitops-reconcile -n dev-hello

  # Go on until the environment is deployed or has failed
  kubectl gitops-reconcile -n dev-hello --wait

  # The plan alone
  kubectl gitops-reconcile -n dev-hello --dry-run

  # For programs
  kubectl gitops-reconcile -n dev-hello --yes -o json

A suspended object would acknowledge the request and do nothing. It is not asked
but named, with the command that resumes it. A request that an earlier run made
and that is not handled yet is waited for and not repeated.

Exit codes:
  0  every request was handled, and with --wait the environment is deployed;
     with --dry-run: the plan was shown
  1  a request, or with --wait the environment, failed
  2  the command line or kubeconfig cannot be used
  3  something is suspended, or the answer to the question was no
  4  not authenticated, or not allowed
  5  no such namespace, or nothing is delivered to it
  8  not handled, or with --wait not deployed, within --timeout";

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
    /// Wait afterwards until the environment is deployed, or is known to have failed
    #[arg(long, help_heading = "Changes")]
    pub(crate) wait: bool,
    /// How long to wait until everything was handled, such as 30s, 5m or 1h
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "5m",
        value_parser = duration,
        help_heading = "Changes"
    )]
    pub(crate) timeout: Duration,
}
