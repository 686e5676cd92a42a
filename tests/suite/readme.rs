//! README says nothing that is not so.

use std::process::Command;

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

#[test]
fn its_flags_exist() {
    let program = Program::new();
    for (name, flags) in [
        (
            "kubectl-gitops_status",
            [
                "-n",
                "-A",
                "-o",
                "-w",
                "--watch",
                "--context",
                "--kubeconfig",
                "--as",
                "--as-group",
                "--request-timeout",
                "--github-token-file",
                "--color",
                "-v",
            ]
            .as_slice(),
        ),
        (
            "kubectl-gitops_lab",
            [
                "--list",
                "--at",
                "--speed",
                "-f",
                "--hold",
                "--folder",
                "--port-base",
                "--scenario",
                "--latency",
            ]
            .as_slice(),
        ),
    ] {
        let rooms: &[&[&str]] =
            if name.ends_with("lab") { &[&["replay", "--help"], &["up", "--help"]] } else { &[&["--help"]] };
        let help: String = rooms.iter().map(|words| program.run(name, words).stdout).collect();
        for flag in flags {
            assert!(readme().contains(flag), "README does not know {flag}");
            let is_known = help.split([' ', ',', '\n', '.']).any(|word| word == *flag);
            assert!(is_known, "{name} does not know {flag}:\n{help}");
        }
    }
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
    let ageless = |text: &str| -> Vec<String> {
        let is_age =
            |word: &&str| !(word.ends_with('s') && word.trim_end_matches('s').parse::<u32>().is_ok());
        text.lines()
            .map(|line| line.split_whitespace().filter(is_age).collect::<Vec<_>>().join(" "))
            .collect()
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
    assert!(aliases.contains("-- lab demo\""));
}

#[test]
fn the_front_tells_of_every_plugin() {
    let program = Program::new();
    let help = program.run("kubectl-gitops", &[]).stdout;
    for word in ["status", "lab"] {
        assert!(help.contains(&format!("  {word} ")), "{help}");
        assert_eq!(program.run("kubectl-gitops", &["help", word]).code, Some(0));
        assert_eq!(program.run("kubectl-gitops", &[word, "--version"]).code, Some(0));
    }
    let unheard = program.run("kubectl-gitops", &["unheard"]);
    assert_eq!(unheard.code, Some(2));
    assert!(unheard.stderr.contains("hint: there are status, lab"), "{}", unheard.stderr);
    let built =
        Command::new(env!("CARGO_BIN_EXE_gitops-under-test")).arg("--version").output().expect("it runs");
    assert_eq!(
        String::from_utf8_lossy(&built.stdout),
        concat!("kubectl-gitops ", env!("CARGO_PKG_VERSION"), "\n")
    );
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
    ] {
        assert!(readme().contains(&format!("| `{reason}` |")), "{reason}");
    }
}
