//! The command line.

use std::path::PathBuf;

use gitops_core::cli::{ClusterArgs, EnvironmentsArgs, GithubArgs, OutputArgs, PipelineArgs, SortBy};
use gitops_core::model::verdict::{EnvironmentStatus, Picture, Reason, Standing};
use gitops_core::model::{Exit, World};

use crate::fleet::FleetArgs;
use crate::wait::WaitArgs;

const EXAMPLES: &str = "\
Examples:
  # The pipeline that deploys to a namespace, and one environment of it
  kubectl gitops-status -n dev-hello
  kubectl gitops-status -n dev-hello --environment qa

  # The same by its name; GitHub and Azure alone where no cluster is at hand
  kubectl gitops-status --project contoso/hello

  # These environments alone
  kubectl gitops-status dev-hello qa-hello

  # Every pipeline this cluster carries, and only what somebody should look at
  kubectl gitops-status -A
  kubectl gitops-status -A --failing

  # Those whose namespaces have a label, the worst first
  kubectl gitops-status -l team=web --sort-by standing

  # Again whenever the verdict changes
  kubectl gitops-status -n dev-hello --watch

  # What the cluster said, for a bug report: secrets are left out,
  # and names of hosts and users replaced
  kubectl gitops-status -n dev-hello --watch --record incident.json

  # Thousands of clusters: how many stand where, and which are not well
  kubectl gitops-status --fleet --project contoso/hello

  # The post-deployment gate: every cluster has applied the newest commit
  kubectl gitops-status --wait --project contoso/hello --environment dev

  # The same in a workflow, for fleets, with the commit status
  kubectl gitops-status --wait --environment prod --revision $COMMIT \\
    --require 90% --offline defer --record

  # For programs: a document, and exit code 3 where something is Failed
  kubectl gitops-status -A -o json --exit-code

Standings, the worst first:
  Failed            something must be done
  Suspended         delivery was stopped on purpose
  Unknown           what is said of it cannot be relied on, or nobody who
                    knows could be asked
  Held              a person keeps it at what it has until the hold is lifted
  Reconciling       the newest fetched revision is being applied, or its
                    health awaited
  Syncing           a newer revision is fetched and not attempted yet
  AwaitingApproval  nothing was ever applied, and somebody must approve first
  Rendering         nothing was ever applied, and its manifests are being
                    rendered
  Building          nothing was ever applied, and its image is being built
  NotDeployed       nothing was ever applied; the reason says what is awaited,
                    or missing
  Deployed          the newest fetched revision is applied and its workloads
                    are there

A table shows the version that is applied, never one that is only fetched:
  ENVIRONMENT   STANDING   VERSION    READY   AGE   REASON
  dev           Deployed   0.0.1-42   2/2     5m    Applied
  qa            Syncing    0.0.1-41   2/2     3d    NewRevision
With -o wide come COMMIT (of the source), CLUSTERS (on how many of all that
follow it everything is applied), TESTED (the end-to-end verdict), TARGET (the
folders), CONFIGS and GITOPS (commits of the other two repositories),
PULL REQUEST (those that are open) and MESSAGE.
READY is `?` where workloads may not be read, `-` where none is expected, and
`-` with the cluster's name where that is one without a context.
AGE is the time since its standing or reason last changed, where the cluster
keeps that.
COMPLIANCE, where the line has room for it, is what Azure was told, and how long
ago, where a Flux configuration of Azure delivers there; `Compliant?` where that
cannot be relied on.

JSON and YAML also have the context, and of each environment since when it
stands there, what that was taken from (sinceFrom), and when its cluster
answered (asOf). Scripts read them: columns of a table vary with its width.

Exit codes:
  0  answered, in part at least
  1  no answer, or no kubeconfig; with --exit-code: a cluster did not answer
  2  the command line, a file it names or the kubeconfig cannot be used
  3  with --exit-code: something is Failed; with --wait: it is not deployed
     (failed, superseded, blocked, or there is none)
  4  not authenticated, or not allowed to read anything
  5  no such namespace, environment or target, or no Flux object deploys to it
  8  with --wait: still pending at the deadline";

/// Where every environment stands, why, and what to type next
///
/// Reads Flux's kustomizations, Helm releases, and the workloads that they keep, and judges them; adds what GitHub
/// says of the branches they follow, where there is a token, and what Azure was told of what its agents made. Changes
/// nothing.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-status", bin_name = "kubectl gitops-status", version, after_help = EXAMPLES)]
pub struct Args {
    /// Which environments.
    #[command(flatten)]
    pub(crate) environments: EnvironmentsArgs,
    /// Which pipeline, and what of it.
    #[command(flatten)]
    pub(crate) pipeline: PipelineArgs,
    /// How clusters are connected to.
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    /// How GitHub is asked.
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    /// How the answer looks.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Watch, and show it again whenever the verdict changes (not at every change of the cluster). When an API server is
    /// lost the last table stays, with since when and why
    #[arg(short, long)]
    pub(crate) watch: bool,
    /// Only what somebody should look at: Failed, Suspended, Unknown, NotDeployed that waiting does not mend, and
    /// Deployed whose workloads do not run
    #[arg(long)]
    pub(crate) failing: bool,
    /// End with exit code 3 where something is Failed, else with 1 where a cluster did not answer
    #[arg(long, conflicts_with = "watch")]
    pub(crate) exit_code: bool,
    /// How --wait decides.
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    /// What --fleet shows.
    #[command(flatten)]
    pub(crate) fleet: FleetArgs,
    /// With --wait: write the commit status of the environment, at the start and at the end. Else: write what the cluster
    /// said to a new FILE, which `kubectl gitops-lab replay -f FILE` plays: with --watch as long as it goes on, else that
    /// moment. Secrets, values and variables are left out; names of hosts, accounts and users are replaced, the same ones
    /// alike
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        value_hint = clap::ValueHint::FilePath,
        help_heading = "Recording"
    )]
    pub(crate) record: Option<Option<PathBuf>>,
    /// Keep names of hosts, accounts and users in the recording
    #[arg(long, requires = "record", conflicts_with = "wait", help_heading = "Recording")]
    pub(crate) keep_names: bool,
    /// Print the rows of the table alone
    #[arg(long, help_heading = "Output")]
    pub(crate) no_headers: bool,
    /// Order: standing (the worst first), namespace, environment, age (the latest change first) or version
    #[arg(
        long,
        value_name = "ORDER",
        value_enum,
        ignore_case = true,
        hide_possible_values = true,
        conflicts_with = "wait",
        help_heading = "Output"
    )]
    pub(crate) sort_by: Option<SortBy>,
}

impl Args {
    /// Whether every environment is asked about.
    pub(crate) fn is_for_all(&self) -> bool {
        self.environments.may_select_several()
    }

    /// A picture in the order that was asked for.
    pub(crate) fn sorted(&self, mut picture: Picture) -> Picture {
        if let Some(order) = self.sort_by {
            order.sort(&mut picture.environments);
        }
        picture
    }

    /// A picture without what `--failing` leaves out.
    pub(crate) fn selected(&self, mut picture: Picture) -> Picture {
        picture.environments.retain(|environment| !self.failing || environment.is_failing());
        picture
    }

    /// How a picture ends the command.
    pub(crate) fn exit(&self, picture: &Picture) -> Exit {
        let is_failed =
            picture.environments.iter().any(|environment| environment.standing == Standing::Failed);
        let mut unheard =
            picture.unanswered_by(World::Cluster).filter(|unanswered| unanswered.what.is_none());
        let is_unread = |environment: &EnvironmentStatus| {
            environment.standing == Standing::Unknown
                && matches!(environment.reason, Reason::NoAnswer | Reason::NotReadable)
        };
        match () {
            () if !self.exit_code => Exit::Done,
            () if is_failed => Exit::NotSo,
            () if unheard.next().is_some() || picture.environments.iter().any(is_unread) => Exit::Failed,
            () => Exit::Done,
        }
    }
}
