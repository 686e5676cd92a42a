//! `demo` as a person runs it.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

fn demo() -> (TempDir, Command) {
    let home = TempDir::new().unwrap();
    let program = home.path().join("kubectl-gitops_lab");
    symlink(env!("CARGO_BIN_EXE_gitops-under-test"), &program).unwrap();
    std::fs::create_dir(home.path().join("tmp")).unwrap();
    let mut command = Command::new(program);
    command
        .arg("demo")
        .env_clear()
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
    assert_eq!(left(&home), 0, "nothing is left behind");
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
