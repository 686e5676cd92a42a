//! The table of exit codes: what each means, and what it means of a command whose help says more.

use gitops_core::model::Exit;

use super::flags::link;
use super::markdown::{cell, table};
use crate::manual::{CommandPage, Manual};

/// The heading of the table.
pub(super) const EXIT_CODES: &str = "Exit codes";

/// The section.
pub(super) fn exit_codes(manual: &Manual) -> String {
    let row = |(exit, meaning): &(Exit, &str)| {
        let of_commands = manual.commands.iter().filter_map(|command| of_command(command, *exit, meaning));
        vec![exit.code().to_string(), cell(meaning), of_commands.collect::<Vec<_>>().join("<br>")]
    };
    let rows = table(&["code", "meaning", "of a command"], Exit::TABLE.iter().map(row));
    format!("## {EXIT_CODES}\n\n{rows}\n")
}

/// What a command's help says of a code beyond what it means of every one.
fn of_command(command: &CommandPage, exit: Exit, general: &str) -> Option<String> {
    let (_, own) = command.exit_codes().find(|(code, own)| *code == exit.code() && own != general)?;
    Some(format!("{}: {}", link(command), cell(own)))
}
