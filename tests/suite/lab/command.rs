//! `replay` as a person runs it: the program, what a command finds in it, and how both end.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use kubectl_gitops::{FRONT_VARIABLE, Plugin, plugins};
use tempfile::TempDir;

use crate::support::{FRONT, link_program};

/// The suite's program as `kubectl-gitops_lab`, with a clean environment and folders of its own.
struct Lab {
    home: TempDir,
}

impl Lab {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        link_program(home.path(), "kubectl-gitops_lab");
        std::fs::create_dir(home.path().join("tmp")).unwrap();
        Self { home }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.home.path().join("kubectl-gitops_lab"));
        command
            .args(words)
            .env_clear()
            .env(FRONT_VARIABLE, FRONT)
            .env("HOME", self.home.path())
            .env("TMPDIR", self.home.path().join("tmp"))
            .env("PATH", "/usr/bin:/bin")
            .env("GITOPS_CA_FILE", "/no/such/file")
            .env("GH_TOKEN", "ghp_of_the_user")
            .env("GITHUB_API_URL", "https://127.0.0.1:9/api/v3")
            .env("https_proxy", "http://127.0.0.1:9")
            .stdin(Stdio::null());
        command
    }

    /// How many things lie in the temporary folder.
    fn left(&self) -> usize {
        std::fs::read_dir(self.home.path().join("tmp")).unwrap().count()
    }
}

/// Runs it to its end, after which nothing may be left.
fn lab(words: &[&str]) -> Output {
    let lab = Lab::new();
    let output = lab.command(words).output().unwrap();
    assert_eq!(lab.left(), 0, "nothing is left in the temporary folder after {words:?}");
    output
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn the_command_finds_the_replay_and_the_plugins_and_its_exit_code_counts() {
    let programs: Vec<String> = plugins().iter().map(Plugin::program).collect();
    let script = format!(
        "test -s \"$KUBECONFIG\" && grep -c replay \"$KUBECONFIG\"; \
        for name in kubectl-gitops {}; do \
        command -v $name >/dev/null || echo $name is missing; done; \
        echo \"${{GITOPS_CA_FILE-unset}} ${{GH_TOKEN-unset}} ${{GITHUB_API_URL-unset}} ${{https_proxy-unset}}\"; \
        exit 7",
        programs.join(" ")
    );
    let output = lab(&["replay", "first-sync", "--at", "8", "--", "sh", "-c", &script]);
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(lines[1..], ["unset unset unset unset"], "nothing of the user's: {lines:?}");
    assert_eq!(
        stderr(&output),
        "# replaying first-sync: A source and a kustomization are created; everything becomes ready\n\
         # namespace golden-first-sync, 8.9 s from 8 s on\n"
    );
}

#[test]
fn at_the_end_the_command_is_interrupted_and_that_is_success() {
    let begin = Instant::now();
    let words = ["replay", "first-sync", "--at", "0.4", "--speed", "20", "--", "sleep", "60"];
    let output = lab(&words);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert_eq!(
        stderr(&output),
        "# replaying first-sync: A source and a kustomization are created; everything becomes ready\n\
         # namespace golden-first-sync, 8.9 s from 0.4 s on, 20 times as fast\n\
         # 0.5 s  create GitRepository hello\n\
         # 0.5 s  create Kustomization hello-dev\n\
         # 8.9 s  the recording ends\n"
    );
}

#[test]
fn an_interrupted_replay_takes_its_command_and_its_folder_with_it() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let lab = Lab::new();
        let script = "trap '' INT TERM; echo ready; exec sleep 60";
        let mut running = lab
            .command(&["replay", "first-sync", "--", "sh", "-c", script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(running.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!((line.as_str(), lab.left()), ("ready\n", 1));
        let begin = Instant::now();
        let script = format!("kill -s {signal} {}", running.id());
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
        assert_eq!(running.wait().unwrap().code(), Some(code), "{signal}");
        // The end of the pipe is the end of the command, which does not listen to signals.
        assert_eq!(output.read_line(&mut line).unwrap(), 0);
        assert!(begin.elapsed() < Duration::from_secs(30), "{signal}");
        assert_eq!(lab.left(), 0, "{signal}");
    }
}

#[test]
fn quiet_is_quiet_and_hold_holds() {
    let words = ["replay", "first-sync", "--at", "9", "--hold", "--quiet", "--", "sleep", "3"];
    let begin = Instant::now();
    let output = lab(&words);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    assert!(begin.elapsed() >= Duration::from_secs(3), "it was not interrupted after two");
}

#[test]
fn what_cannot_be_replayed_is_told_with_exit_code_2() {
    for (words, told) in [
        (vec!["replay", "first-sync", "--", "no-such-program"], "error: command no-such-program not found"),
        (
            vec!["replay", "-f", "/no/such/file", "--", "true"],
            "error: cannot read /no/such/file\ncaused by: ",
        ),
        (
            vec!["replay", "-f", "/dev/null", "--", "true"],
            "error: cannot read /dev/null\ncaused by: not a regular file\n",
        ),
        (
            vec!["replay", "first-sync", "--at", "9999", "--", "true"],
            "error: the recording is over before second 9999: it lasts 8.9 s\n\nhint: begin earlier: --at 8\n",
        ),
        (vec!["replay", "first-sink", "--", "true"], "error: invalid value 'first-sink' for '[NAME]'"),
        (vec!["replay", "first-sync"], "error: the following required arguments were not provided:"),
        (
            vec!["replay", "first-sync", "--speed", "0", "--", "true"],
            "error: invalid value '0' for '--speed <N>': not a number between 0.01 and 1000",
        ),
    ] {
        let output = lab(&words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(stderr(&output).starts_with(told), "{words:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), "", "{words:?}");
    }
}

#[test]
fn the_list_names_every_recording() {
    let output = lab(&["replay", "--list"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(lines[0], "NAME              SECONDS   TITLE");
    assert_eq!(
        lines[1],
        "first-sync        8.9       A source and a kustomization are created; everything becomes ready"
    );
    assert_eq!(lines.len(), 6);
}
