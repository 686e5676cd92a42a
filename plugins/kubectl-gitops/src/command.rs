//! The front's own command line: help, version, and the tree of all plugins. Which plugin runs is not decided
//! here: a plugin parses its own arguments.

use clap::{Arg, ArgAction, Command};
use gitops_core::model::Exit;

use crate::plugins::Plugin;

const USAGE: &str = "kubectl gitops <command> [flags]\n       kubectl gitops-<command> [flags]";

/// The front's command, with a subcommand for each of `plugins`.
pub(crate) fn command(plugins: &[Plugin]) -> Command {
    let list = Arg::new("list").long("list").action(ArgAction::SetTrue);
    Command::new("kubectl gitops")
        .bin_name("kubectl gitops")
        .display_name("kubectl-gitops")
        .version(env!("CARGO_PKG_VERSION"))
        .about("GitOps promotion on Azure Arc clusters: one picture of where every change stands and why")
        .override_usage(USAGE)
        .after_help(after_help())
        .arg(list.help("List the programs that the commands are known by, one a line"))
        .subcommands(plugins.iter().map(|plugin| plugin.command().name(plugin.word())))
        .subcommand(Command::new("version").about("Print the version"))
}

fn after_help() -> String {
    let codes: String =
        Exit::TABLE.iter().map(|(exit, meaning)| format!("  {:>3}  {meaning}\n", exit.code())).collect();
    format!(
        "Any other command runs kubectl-gitops-<command> from beside this program or from PATH.\n\n\
         Exit codes:\n{}",
        codes.trim_end()
    )
}
