//! A man page: what `--help` says, in the sections that man pages have.

use clap_mangen::roff::{Inline, Roff, bold, italic, roman};
use gitops_core::cli::ENV_VARS;
use gitops_core::model::Exit;

use super::text::{add_literal, inlines, rendered};
use crate::manual::{CommandPage, Flag, Manual, Section};

/// An argument that is empty.
const NO_DATE: &str = "\"\"";

/// The page of a command. It has no date, so that it is the same whenever it is made.
pub(crate) fn man_page(manual: &Manual, command: &CommandPage) -> String {
    let mut roff = Roff::new();
    let source = format!("kubectl-gitops {}", env!("CARGO_PKG_VERSION"));
    roff.control("TH", [command.name.to_uppercase().as_str(), "1", NO_DATE, &source, "kubectl gitops"]);
    // Names of commands and flags are neither broken at their hyphens nor drawn apart.
    roff.control("nr", ["HY", "0"]).control("nh", []).control("ad", ["l"]);
    roff.control("SH", ["NAME"]).text([roman(format!("{} - {}", command.name, command.about))]);
    add_synopsis(&mut roff, command);
    add_description(&mut roff, command);
    add_commands(&mut roff, manual, command);
    add_options(&mut roff, command);
    add_examples(&mut roff, command);
    add_exit_status(&mut roff, command);
    add_environment(&mut roff, command);
    add_see_also(&mut roff, manual, command);
    rendered(&roff)
}

fn add_synopsis(roff: &mut Roff, command: &CommandPage) {
    roff.control("SH", ["SYNOPSIS"]);
    for (place, usage) in command.usage.iter().enumerate() {
        if place > 0 {
            roff.control("br", []);
        }
        match usage.strip_prefix(&command.typed) {
            Some(rest) => roff.text([bold(&command.typed), roman(rest)]),
            None => roff.text([roman(usage)]),
        };
    }
}

fn add_description(roff: &mut Roff, command: &CommandPage) {
    roff.control("SH", ["DESCRIPTION"]).text(inlines(&format!("{}.", command.about)));
    for paragraph in &command.description {
        roff.control("PP", []).text(inlines(paragraph));
    }
    for remark in command.remarks() {
        match remark {
            Section::Paragraph(text) => {
                roff.control("PP", []).text(inlines(text));
            }
            Section::Terms { title, rows } => {
                roff.control("PP", []).text(inlines(&format!("{title}:")));
                for (term, meaning) in rows {
                    add_term(roff, vec![bold(term)], meaning);
                }
            }
            Section::Commands { title, lines } => {
                roff.control("PP", []).text(inlines(&format!("{title}:")));
                roff.control("PP", []);
                add_literal(roff, lines.iter().map(String::as_str));
            }
            Section::Examples(_) | Section::ExitCodes(_) => {}
        }
    }
}

fn add_commands(roff: &mut Roff, manual: &Manual, command: &CommandPage) {
    let subcommands: Vec<&CommandPage> =
        command.subcommands.iter().filter_map(|name| manual.command(name)).collect();
    if subcommands.is_empty() {
        return;
    }
    roff.control("SH", ["COMMANDS"]);
    for subcommand in subcommands {
        let about = with_remarks(&subcommand.about, &subcommand.remarks);
        add_term(roff, vec![bold(&subcommand.name), roman("(1)")], &about);
    }
    if let Some(about) = &command.help_command {
        add_term(roff, vec![bold(format!("{} help", command.typed))], about);
    }
}

fn add_options(roff: &mut Roff, command: &CommandPage) {
    roff.control("SH", ["OPTIONS"]);
    let mut headings: Vec<Option<&str>> = Vec::new();
    for flag in &command.flags {
        let heading = heading(flag);
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    // Those of no group come first, as in help.
    headings.sort_by_key(Option::is_some);
    for group in headings {
        if let Some(group) = group {
            roff.control("SS", [group]);
        }
        for flag in command.flags.iter().filter(|flag| heading(flag) == group) {
            add_term(roff, spelling(flag), &with_remarks(&flag.help, &flag.remarks));
            add_values(roff, flag);
        }
    }
}

/// The group that help shows a flag in.
fn heading(flag: &Flag) -> Option<&str> {
    let of_arguments = flag.spellings.is_empty().then_some("Arguments");
    flag.heading.as_deref().or(of_arguments)
}

/// The values that a flag takes, where something is to be said of one.
fn add_values(roff: &mut Roff, flag: &Flag) {
    if flag.values.is_empty() {
        return;
    }
    roff.control("RS", []);
    for (value, help) in &flag.values {
        add_term(roff, vec![bold(value)], help.as_deref().unwrap_or_default());
    }
    roff.control("RE", []);
}

fn add_examples(roff: &mut Roff, command: &CommandPage) {
    for (place, example) in command.examples().enumerate() {
        roff.control(
            if place == 0 { "SH" } else { "PP" },
            if place == 0 { vec!["EXAMPLES"] } else { vec![] },
        );
        roff.text(inlines(&example.about));
        roff.control("PP", []);
        roff.control("RS", ["4"]);
        add_literal(roff, example.commands.iter().map(String::as_str));
        roff.control("RE", []);
    }
}

/// What the codes mean of this command, and how it ends by a signal; of a command that says nothing of its own, what
/// they mean of every one.
fn add_exit_status(roff: &mut Roff, command: &CommandPage) {
    roff.control("SH", ["EXIT STATUS"]);
    let own: Vec<&(u8, String)> = command.exit_codes().collect();
    for (code, meaning) in &own {
        add_term(roff, vec![bold(code.to_string())], meaning);
    }
    let is_signal = |exit: &Exit| matches!(exit, Exit::Interrupted | Exit::Terminated);
    let is_own = |exit: &Exit| own.iter().any(|(code, _)| *code == exit.code());
    let general = Exit::TABLE.iter().filter(|(exit, _)| !is_own(exit) && (own.is_empty() || is_signal(exit)));
    for (exit, meaning) in general {
        add_term(roff, vec![bold(exit.code().to_string())], meaning);
    }
}

fn add_environment(roff: &mut Roff, command: &CommandPage) {
    let has_flag = |name: &str| command.flags.iter().any(|flag| flag.has(name));
    let rows = ENV_VARS.iter().filter(|row| row.readers.include(command.words(), has_flag));
    roff.control("SH", ["ENVIRONMENT"]);
    for row in rows {
        let mut names: Vec<Inline> = Vec::new();
        for name in row.names {
            names.extend((!names.is_empty()).then(|| roman(", ")));
            names.push(bold(*name));
        }
        add_term(roff, names, row.meaning);
    }
}

fn add_see_also(roff: &mut Roff, manual: &Manual, command: &CommandPage) {
    roff.control("SH", ["SEE ALSO"]);
    let siblings = command.parent.iter().filter_map(|parent| manual.command(parent));
    let siblings = siblings.flat_map(|parent| std::iter::once(&parent.name).chain(&parent.subcommands));
    let names = siblings.chain(&command.subcommands).filter(|name| **name != command.name);
    let mut line = Vec::new();
    for name in names.map(String::as_str).chain(["kubectl"]) {
        line.extend((!line.is_empty()).then(|| roman(", ")));
        line.extend([bold(name), roman("(1)")]);
    }
    roff.text(line);
}

/// A term, and what is to be said of it, indented below.
fn add_term(roff: &mut Roff, term: Vec<Inline>, meaning: &str) {
    roff.control("TP", []).text(term).text(inlines(meaning));
}

fn spelling(flag: &Flag) -> Vec<Inline> {
    let mut line = Vec::new();
    for spelling in &flag.spellings {
        line.extend((!line.is_empty()).then(|| roman(", ")));
        line.push(bold(spelling));
    }
    let value = flag.value.trim_start();
    line.extend((value.len() < flag.value.len()).then(|| roman(" ")));
    line.extend((!value.is_empty()).then(|| italic(value)));
    line
}

/// The text with its paragraphs as one, and what help says in brackets behind it.
fn with_remarks(text: &str, remarks: &[(&str, Vec<String>)]) -> String {
    let remarks = remarks.iter().map(|(title, words)| format!("[{title}: {}]", words.join(", ")));
    text.split_whitespace().map(ToOwned::to_owned).chain(remarks).collect::<Vec<_>>().join(" ")
}
