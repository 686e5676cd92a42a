//! README says nothing that is not so.

use std::collections::BTreeSet;

use clap::Command;
use gitops_core::model::Exit;

use crate::support::Program;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).expect("README.md")
}

#[test]
fn it_has_every_exit_code() {
    let rows: String =
        Exit::TABLE.iter().map(|(exit, meaning)| format!("| {} | {meaning} |\n", exit.code())).collect();
    assert!(readme().contains(&rows), "the table of exit codes is:\n{rows}");
}

/// README tells what is worth a word; the reference has every flag.
#[test]
fn it_names_no_flag_that_is_not_there() {
    let known = spellings(&gitops_xtask::command());
    let written = written_flags(&readme());
    assert!(written.len() > 10, "{written:?}");
    for flag in &written {
        assert!(known.contains(flag), "README has {flag}");
    }
}

/// The spellings of all flags of a command and those below it.
fn spellings(command: &Command) -> BTreeSet<String> {
    let mut command = command.clone();
    command.build();
    let of_subcommands = command.get_subcommands().flat_map(spellings);
    let own = command.get_arguments().flat_map(|argument| {
        let long = argument.get_long_and_visible_aliases().unwrap_or_default();
        let short = argument.get_short_and_visible_aliases().unwrap_or_default();
        let short = short.into_iter().map(|short| format!("-{short}"));
        long.into_iter().map(|long| format!("--{long}")).chain(short)
    });
    own.chain(of_subcommands).collect()
}

/// The flags in a text's code that are not in a line of another program.
fn written_flags(text: &str) -> BTreeSet<String> {
    let spans = text.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2));
    let is_ours = |span: &&str| span.starts_with('-') || span.starts_with("kubectl gitops");
    let words =
        spans.filter(is_ours).flat_map(|span| span.split(" -- ").next()).flat_map(str::split_whitespace);
    let flags = words.filter(|word| word.starts_with('-') && word.len() > 1);
    // `-vv` is `-v` twice.
    flags.map(|flag| if flag == "-vv" { "-v".to_owned() } else { flag.to_owned() }).collect()
}

#[test]
fn flags_are_found_in_code_that_is_ours() {
    let text = "`-n x`, --prose `cargo run --path x`\n```\n$ az --block `\n```\n`kubectl gitops-lab up --folder F -- sh -c` `-vv`";
    assert_eq!(written_flags(text), BTreeSet::from(["-n", "--folder", "-v"].map(str::to_owned)));
}

/// The failing page is what the program prints, ages aside.
#[test]
fn its_page_is_what_is_printed() {
    let program = Program::new();
    let words = ["replay", "failing-health", "--at", "45", "--quiet", "--", "kubectl-gitops_status"];
    let ended = program.run("kubectl-gitops_lab", &words);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let text = readme();
    let (_, after) = text.split_once("$ kubectl gitops-status\n").expect("the page");
    let (page, _) = after.split_once("```").expect("its end");
    // `4s` in the table, `4 s ago` in a sentence.
    let age = regex::Regex::new(r"\b[0-9]+ ?s\b").expect("a pattern");
    let ageless = |text: &str| -> Vec<String> {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        age.replace_all(text, "").lines().map(words).collect()
    };
    assert_eq!(ageless(page.trim_end()), ageless(ended.stdout.trim_end()));
}

/// The two commands are aliases of this workspace or cargo's own.
#[test]
fn its_commands_are_those_that_ci_runs() {
    let ci = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/run")).expect(".ci/run");
    for line in readme().lines().filter_map(|line| line.strip_prefix("$ cargo ")) {
        let command = line.split("  ").next().unwrap_or(line);
        assert!(ci.contains(&format!("cargo {command}\n")), "CI does not run: cargo {command}");
    }
    let aliases = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../.cargo/config.toml"))
        .expect("aliases");
    assert!(aliases.contains("demo = \"run -q -p gitops-xtask -- demo\""));
}

/// The remarks that come from GitHub are told.
#[test]
fn it_has_every_remark_of_githubs() {
    use gitops_core::model::verdict::Reason;
    for reason in [
        Reason::PullRequestOpen,
        Reason::MergedNotFetched,
        Reason::HistoryRewritten,
        Reason::TrackingMissing,
        Reason::StatusFailed,
        Reason::NextIsBehind,
        Reason::ChainCircular,
    ] {
        assert!(readme().contains(&format!("| `{reason}` |")), "{reason}");
    }
}
