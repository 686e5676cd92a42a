//! Flags of the reference: those of one command, and those that several have.

use gitops_core::cli::wrapped;

use super::markdown::{WIDTH, anchor, cell, code_cell, table};
use crate::manual::{CommandPage, Flag, Manual, SharedFlag};

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
    let shared = manual.shared_flags().into_iter();
    let shared = shared.filter(|flag| flag.commands().any(|other| other.name == command.name));
    let mut links = shared.map(|flag| format!("[`{}`](#{})", flag.name(), anchor(heading(&flag)))).peekable();
    if links.peek().is_some() {
        text += &links_line("Flags that other commands have too", links);
    }
    text
}

/// The section of flags that several commands have, by group.
pub(super) fn shared_flags(manual: &Manual) -> String {
    let mut text = format!("## {SHARED}\n\n");
    let shared = manual.shared_flags();
    for group in shared.chunk_by(|a, b| a.heading() == b.heading()) {
        text += &format!("### {}\n\n", heading(&group[0]));
        text += &table(&["flag", "meaning", "commands"], group.iter().map(shared_row));
        text.push('\n');
        text += &group.iter().map(shared_values).collect::<String>();
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

fn heading<'a>(flag: &SharedFlag<'a>) -> &'a str {
    flag.heading().unwrap_or("Other flags")
}

/// The one row of a flag. Where commands do not mean the same by it, it says what each does.
fn shared_row(flag: &SharedFlag<'_>) -> Vec<String> {
    let mut spellings: Vec<String> = flag.forms.iter().map(|(form, _)| spelling(form)).collect();
    spellings.dedup();
    let meanings: Vec<String> = match flag.forms.as_slice() {
        [(form, _)] => vec![meaning(form)],
        forms => {
            forms.iter().map(|(form, commands)| format!("{}: {}", links(commands), meaning(form))).collect()
        }
    };
    let commands: Vec<&CommandPage> = flag.commands().collect();
    vec![spellings.join("<br>"), meanings.join("<br>"), links(&commands)]
}

fn shared_values(flag: &SharedFlag<'_>) -> String {
    let mut tables: Vec<String> = flag.forms.iter().map(|(form, _)| values(form)).collect();
    tables.dedup();
    tables.concat()
}

fn links(commands: &[&CommandPage]) -> String {
    commands.iter().map(|command| link(command)).collect::<Vec<_>>().join(", ")
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

/// The spellings, and the value as it stands behind the last of them.
fn spelling(flag: &Flag) -> String {
    let mut spellings = flag.spellings.clone();
    let (value, behind) = match flag.value.strip_prefix(' ') {
        Some(value) => (Some(value), ""),
        None => (None, flag.value.as_str()),
    };
    match spellings.last_mut() {
        Some(last) => last.push_str(behind),
        None => spellings.push(behind.to_owned()),
    }
    let spellings = spellings.iter().map(|spelling| code_cell(spelling)).collect::<Vec<_>>().join(", ");
    std::iter::once(spellings).chain(value.map(code_cell)).collect::<Vec<_>>().join(" ")
}

fn meaning(flag: &Flag) -> String {
    let remarks = remarks(&flag.remarks);
    std::iter::once(cell(&flag.help)).chain(remarks).collect::<Vec<_>>().join(". ")
}

/// What help says in brackets, each as a sentence.
pub(super) fn remarks(remarks: &[(&str, Vec<String>)]) -> impl Iterator<Item = String> {
    remarks.iter().map(|(title, words)| {
        let words: Vec<String> = words.iter().map(|word| code_cell(word)).collect();
        format!("{}: {}", capitalized(title), words.join(", "))
    })
}

fn capitalized(title: &str) -> String {
    let (first, rest) = title.split_at(title.chars().next().map_or(0, char::len_utf8));
    first.to_uppercase() + rest
}

/// A table of the values that a flag takes, where something is to be said of one.
fn values(flag: &Flag) -> String {
    if flag.values.is_empty() {
        return String::new();
    }
    let row = |(value, help): &(String, Option<String>)| {
        vec![code_cell(value), cell(help.as_deref().unwrap_or_default())]
    };
    let rows = table(&[&code_cell(flag.name()), "means"], flag.values.iter().map(row));
    format!("{rows}\n")
}
