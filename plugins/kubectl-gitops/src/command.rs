//! The front's command line: help, version, and the tree of all commands, plugins and its own. Which of them runs is
//! not decided here: each parses its own arguments.

use clap::Command;
use gitops_core::cli::{HELP_WIDTH, wrapped};
use gitops_core::model::Exit;

use crate::own_command::own_commands;
use crate::plugins::Plugin;

const USAGE: &str = "kubectl gitops <command> [flags]";

const EXAMPLES: &str = "\
Examples:
  # Where does an environment stand, and why?
  kubectl gitops status -n dev-hello

  # Everything offline: a pipeline on this machine; then, in another shell
  kubectl gitops lab up
  . .gitops-lab/env.sh && kubectl gitops status -A

  # The commands under names of their own, and their completion
  kubectl gitops link
";

/// The front's command, with a subcommand for each of `plugins` and each of its own.
pub fn command(plugins: &[Plugin]) -> Command {
    Command::new("kubectl gitops")
        .bin_name("kubectl gitops")
        .display_name("kubectl-gitops")
        .version(env!("CARGO_PKG_VERSION"))
        .about("GitOps promotion on Azure Arc clusters: one picture of where every change stands and why")
        .max_term_width(HELP_WIDTH)
        .override_usage(USAGE)
        .after_help(after_help())
        .subcommands(plugins.iter().map(|plugin| plugin.command().name(plugin.word())))
        .subcommands(own_commands().iter().map(|own| own.command().name(own.word())))
}

fn after_help() -> String {
    let line = |(exit, meaning): &(Exit, &str)| {
        wrapped(meaning, Some(HELP_WIDTH), &format!("  {:>3}  ", exit.code()), "       ")
    };
    let codes: String = Exit::TABLE.iter().map(line).collect();
    let other = "status, reconcile and the like are also called kubectl gitops-status and so on, once kubectl gitops link \
                 has made those names. Any other command runs kubectl-gitops-<command> from beside this program or from \
                 PATH.";
    format!("{EXAMPLES}\n{}\nExit codes:\n{}", wrapped(other, Some(HELP_WIDTH), "", ""), codes.trim_end())
}
