//! The scripts: templates in which the names of the programs are filled in. Each is text that a shell reads once; no
//! candidate ever becomes text that a shell reads as a command.

use crate::installation::FRONT;
use crate::plugins::plugins;

use super::args::Shell;

/// Where a template has the programs' names.
const PROGRAMS: &str = "@PROGRAMS@";

/// The script that makes a shell complete the suite's programs.
pub fn script(shell: Shell) -> String {
    let plugins = plugins().into_iter().map(|plugin| plugin.program());
    let programs: Vec<String> = std::iter::once(FRONT.to_owned()).chain(plugins).collect();
    script_for(shell, &programs)
}

/// The script that makes a shell complete these programs.
pub fn script_for(shell: Shell, programs: &[String]) -> String {
    let template = match shell {
        Shell::Bash => include_str!("../../templates/kubectl-gitops.bash"),
        Shell::Zsh => include_str!("../../templates/_kubectl-gitops"),
        Shell::Fish => include_str!("../../templates/kubectl-gitops.fish"),
        Shell::PowerShell => include_str!("../../templates/kubectl-gitops.ps1"),
    };
    template.replace(PROGRAMS, &listed(shell, programs))
}

/// The script that kubectl asks for completion, for packages that install no links: one text under the names
/// `kubectl_complete-gitops` and `kubectl_complete-gitops_<command>`.
pub fn kubectl_script() -> String {
    include_str!("../../templates/kubectl_complete-gitops").to_owned()
}

/// The names of the programs as a list of the shell's.
fn listed(shell: Shell, names: &[String]) -> String {
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Fish => names.join(" "),
        Shell::PowerShell => {
            let names = names.iter().map(|name| format!("'{name}', '{name}.exe'"));
            names.collect::<Vec<_>>().join(", ")
        }
    }
}
