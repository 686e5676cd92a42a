//! The command line.

use gitops_core::cli::OutputArgs;

const EXAMPLES: &str = "\
Examples:
  # What is installed, for a person
  kubectl gitops version

  # With the programs that complete, too
  kubectl gitops version -o wide

  # For a bug report, or a program
  kubectl gitops version -o json

Roles:
  Front     the suite in one program, which answers this
  Lab       the offline lab, which the front runs
  Link      another name of the front
  External  a program that adds a command; it is named and not run
  Other     another program under a name of the suite's, which kubectl runs
            instead

Exit codes:
  0  answered
  2  the command line cannot be used";

/// Show what of the suite is installed, where, and in which version
///
/// Names the front, the lab beside it, the links to it on PATH and the programs that add commands.
/// `kubectl gitops --version` is the version alone.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops version", bin_name = "kubectl gitops version", after_help = EXAMPLES)]
pub(crate) struct VersionArgs {
    /// How the answer looks.
    #[command(flatten)]
    pub(super) output: OutputArgs,
}
