//! Flags of `--wait`.

use std::time::Duration;

use gitops_core::cli::duration;
use gitops_core::model::post_deployment::{AwaitedDeployment, OfflinePolicy, RequiredShare};

/// What is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum WaitFor {
    /// Applied everywhere, and workloads ready
    #[default]
    Deployed,
    /// Applied everywhere
    Synced,
    /// Compliant everywhere, as Azure says
    Compliant,
}

/// What becomes of clusters that Azure does not hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum OfflineChoice {
    /// They keep the gate closed
    Fail,
    /// They are listed and not counted
    Defer,
}

/// How --wait decides.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Waiting")]
pub(crate) struct WaitArgs {
    /// Wait until every cluster that follows the environment's branch has applied the commit: the post-deployment gate
    #[arg(long, conflicts_with_all = ["watch", "exit_code", "failing", "fleet", "all_namespaces", "selector"])]
    pub(crate) wait: bool,
    /// What to wait for: deployed (applied, and workloads ready), synced (applied) or compliant (as Azure says)
    #[arg(
        long = "for",
        value_name = "STATE",
        value_enum,
        default_value_t,
        ignore_case = true,
        hide_possible_values = true,
        requires = "wait"
    )]
    pub(crate) awaited: WaitFor,
    /// How long to wait, such as 30s, 5m or 1h [default: longer than Flux and Azure may take together]
    #[arg(long, value_name = "DURATION", value_parser = duration, requires = "wait")]
    pub(crate) timeout: Option<Duration>,
    /// How many clusters there must be [default: those that .gitops/pipeline.yaml lists for the environment]
    #[arg(long, value_name = "N", requires = "wait")]
    pub(crate) expect: Option<usize>,
    /// Succeed where no cluster follows the branch
    #[arg(long, requires = "wait", conflicts_with = "expect")]
    pub(crate) allow_none: bool,
    /// Clusters that Azure does not hear of: fail keeps the gate closed, defer lists them and does not count them
    /// [default: what .gitops/pipeline.yaml says, else fail]
    #[arg(
        long,
        value_name = "POLICY",
        value_enum,
        ignore_case = true,
        hide_possible_values = true,
        requires = "wait"
    )]
    pub(crate) offline: Option<OfflineChoice>,
    /// How many of the clusters must succeed: a number, or a percentage such as 90% [default: what
    /// .gitops/pipeline.yaml says, else all of them]
    #[arg(long, value_name = "SHARE", requires = "wait")]
    pub(crate) require: Option<RequiredShare>,
    /// How long to tolerate a failure that another attempt may recover; a failed health check is final [default: what
    /// .gitops/pipeline.yaml says, else 60s]
    #[arg(long, value_name = "DURATION", value_parser = duration, requires = "wait")]
    pub(crate) grace: Option<Duration>,
    /// Maximum number of configurations to confirm with Resource Manager at one look, beyond Resource Graph
    #[arg(long, value_name = "N", default_value_t = 200, requires = "wait")]
    pub(crate) confirm: usize,
}

impl WaitArgs {
    /// What is waited for.
    pub(crate) fn awaited_state(&self) -> AwaitedDeployment {
        match self.awaited {
            WaitFor::Deployed => AwaitedDeployment::Deployed,
            WaitFor::Synced => AwaitedDeployment::Synced,
            WaitFor::Compliant => AwaitedDeployment::Compliant,
        }
    }

    /// What becomes of silent clusters, where that was chosen.
    pub(crate) fn offline_policy(&self) -> Option<OfflinePolicy> {
        self.offline.map(|choice| match choice {
            OfflineChoice::Fail => OfflinePolicy::Fail,
            OfflineChoice::Defer => OfflinePolicy::Defer,
        })
    }
}
