//! Every shell through kubectl's own completion, which asks what `link` made.

use std::path::PathBuf;
use std::process::Command;

use super::machine::Machine;
use super::shell::{Running, Shell};
use crate::support::find_tool;

/// The stock kubectls, oldest first.
pub(super) const KUBECTLS: [&str; 2] = ["kubectl-1.31", "kubectl"];

/// The shells that kubectl has scripts for. Its script for bash needs the package bash-completion.
pub(super) const SHELLS: [(Shell, &str); 3] =
    [(Shell::BashCompletion, "bash"), (Shell::Zsh, "zsh"), (Shell::Fish, "fish")];

/// A shell with kubectl's script, where that kubectl is the one on PATH.
pub(super) fn start<'a>(
    shell: Shell,
    name: &str,
    kubectl: &PathBuf,
    machine: &'a Machine,
) -> Option<Running<'a>> {
    machine.link(kubectl, "kubectl");
    let script = Command::new(kubectl).args(["completion", name]).output().expect("it runs");
    shell.start(machine, &String::from_utf8(script.stdout).expect("UTF-8"))
}

#[test]
fn kubectl_completes_commands_flags_and_values_of_the_suite() {
    for kubectl in KUBECTLS.into_iter().filter_map(find_tool) {
        for (shell, name) in SHELLS {
            let machine = Machine::with_suite();
            let Some(mut running) = start(shell, name, &kubectl, &machine) else { continue };
            for (line, completed) in [
                ("kubectl gitops recon", "kubectl gitops reconcile"),
                ("kubectl gitops-status -o j", "kubectl gitops-status -o json"),
                ("kubectl gitops status -o j", "kubectl gitops status -o json"),
                ("kubectl gitops-status --output=y", "kubectl gitops-status --output=yaml"),
                ("kubectl gitops-lab up --scenario crash", "kubectl gitops-lab up --scenario crash-loop"),
            ] {
                let typed = running.complete(line);
                assert_eq!(typed.line.trim_end(), completed, "{shell:?}, {kubectl:?}: {typed:?}");
            }
            let commands = running.complete("kubectl gitops ");
            for word in ["status", "reconcile", "lab", "link", "version"] {
                assert!(commands.shown.contains(word), "{shell:?}, {kubectl:?}: {commands:?}");
            }
        }
    }
}
