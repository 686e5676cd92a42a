//! The command line of the whole suite: the front's, with the lab's in full, of which the front knows no more than
//! what it is about.

use clap::Command;
use kubectl_gitops::Plugin;

/// The word of the lab.
const LAB: &str = "lab";

/// All plugins, as if the lab were linked in too.
pub fn plugins() -> Vec<Plugin> {
    let whole =
        |plugin: Plugin| if plugin.word() == LAB { Plugin::of(kubectl_gitops_lab::run) } else { plugin };
    kubectl_gitops::plugins().into_iter().map(whole).collect()
}

/// The tree of all commands.
pub fn command() -> Command {
    kubectl_gitops::command(&plugins())
}
