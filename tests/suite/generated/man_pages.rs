//! Man pages have their sections, say what help says, and groff has nothing to complain of.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use gitops_xtask::{Files, Manual, command, generated};

use crate::support::has_tool;

fn pages() -> Files {
    let mut files = generated(&command()).expect("every help can be documented");
    files.retain(|path, _| path.starts_with("docs/man"));
    files
}

/// Macros that the pages use; anything else at the beginning of a line is text that was not escaped.
const MACROS: [&str; 15] =
    ["ie", "el", "TH", "SH", "SS", "PP", "TP", "RS", "RE", "EX", "EE", "br", "nr", "nh", "ad"];

#[test]
fn every_command_has_a_page_of_whole_sections() {
    let pages = pages();
    let manual = Manual::read(&command()).expect("it can be documented");
    assert_eq!(pages.len(), manual.commands.len());
    for command in &manual.commands {
        let page = &pages[&Path::new("docs/man").join(format!("{}.1", command.name))];
        let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        for section in
            ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "\"EXIT STATUS\"", "ENVIRONMENT", "\"SEE ALSO\""]
        {
            assert_eq!(
                sections.iter().filter(|own| **own == section).count(),
                1,
                "{section}: {}",
                command.name
            );
        }
        assert_eq!(sections.contains(&"EXAMPLES"), command.examples().next().is_some(), "{}", command.name);
        for line in page.lines().filter(|line| line.starts_with(['.', '\''])) {
            let name = line[1..].split(' ').next().unwrap_or_default();
            assert!(MACROS.contains(&name), "{}: {line}", command.name);
        }
        assert!(!page.contains('`') && !page.is_empty(), "{}", command.name);
    }
}

/// What a page looks like, and what groff complains of.
pub(super) fn formatted(page: &str) -> (String, String) {
    let mut groff = Command::new("groff")
        .args(["-man", "-ww", "-Tutf8", "-P-cbou", "-rLL=78n"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("groff");
    let mut input = groff.stdin.take().expect("a pipe");
    input.write_all(page.as_bytes()).expect("groff reads");
    drop(input);
    let output = groff.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr))
}

/// Words with single blanks between, so that justified text compares.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn groff_prints_what_help_says_without_a_warning() {
    if !has_tool("groff") {
        return;
    }
    let manual = Manual::read(&command()).expect("it can be documented");
    for (path, page) in pages() {
        let (text, warnings) = formatted(&page);
        assert_eq!(warnings, "", "{}", path.display());
        let command = manual.commands.iter().find(|command| path.ends_with(format!("{}.1", command.name)));
        let command = command.expect("a page of a command");
        for line in command.examples().flat_map(|example| &example.commands) {
            let is_printed = text.lines().any(|printed| printed.trim() == line.trim());
            assert!(is_printed, "{}: {line}\n{text}", path.display());
        }
        for flag in &command.flags {
            for spelling in &flag.spellings {
                assert!(words(&text).contains(spelling.as_str()), "{}: {spelling}\n{text}", path.display());
            }
        }
    }
}

#[test]
fn signs_of_roffs_are_printed_as_they_are() {
    if !has_tool("groff") {
        return;
    }
    const LINE: &str = r".lost 'quoted' \fBbold\fR a~b a^b --flag `x`";
    let tree = clap::Command::new("kubectl gitops")
        .bin_name("kubectl gitops")
        .about("a")
        .after_help(format!("Examples:\n  # b\n  {LINE}\n  'tis \\e \\\\ \"so\""));
    let files = generated(&tree).expect("it can be documented");
    let page = files.values().find(|text| text.contains(".TH")).expect("a page");
    let (text, warnings) = formatted(page);
    assert_eq!(warnings, "");
    for line in [LINE, r#"'tis \e \\ "so""#] {
        assert!(text.lines().any(|printed| printed.trim() == line), "{line}\n{text}");
    }
}
