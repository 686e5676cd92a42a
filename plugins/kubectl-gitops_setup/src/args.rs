//! The command line.

use std::path::PathBuf;

use gitops_core::cli::{ArcClusterArgs, ClusterArgs, GithubArgs, OutputArgs, PlanArgs, ProjectArgs};
use gitops_core::model::setup::Visibility;

const EXAMPLES: &str = "\
Examples:
  # Three repositories and two environments on one cluster; the plan alone
  kubectl gitops-setup --org contoso --project hello --cluster edge-1 \\
    --rg rg-edge --dry-run

  # The same, without a question
  kubectl gitops-setup --org contoso --project hello --cluster edge-1 \\
    --rg rg-edge --yes

  # Environments on different clusters, each with the context that reaches it
  kubectl gitops-setup --org contoso --project hello --environments dev,prod \\
    --cluster dev=rg-edge/edge-1@edge-1 --cluster prod=rg-prod/edge-2@edge-2

  # Your own application: its chart, or plain manifests, with its code
  kubectl gitops-setup --org contoso --project hello --app src/hello

Everything is checked before anything is changed. What exists is kept or brought
to what is wanted: run again, the command completes what an earlier run began,
adopts repositories that other scripts made, and extends the chain.

A file or variable that somebody changed stays as it is; the plan shows how it
differs, and --force replaces it. Values are never replaced.

Workflows and clusters get credentials of their own where these are given:
  GITOPS_SOURCE_TOKEN      workflows of configs and gitops, which start others
  GITOPS_DELIVERY_TOKEN    workflows that open pull requests in gitops
  GITOPS_PULL_TOKEN        clusters, which fetch gitops
  GITOPS_IMAGE_PULL_TOKEN  clusters, which pull images
  AZURE_CREDENTIALS_SP     workflows, which ask Azure what clusters have applied

Exit codes:
  0  it is set up; with --dry-run: the plan was shown
  1  a step failed
  2  the command line, or names in it, cannot be used
  3  a check failed, a step is blocked, or the answer to the question was no
  4  not authenticated, or not allowed
  5  the cluster is not there";

/// Make a pipeline: repositories, workflows, environments, Flux configurations
///
/// From an empty organisation and a cluster of Azure Arc to a pipeline that awaits its first merge. Checks first, shows its
/// plan and asks before it changes anything.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-setup", bin_name = "kubectl gitops-setup", version, after_help = EXAMPLES)]
pub struct Args {
    /// Which project.
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Environments, in the order of promotion
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "dev,qa",
        help_heading = "Pipeline"
    )]
    pub(crate) environments: Vec<String>,
    /// Folder of configs and gitops that is delivered [default: the project's name]
    #[arg(long, value_name = "PATH", help_heading = "Pipeline")]
    pub(crate) target: Option<String>,
    /// Folder with the application: a chart or plain manifests, and its code [default: a sample]
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath, help_heading = "Pipeline")]
    pub(crate) app: Option<PathBuf>,
    /// Which clusters of Azure Arc.
    #[command(flatten)]
    pub(crate) clusters: ArcClusterArgs,
    /// Leave Flux alone: make neither its extension nor configurations
    #[arg(long, help_heading = "Azure")]
    pub(crate) skip_flux: bool,
    /// How clusters are connected to.
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    /// How GitHub is asked.
    #[command(flatten)]
    pub(crate) github: GithubArgs,
    /// Who sees repositories that are created.
    #[command(flatten)]
    pub(crate) visibility: VisibilityArgs,
    /// Whether anything is changed.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// Replace workflows and variables that somebody changed, and take over namespaces of others
    #[arg(long, help_heading = "Changes")]
    pub(crate) force: bool,
    /// Which release of this suite the workflows install.
    #[command(flatten)]
    pub(crate) release: ReleaseArgs,
    /// How the answer looks.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Who sees repositories that are created.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
#[command(next_help_heading = "GitHub")]
pub(crate) struct VisibilityArgs {
    /// Create private repositories; the default
    #[arg(long)]
    private: bool,
    /// Create public repositories
    #[arg(long)]
    public: bool,
    /// Create repositories that the enterprise sees
    #[arg(long)]
    internal: bool,
}

/// Which release of this suite the workflows install.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Workflows")]
pub(crate) struct ReleaseArgs {
    /// Version of this suite that workflows install [default: this one]
    #[arg(long, value_name = "VERSION")]
    pub(crate) suite_version: Option<String>,
    /// Folder that its archives are downloaded from [default: that of the release]
    #[arg(long, value_name = "URL")]
    pub(crate) suite_url: Option<String>,
    /// Digest of its archive for amd64 or arm64; both are read from the release where they are not given
    #[arg(long, value_name = "ARCH=SHA256", value_delimiter = ',')]
    pub(crate) suite_sha256: Vec<String>,
    /// Label of the machines that jobs run on
    #[arg(long, value_name = "LABEL", default_value = "ubuntu-24.04")]
    pub(crate) runner: String,
}

impl VisibilityArgs {
    /// Who sees them.
    pub(crate) fn visibility(&self) -> Visibility {
        match self {
            Self { public: true, .. } => Visibility::Public,
            Self { internal: true, .. } => Visibility::Internal,
            _ => Visibility::Private,
        }
    }
}
