//! The command line.

use std::path::PathBuf;

use clap::ValueHint;

const EXAMPLES: &str = "\
Examples:
  # Beside the front; where Krew installed it, beside Krew's own link
  kubectl gitops link

  # In a folder of yours
  kubectl gitops link --dir ~/.local/bin

  # What would be done
  kubectl gitops link --dry-run

  # Before the suite is uninstalled
  kubectl gitops link --remove

A name is a symbolic link to the front, which outlives an upgrade. Where none
can be made it is a hard link, else a copy: link again after an upgrade then.
A program of such a name that is none of the suite's is left alone. The lab has
its names only where it lies beside the front.

Exit codes:
  0  every name is linked, or removed
  1  a link cannot be made or removed
  2  the command line cannot be used
  3  another program has one of the names; the others are linked, or with
     --dry-run would be";

/// Link the names under which kubectl finds the commands and completes them
///
/// Makes `kubectl-gitops_<command>`, which kubectl runs for `kubectl gitops-<command>`, and
/// `kubectl_complete-gitops` and `kubectl_complete-gitops_<command>`, which it asks for completion. What is linked
/// already is kept, and a link that was made earlier and points elsewhere is replaced.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops link", bin_name = "kubectl gitops link", after_help = EXAMPLES)]
pub(crate) struct LinkArgs {
    /// The folder of the links [default: where the front is found]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dir: Option<PathBuf>,
    /// Remove the links
    #[arg(long)]
    pub(super) remove: bool,
    /// Show the plan and change nothing
    #[arg(long, help_heading = "Changes")]
    pub(super) dry_run: bool,
}
