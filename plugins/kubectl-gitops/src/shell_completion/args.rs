//! The command line.

use clap::ValueEnum;

const EXAMPLES: &str = "\
Examples:
  # bash: in this shell; in every new one
  source <(kubectl gitops completion bash)
  kubectl gitops completion bash \\
    > ~/.local/share/bash-completion/completions/kubectl-gitops

  # zsh: in this shell; in every new one, where ~/.zfunc is in fpath
  source <(kubectl gitops completion zsh)
  kubectl gitops completion zsh > ~/.zfunc/_kubectl-gitops

  # fish: in this shell; in every new one
  kubectl gitops completion fish | source
  kubectl gitops completion fish \\
    > ~/.config/fish/completions/kubectl-gitops.fish

  # PowerShell: in this shell; in every new one with the last line in $PROFILE
  kubectl gitops completion powershell > ~/kubectl-gitops.ps1
  . ~/kubectl-gitops.ps1

The scripts complete `kubectl-gitops <TAB>` and `kubectl-gitops_status <TAB>`.
The folder of bash is read when `kubectl-gitops` is completed; for the other
names put the line with `source` into ~/.bashrc instead.

`kubectl gitops-status <TAB>` needs kubectl's own completion
(`kubectl completion --help`), and programs that kubectl asks, which
`kubectl gitops link` makes. It needs no script.

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
