//! The whole reference.

use super::command::command_section;
use super::env_vars::env_vars;
use super::exit_codes::exit_codes;
use super::flags::shared_flags;
use crate::manual::Manual;

const HEAD: &str = "\
<!-- Generated from the command line: cargo xtask generate -->

# Command reference

Every command, flag, exit code and environment variable. Each command says the same with `--help`, and in its man page
([man](man)).

";

/// The reference of all commands.
pub(crate) fn reference(manual: &Manual) -> String {
    let commands: String = manual.commands.iter().map(|command| command_section(manual, command)).collect();
    let text =
        format!("{HEAD}{commands}{}\n{}{}", shared_flags(manual), exit_codes(manual), env_vars(manual));
    text.trim_end().to_owned() + "\n"
}
