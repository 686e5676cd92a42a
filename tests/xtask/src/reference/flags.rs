//! Flags of the reference: those of one command, and those that several have.

use gitops_core::cli::wrapped;

use super::markdown::{WIDTH, anchor, cell, code_cell, table};
use crate::manual::{CommandPage, Flag, Manual};

/// The heading below which flags stand that several commands have.
pub(super) const SHARED: &str = "Flags of several commands";

/// The flags that a command has for itself, then what each of their values means, then where its others are described.
pub(super) fn flags_of(manual: &Manual, command: &CommandPage) -> String {
    let own: Vec<&Flag> =
        command.flags.iter().filter(|flag| !flag.is_everywhere() && !manual.is_shared(flag)).collect();
    let mut text = String::new();
    if !own.is_empty() {
        text += &table(&["flag", "meaning"], own.iter().map(|flag| vec![spelling(flag), meaning(flag)]));
        text.push('\n');
    }
    text += &own.iter().map(|flag| values(flag)).collect::<String>();
    let shared = manual.shared_flags().into_iter().filter(|flag| command.flags.contains(flag));
    let mut links = shared.map(|flag| format!("[`{}`](#{})", flag.name(), anchor(heading(flag)))).peekable();
    if links.peek().is_some() {
        text += &links_line("Flags that other commands have too", links);
    }
    text
}

/// The section of flags that several commands have, by group.
pub(super) fn shared_flags(manual: &Manual) -> String {
    let mut text = format!("## {SHARED}\n\n");
    let shared = manual.shared_flags();
    for group in shared.chunk_by(|a, b| a.heading == b.heading) {
        text += &format!("### {}\n\n", heading(group[0]));
        let row = |flag: &&Flag| vec![spelling(flag), meaning(flag), commands(manual, flag)];
        text += &table(&["flag", "meaning", "commands"], group.iter().map(row));
        text.push('\n');
        text += &group.iter().map(|flag| values(flag)).collect::<String>();
    }
    text += "### Help and version\n\n";
    let mut everywhere: Vec<(String, String)> = Vec::new();
    for flag in manual.commands.iter().flat_map(|command| &command.flags).filter(|flag| flag.is_everywhere())
    {
        let first = flag.help.split(['(', '\n']).next().unwrap_or_default().trim().to_owned();
        let row = (spelling(flag), cell(&first));
        if !everywhere.contains(&row) {
            everywhere.push(row);
        }
    }
    text += &table(&["flag", "meaning"], everywhere.into_iter().map(|(flag, meaning)| vec![flag, meaning]));
    text
}

fn heading(flag: &Flag) -> &str {
    flag.heading.as_deref().unwrap_or("Other flags")
}

fn commands(manual: &Manual, flag: &Flag) -> String {
    let links = manual.commands_with(flag).map(link);
    links.collect::<Vec<_>>().join(", ")
}

/// Links with what they are before them.
pub(super) fn links_line(title: &str, links: impl Iterator<Item = String>) -> String {
    wrapped(&format!("{title}: {}.", links.collect::<Vec<_>>().join(", ")), Some(WIDTH), "", "")
}

/// A link to a command's section.
pub(super) fn link(command: &CommandPage) -> String {
    let words = if command.words().is_empty() { &command.typed } else { command.words() };
    format!("[`{words}`](#{})", anchor(&command.typed))
}

fn spelling(flag: &Flag) -> String {
    let value = flag.value.iter().map(String::as_str);
    let spellings = flag.spellings.iter().map(|spelling| code_cell(spelling)).collect::<Vec<_>>().join(", ");
    let value = value.map(code_cell).collect::<String>();
    [spellings, value].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn meaning(flag: &Flag) -> String {
    let help = cell(&flag.help);
    let default = flag.default.iter().map(|default| format!("Default: {}", code_cell(default)));
    let choices: Vec<String> = flag.values.iter().map(|(value, _)| code_cell(value)).collect();
    let is_explained = flag.values.iter().any(|(_, help)| help.is_some());
    let choices = (!choices.is_empty() && !is_explained).then(|| format!("One of {}", choices.join(", ")));
    std::iter::once(help).chain(choices).chain(default).collect::<Vec<_>>().join(". ")
}

/// A table of the values that a flag takes, where something is to be said of each.
fn values(flag: &Flag) -> String {
    if flag.values.iter().all(|(_, help)| help.is_none()) {
        return String::new();
    }
    let row = |(value, help): &(String, Option<String>)| {
        vec![code_cell(value), cell(help.as_deref().unwrap_or_default())]
    };
    let rows = table(&[&code_cell(flag.name()), "means"], flag.values.iter().map(row));
    format!("{rows}\n")
}
