//! A command's section.

use super::exit_codes::EXIT_CODES;
use super::flags::{flags_of, link, links_line, remarks};
use super::markdown::{anchor, cell, code_block, code_cell, paragraph, table};
use crate::manual::{CommandPage, Manual, Section};

/// The section of a command.
pub(super) fn command_section(manual: &Manual, command: &CommandPage) -> String {
    let mut parts = vec![format!("## {}\n", command.typed), paragraph(&format!("{}.", command.about))];
    parts.push(code_block("text", command.usage.iter().map(String::as_str)));
    parts.extend(command.description.iter().map(|text| paragraph(text)));
    parts.extend(subcommands(manual, command));
    parts.push(flags_of(manual, command).trim_end().to_owned() + "\n");
    parts.extend(examples(command));
    parts.extend(command.remarks().map(remark));
    parts.push(paragraph_of_links(manual, command));
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n") + "\n"
}

fn subcommands(manual: &Manual, command: &CommandPage) -> Option<String> {
    let subcommands = command.subcommands.iter().filter_map(|name| manual.command(name));
    let row = |command: &CommandPage| {
        let about = std::iter::once(cell(&command.about)).chain(remarks(&command.remarks));
        vec![link(command), about.collect::<Vec<_>>().join(". ")]
    };
    let help = command.help_command.iter().map(|about| vec![code_cell("help"), cell(about)]);
    let mut rows = subcommands.map(row).chain(help).peekable();
    rows.peek().is_some().then_some(())?;
    Some(table(&["command", "does"], rows))
}

fn examples(command: &CommandPage) -> Option<String> {
    let blocks = command.examples().map(|example| {
        let lines = example.commands.iter().map(|line| format!("{line}\n"));
        format!("# {}\n{}", example.about, lines.collect::<String>())
    });
    let blocks: Vec<String> = blocks.collect();
    (!blocks.is_empty()).then(|| code_block("sh", blocks.join("\n").lines()))
}

fn remark(section: &Section) -> String {
    match section {
        Section::Paragraph(text) => paragraph(text),
        Section::Terms { title, rows } => {
            let rows = rows.iter().map(|(term, meaning)| vec![code_cell(term), cell(meaning)]);
            table(&[&cell(title), "means"], rows)
        }
        Section::Commands { title, lines } => {
            let block = code_block("console", lines.iter().map(String::as_str));
            format!("{}\n{block}", paragraph(&format!("{title}:")))
        }
        Section::Examples(_) | Section::ExitCodes(_) => String::new(),
    }
}

/// Where to read on.
fn paragraph_of_links(manual: &Manual, command: &CommandPage) -> String {
    let parent = command.parent.iter().filter_map(|name| manual.command(name));
    let siblings =
        parent.clone().flat_map(|parent| &parent.subcommands).filter(|name| **name != command.name);
    let siblings = siblings.filter_map(|name| manual.command(name));
    let codes = format!("[exit codes](#{})", anchor(EXIT_CODES));
    let related = parent.chain(siblings).map(link).chain([codes]);
    links_line("See also", related)
}
