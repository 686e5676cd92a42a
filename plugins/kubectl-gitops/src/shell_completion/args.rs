//! The command line.

use clap::ValueEnum;

const EXAMPLES: &str = "\
`kubectl gitops <TAB>` and `kubectl gitops-status <TAB>` need no script but
what `kubectl gitops link` makes, and kubectl's own completion
(`kubectl completion --help`). The scripts complete the programs called by
their own names: `kubectl-gitops <TAB>`, `kubectl-gitops_status <TAB>`.

Examples:
  # bash: in this shell; in every new one
  source <(kubectl gitops completion bash)
  echo 'source <(kubectl gitops completion bash)' >> ~/.bashrc

  # zsh: in this shell; in every new one, where ~/.zfunc is in fpath
  source <(kubectl gitops completion zsh)
  mkdir -p ~/.zfunc && kubectl gitops completion zsh > ~/.zfunc/_kubectl-gitops

  # fish: in this shell; in every new one
  kubectl gitops completion fish | source
  mkdir -p ~/.config/fish/conf.d && kubectl gitops completion fish \\
    > ~/.config/fish/conf.d/kubectl-gitops.fish

  # PowerShell: in this shell; in every new one with the last line in $PROFILE
  kubectl gitops completion powershell > ~/kubectl-gitops.ps1
  . ~/kubectl-gitops.ps1

Exit codes:
  0  printed
  2  the command line cannot be used";

/// Print the script that makes a shell complete the commands
///
/// What it offers comes from the commands themselves while the line is typed: their flags, formats, contexts and
/// namespaces.
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops completion", bin_name = "kubectl gitops completion", after_help = EXAMPLES)]
pub(crate) struct CompletionArgs {
    /// The shell: bash, zsh, fish or powershell
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    pub(super) shell: Shell,
}

/// A shell that completes by a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// The GNU shell, 3.2 (of macOS) or newer
    Bash,
    /// The Z shell
    Zsh,
    /// The friendly interactive shell
    Fish,
    /// PowerShell
    #[value(name = "powershell", alias = "pwsh")]
    PowerShell,
}
