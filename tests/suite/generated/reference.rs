//! The reference has every command, flag, exit code and environment variable, each once.

use std::collections::BTreeSet;
use std::path::Path;

use clap::{Arg, Command};
use gitops_core::cli::{ENV_VARS, EnvVarReaders, EnvVarRow};
use gitops_core::model::Exit;
use gitops_xtask::{Manual, command, generated};

fn text() -> String {
    generated(&command()).expect("it can be documented")[Path::new("docs/reference.md")].clone()
}

fn manual() -> Manual {
    Manual::read(&command()).expect("it can be documented")
}

/// The rows of all tables, without their edges.
fn rows(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("| ")).collect()
}

#[test]
fn every_command_has_one_heading() {
    let text = text();
    let manual = manual();
    assert!(
        manual.commands.len() >= 7,
        "the front, status, reconcile, lab and its three: {}",
        manual.commands.len()
    );
    for command in &manual.commands {
        let heading = format!("\n## {}\n", command.typed);
        assert_eq!(text.matches(&heading).count(), 1, "{heading}");
    }
}

/// The flags that a row begins with: `-o` and `--output` of "`-o`, `--output` `<FORMAT>`".
fn flags_of(row: &str) -> Vec<&str> {
    let cell = row.split(" | ").next().unwrap_or_default();
    let code = cell.split('`').skip(1).step_by(2).filter(|code| code.starts_with('-'));
    code.filter_map(|code| code.split(['[', '=', '.']).next()).collect()
}

/// A flag has one row, whatever it means of each command.
#[test]
fn every_flag_has_one_row() {
    let text = text();
    let manual = manual();
    let flags = manual.commands.iter().flat_map(|command| &command.flags);
    let names: BTreeSet<&str> =
        flags.filter(|flag| !flag.spellings.is_empty()).map(|flag| flag.name()).collect();
    assert!(names.len() > 25, "{names:?}");
    let rows: Vec<&str> = rows(&text).into_iter().filter(|row| !row.contains("| means")).collect();
    for name in names {
        let own: Vec<&&str> = rows.iter().filter(|row| flags_of(row).contains(&name)).collect();
        assert_eq!(own.len(), 1, "{name}: {own:?}");
    }
}

/// Commands may mean different things by one flag.
#[test]
fn a_row_says_what_each_command_means_by_the_flag() {
    let speed = |help: &'static str| Arg::new("speed").long("speed").help(help);
    let command = |name: &'static str| Command::new(name).about("a");
    let tree = command("kubectl gitops")
        .bin_name("kubectl gitops")
        .subcommand(command("walk").arg(speed("Slowly")))
        .subcommand(command("run").arg(speed("Fast").value_name("N")))
        .subcommand(command("race").arg(speed("Slowly").help_heading("Pace")));
    let text = generated(&tree).expect("it can be documented")[Path::new("docs/reference.md")].clone();
    let link = |word: &str| format!("[`{word}`](#kubectl-gitops-{word})");
    let (walk, run, race) = (link("walk"), link("run"), link("race"));
    let row = format!(
        "| `--speed` `<speed>`<br>`--speed` `<N>` | {walk}, {race}: Slowly<br>{run}: Fast | {walk}, {race}, {run} |"
    );
    assert!(text.lines().any(|line| line == row), "{row}\n{text}");
}

#[test]
fn the_command_that_clap_adds_is_named_where_help_names_it() {
    let row = "| `help` | Print this message or the help of the given subcommand(s) |";
    let manual = manual();
    let listing = manual.commands.iter().filter(|command| command.help_command.is_some()).count();
    assert!(listing > 0);
    assert_eq!(text().lines().filter(|line| *line == row).count(), listing);
}

#[test]
fn every_exit_code_has_one_row_with_what_each_command_says_of_it() {
    let text = text();
    let (_, section) = text.split_once("\n## Exit codes\n").expect("the section");
    let (section, _) = section.split_once("\n## ").expect("its end");
    for (exit, meaning) in Exit::TABLE {
        let begin = format!("{} | {meaning} |", exit.code());
        assert_eq!(rows(section).iter().filter(|row| row.starts_with(&begin)).count(), 1, "{begin}");
    }
    for command in manual().commands {
        for (code, meaning) in command.exit_codes() {
            let row = rows(section).into_iter().find(|row| row.starts_with(&format!("{code} | ")));
            let row = row.unwrap_or_else(|| panic!("{} ends with {code}", command.typed));
            let plain = row.replace(['\\', '`'], "");
            assert!(plain.contains(&meaning.replace('`', "")), "{}: {meaning}: {row}", command.typed);
        }
    }
}

#[test]
fn every_environment_variable_has_one_row() {
    let text = text();
    let manual = manual();
    let flags: Vec<_> = manual.commands.iter().flat_map(|command| &command.flags).collect();
    let is_read = |row: &&EnvVarRow| match row.readers {
        EnvVarReaders::WithFlag(name) => flags.iter().any(|flag| flag.has(name)),
        _ => true,
    };
    assert!(ENV_VARS.iter().filter(is_read).count() > 12, "{ENV_VARS:?}");
    let (_, section) = text.split_once("\n## Environment variables\n").expect("the section");
    for name in ENV_VARS.iter().filter(is_read).flat_map(|row| row.names) {
        let is_named =
            |row: &&str| row.split(" | ").next().is_some_and(|names| names.contains(&format!("`{name}`")));
        assert_eq!(rows(section).into_iter().filter(is_named).count(), 1, "{name}");
    }
    for row in ENV_VARS {
        assert!(row.names.iter().all(|name| !name.is_empty()) && !row.meaning.is_empty(), "{row:?}");
    }
}

/// Every row of a table has as many cells as its head, whatever help says.
#[test]
fn tables_are_whole_whatever_help_says() {
    let tree = Command::new("kubectl gitops").bin_name("kubectl gitops").about("a").arg(
        clap::Arg::new("odd")
            .long("odd")
            .value_name("A|B")
            .help("Takes a|b, `c|d`, <NAME> and *all* of_them\nhere"),
    );
    let text = generated(&tree).expect("it can be documented")[Path::new("docs/reference.md")].clone();
    let row = r"| `--odd` `<A\|B>` | Takes a\|b, `c\|d`, \<NAME> and \*all\* of_them here |";
    assert!(text.lines().any(|line| line == row), "{text}");
}
