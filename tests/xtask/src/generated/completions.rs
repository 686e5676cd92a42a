//! `completions/`: the scripts of shells, and the programs that kubectl asks, for whoever packages the suite without
//! running it.

use std::path::{Path, PathBuf};

use clap::Command;
use kubectl_gitops::{Shell, kubectl_script, script_for};

/// How the commands of plugins are called, before their words.
const PREFIX: &str = "kubectl gitops-";

/// What a program is called that kubectl asks for completion, before the program's name that it completes.
const PROGRAM_PREFIX: &str = "kubectl_complete-";

/// The folder.
pub(super) const FOLDER: &str = "completions";

/// Every script of `tree`, by its path in the checkout.
pub(super) fn completions(tree: &Command) -> Vec<(PathBuf, String)> {
    let names = tree.get_subcommands().filter_map(|command| command.get_bin_name()?.strip_prefix(PREFIX));
    let plugins = names.map(|word| format!("gitops_{}", word.replace('-', "_")));
    let names: Vec<String> = std::iter::once("gitops".to_owned()).chain(plugins).collect();
    let programs: Vec<String> = names.iter().map(|name| format!("kubectl-{name}")).collect();
    let of_shell = |(file, shell): (&str, Shell)| (file.to_owned(), script_for(shell, &programs));
    let scripts = [
        ("kubectl-gitops.bash", Shell::Bash),
        ("_kubectl-gitops", Shell::Zsh),
        ("kubectl-gitops.fish", Shell::Fish),
        ("kubectl-gitops.ps1", Shell::PowerShell),
    ];
    let of_kubectl = names.iter().map(|name| (format!("{PROGRAM_PREFIX}{name}"), kubectl_script()));
    let files = scripts.into_iter().map(of_shell).chain(of_kubectl);
    files.map(|(file, text)| (Path::new(FOLDER).join(file), text)).collect()
}

/// Whether a generated file is a program, which has to be executable: one that kubectl asks.
pub(crate) fn is_program(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.starts_with(FOLDER) && name.starts_with(PROGRAM_PREFIX)
}
