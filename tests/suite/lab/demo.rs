//! `demo` as a person runs it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kubectl_gitops::FRONT_VARIABLE;
use nix::pty::{Winsize, openpty};
use tempfile::TempDir;

use crate::support::{FRONT, Terminal, link_program};

fn demo() -> (TempDir, Command) {
    let home = TempDir::new().unwrap();
    let program = link_program(home.path(), "kubectl-gitops_lab");
    std::fs::create_dir(home.path().join("tmp")).unwrap();
    let mut command = Command::new(program);
    command
        .arg("demo")
        .env_clear()
        .env(FRONT_VARIABLE, FRONT)
        .env("HOME", home.path())
        .env("TMPDIR", home.path().join("tmp"))
        .env("PATH", "/usr/bin:/bin")
        // Nothing of the user's is reached.
        .env("KUBECONFIG", "/no/such/file")
        .env("GITOPS_CA_FILE", "/no/such/file")
        .env("GH_TOKEN", "ghp_of_the_user")
        .env("GITHUB_API_URL", "https://127.0.0.1:9/api/v3")
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .stdin(Stdio::null());
    (home, command)
}

fn left(home: &TempDir) -> usize {
    std::fs::read_dir(home.path().join("tmp")).unwrap().count()
}

#[test]
fn a_version_is_deployed_another_fails_and_the_next_mends_it() {
    let (home, mut command) = demo();
    let begin = Instant::now();
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{stdout}{stderr}");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    let mut standings: Vec<&str> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("dev  ")?.split_whitespace().next())
        .filter(|standing| ["Deployed", "Failed"].contains(standing))
        .collect();
    standings.dedup();
    assert!(standings.starts_with(&["Deployed"]), "{stdout}");
    assert!(standings.ends_with(&["Failed", "Deployed"]), "{stdout}");
    for line in stderr.lines() {
        assert!(line.starts_with("# ") && line.chars().count() <= 80, "{line}");
    }
    assert!(stderr.contains("commands on the pages are for this lab, which is gone"), "{stderr}");
    for told in ["0.0.1-13 waits for approval", "it has lost a colon", "puts that right", "that is all"] {
        assert!(stderr.contains(told), "{stderr}");
    }
    let versions: Vec<&str> = stdout
        .lines()
        .filter_map(|line| line.strip_prefix("dev  ")?.split_whitespace().nth(1))
        .filter(|version| version.starts_with("0.0.1-"))
        .collect();
    for version in ["0.0.1-12", "0.0.1-13", "0.0.1-15"] {
        assert!(versions.contains(&version), "{version}: {stdout}");
    }
    assert!(stdout.contains("PullRequestOpen: #1 Deploy to 'dev' '0.0.1-13'"), "{stdout}");
    // It is merged before a cluster applies it.
    let pages: Vec<&str> = stdout.split("ENVIRONMENT").collect();
    for page in pages.iter().filter(|page| !page.contains("  0.0.1-12  ")) {
        assert!(!page.contains("#1 Deploy to 'dev' '0.0.1-13'"), "{page}");
    }
    assert_eq!(left(&home), 0, "nothing is left behind");
}

/// Pages stand one below the other, in colours, with what is said between them.
#[test]
fn on_a_terminal_it_can_be_read_from_the_beginning_to_the_end() {
    let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    let pty = openpty(Some(&size), None).unwrap();
    let (home, mut command) = demo();
    command
        .env("TERM", "xterm-256color")
        .stdout(pty.slave.try_clone().unwrap())
        .stderr(pty.slave.try_clone().unwrap());
    let mut running = command.spawn().unwrap();
    // What is left of the terminal is its own: when the demo ends, it ends.
    drop((command, pty.slave));
    let (mut screen, mut written) = (File::from(pty.master), Vec::new());
    // Linux says EIO at the end.
    let _ = screen.read_to_end(&mut written);
    assert_eq!(running.wait().unwrap().code(), Some(0));
    let text = String::from_utf8(written).unwrap();
    for sequence in text.split('\u{1b}').skip(1) {
        let end = sequence.chars().find(char::is_ascii_alphabetic);
        assert_eq!(end, Some('m'), "nothing but colours: {sequence:?}");
    }
    assert!(text.contains("\u{1b}[32mDeployed"), "{text}");
    for line in text.lines().filter(|line| line.contains("# ") && line.contains(" s: ")) {
        assert!(line.starts_with("# "), "a line of its own: {line:?}");
    }
    let last = Terminal::new(80, 24).write(&text).text();
    let end = last.split("ENVIRONMENT").last().unwrap();
    assert!(end.contains("dev           Deployed   0.0.1-15") && end.contains("in context lab"), "{last}");
    assert!(end.trim_end().ends_with(" s: that is all"), "{last}");
    assert_eq!(left(&home), 0);
}

#[test]
fn interrupted_it_takes_everything_with_it() {
    let (home, mut command) = demo();
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut output = BufReader::new(running.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(left(&home) > 0);
    let kill = format!("kill -s INT {}", running.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    assert_eq!(running.wait().unwrap().code(), Some(130));
    // The end of the pipe is the end of the watch.
    while output.read_line(&mut line).unwrap() > 0 {}
    assert_eq!(left(&home), 0);
}
