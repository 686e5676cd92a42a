//! The table of environment variables, and who reads each.

use gitops_core::cli::{ENV_VARS, EnvVarReaders, EnvVarRow};

use super::flags::link;
use super::markdown::{cell, code_cell, table};
use crate::manual::{CommandPage, Manual};

/// The section.
pub(super) fn env_vars(manual: &Manual) -> String {
    let row = |row: &EnvVarRow| {
        let names: Vec<String> = row.names.iter().map(|name| code_cell(name)).collect();
        vec![names.join(", "), cell(row.meaning), readers(manual, row)]
    };
    // What only commands read that are still to come is theirs to document.
    let read = ENV_VARS.iter().map(row).filter(|cells| cells.iter().all(|cell| !cell.is_empty()));
    let rows = table(&["variable", "meaning", "read by"], read);
    format!(
        "## Environment variables\n\nExcept for `PATH`, one that is set and empty counts as one that is not set.\n\n{rows}\n"
    )
}

fn readers(manual: &Manual, row: &EnvVarRow) -> String {
    match row.readers {
        EnvVarReaders::All | EnvVarReaders::Tests => "every command".to_owned(),
        EnvVarReaders::OtherPrograms => "other programs".to_owned(),
        EnvVarReaders::WithFlag(_) | EnvVarReaders::Commands(_) => {
            let reads = |command: &&CommandPage| {
                let has_flag = |name: &str| command.flags.iter().any(|flag| flag.has(name));
                row.readers.include(command.words(), has_flag)
            };
            manual.commands.iter().filter(reads).map(link).collect::<Vec<_>>().join(", ")
        }
    }
}
