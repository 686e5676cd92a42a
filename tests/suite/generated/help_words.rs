//! A man page and the reference say every word that `--help` says, whatever a command line has.

use std::collections::BTreeSet;
use std::path::Path;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, Command};
use gitops_xtask::{Files, command, generated};

use super::man_pages::formatted;
use crate::support::has_tool;

const EXAMPLES: &str = "\
Examples:
  # What stands here
  kubectl gitops send - <<END
  spec:
    mode: quick
  END

  # What a line is too short for
  kubectl gitops send \\
    --between a b

In a shell:
  for word in a b; do
    kubectl gitops send $word
  done";

/// What no command of the suite has yet.
fn unusual() -> Command {
    let levels = [PossibleValue::new("low").help("Little of it"), PossibleValue::new("middling")];
    let send = Command::new("send")
        .about("Send it off")
        .visible_aliases(["post", "mail"])
        .arg(Arg::new("mode").value_name("MODE").value_parser(["quick", "thorough"]))
        .arg(Arg::new("level").long("level").value_parser(PossibleValuesParser::new(levels)))
        .arg(Arg::new("hue").long("hue").default_value("red").value_parser(["red", "green"]))
        .arg(Arg::new("environment").long("environment").visible_alias("env").visible_short_alias('E'))
        .arg(Arg::new("token").long("token").env("GITOPS_HELP_WORDS").hide_env_values(true))
        .arg(Arg::new("between").long("between").value_names(["FROM", "TO"]).num_args(2))
        .arg(Arg::new("each").short('e').long("each").value_name("PIECE").num_args(1..))
        .arg(Arg::new("paint").long("paint").value_name("WHEN").num_args(0..=1).require_equals(true))
        .arg(Arg::new("note").long("note").value_name("TEXT").num_args(0..=1))
        .arg(Arg::new("loud").short('l').long("loud").action(ArgAction::Count).help("Tell more"))
        .after_help(EXAMPLES);
    Command::new("kubectl gitops")
        .bin_name("kubectl gitops")
        .display_name("kubectl-gitops")
        .about("All that help can show")
        .subcommand(send)
}

/// Every command below one that was built, and itself; without clap's own `help`, which has no page.
fn commands(command: &Command) -> Vec<Command> {
    let below = command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
    std::iter::once(command.clone()).chain(below.flat_map(commands)).collect()
}

/// The words of a text, without the signs of punctuation, help and Markdown around them.
fn words(text: &str) -> BTreeSet<String> {
    let text = text.replace(['`', '\\'], "").replace("](", " ").replace("<br>", " ").to_lowercase();
    let word = |word: &str| {
        let word = word.trim_matches(|sign| ",:;#[]()'\"=".contains(sign));
        // Three dots say that there may be more.
        if word.ends_with("...") { word.to_owned() } else { word.trim_end_matches('.').to_owned() }
    };
    text.split_whitespace()
        .map(word)
        .filter(|word| word.contains(|letter: char| letter.is_alphanumeric()))
        .collect()
}

/// The words of a command's long help, without clap's headings.
fn help_words(command: &Command) -> BTreeSet<String> {
    let headings = [
        "Options:",
        "Commands:",
        "Arguments:",
        "Possible values:",
        "Examples:",
        "Exit codes:",
        "In a shell:",
    ];
    let help = command.clone().render_long_help().to_string();
    let help = help.replacen("Usage:", "", 1);
    let lines = help.lines().filter(|line| !headings.contains(&line.trim()));
    let text = lines.collect::<Vec<_>>().join("\n");
    // A plugin is a subcommand in the tree, and is typed with a hyphen.
    let typed = command.get_bin_name().expect("it was built");
    words(&text.replace(&typed.replacen("gitops-", "gitops ", 1), typed))
}

fn missing(help: &BTreeSet<String>, page: &BTreeSet<String>) -> Vec<String> {
    help.difference(page).cloned().collect()
}

#[test]
fn the_reference_says_every_word_of_help() {
    for mut tree in [command(), unusual()] {
        let text = generated(&tree).expect("it can be documented")[Path::new("docs/reference.md")].clone();
        let (_, shared) = text.split_once("\n## Flags of several commands\n").expect("the section");
        tree.build();
        for command in commands(&tree) {
            let typed = command.get_bin_name().expect("it was built");
            let (_, section) = text.split_once(&format!("\n## {typed}\n")).expect("its section");
            let (section, _) = section.split_once("\n## ").expect("its end");
            let help: BTreeSet<String> = help_words(&command);
            let said = words(&format!("{typed} {section} {shared}"));
            // Said once for all commands, without how long the help of each is.
            let is_long = words("(see a summary with '-h')");
            let missing: Vec<String> =
                missing(&help, &said).into_iter().filter(|word| !is_long.contains(word)).collect();
            assert_eq!(missing, [""; 0], "{typed}\n{section}");
        }
    }
}

#[test]
fn a_man_page_says_every_word_of_help() {
    if !has_tool("groff") {
        return;
    }
    for mut tree in [command(), unusual()] {
        let files = generated(&tree).expect("it can be documented");
        tree.build();
        for command in commands(&tree) {
            let name = command.get_display_name().unwrap_or(command.get_name());
            let text = page(&files, name);
            let mut said = words(&text);
            // Other commands have the names of their pages.
            let pages = text.split_whitespace().filter_map(|word| word.split_once("(1)"));
            let prefix = format!("{name}-");
            said.extend(pages.filter_map(|(page, _)| Some(page.strip_prefix(&prefix)?.to_owned())));
            assert_eq!(missing(&help_words(&command), &said), [""; 0], "{name}\n{text}");
        }
    }
}

fn page(files: &Files, name: &str) -> String {
    let (text, warnings) = formatted(&files[&Path::new("docs/man").join(format!("{name}.1"))]);
    assert_eq!(warnings, "", "{name}");
    text
}

/// The lines to type of the examples, with the blanks that are typed.
const TYPED: [&str; 3] = [
    "kubectl gitops send - <<END\nspec:\n  mode: quick\nEND\n",
    "kubectl gitops send \\\n  --between a b\n",
    "for word in a b; do\n  kubectl gitops send $word\ndone\n",
];

#[test]
fn what_is_to_be_typed_can_be_copied() {
    let files = generated(&unusual()).expect("it can be documented");
    let reference = &files[Path::new("docs/reference.md")];
    for lines in TYPED {
        assert!(reference.contains(&format!("\n{lines}")), "{lines}{reference}");
    }
    if !has_tool("groff") {
        return;
    }
    let page = page(&files, "kubectl-gitops-send");
    for lines in TYPED {
        let first = lines.lines().next().expect("a line");
        let printed = page.lines().find(|line| line.trim_start() == first).expect(first);
        let indent = &printed[..printed.len() - first.len()];
        let block: String = lines.lines().map(|line| format!("\n{indent}{line}")).collect();
        assert!(page.contains(&block), "{block}\n{page}");
    }
}
