//! The suite itself in every shell, by its own scripts.

use kubectl_gitops::{Shell as Script, script};

use super::machine::Machine;
use super::shell::{Running, Shell};

/// A shell with the suite's script.
pub(super) fn start<'a>(shell: Shell, machine: &'a Machine) -> Option<Running<'a>> {
    let script = script(match shell {
        Shell::Bash | Shell::BashCompletion => Script::Bash,
        Shell::Zsh => Script::Zsh,
        Shell::Fish => Script::Fish,
    });
    shell.start(machine, &script)
}

#[test]
fn every_shell_completes_commands_flags_and_values() {
    for shell in Shell::ALL {
        let machine = Machine::with_suite();
        std::fs::create_dir(machine.home().join("folder")).expect("a folder");
        let Some(mut running) = start(shell, &machine) else { continue };
        for (line, completed) in [
            ("kubectl-gitops recon", "kubectl-gitops reconcile"),
            ("kubectl-gitops status -o j", "kubectl-gitops status -o json"),
            ("kubectl-gitops_status --output=y", "kubectl-gitops_status --output=yaml"),
            ("kubectl-gitops_status --sort", "kubectl-gitops_status --sort-by"),
            ("kubectl-gitops completion f", "kubectl-gitops completion fish"),
            ("kubectl-gitops_lab up --scenario crash", "kubectl-gitops_lab up --scenario crash-loop"),
            ("kubectl-gitops lab up --scenario crash", "kubectl-gitops lab up --scenario crash-loop"),
            ("kubectl-gitops link --dir fo", "kubectl-gitops link --dir folder/"),
        ] {
            let typed = running.complete(line);
            assert_eq!(typed.line.trim_end(), completed, "{shell:?}: {typed:?}");
        }
        let commands = running.complete("kubectl-gitops ");
        for word in ["status", "reconcile", "lab", "link", "version"] {
            assert!(commands.shown.contains(word), "{shell:?}: {commands:?}");
        }
    }
}
