//! `up` as a person runs it: what it writes and tells, and how it ends.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::say;

fn lab(home: &Path, words: &[&str]) -> Command {
    let program = home.join("kubectl-gitops_lab");
    if !program.exists() {
        symlink(env!("CARGO_BIN_EXE_gitops-under-test"), &program).unwrap();
    }
    let mut command = Command::new(program);
    command
        .args(words)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// Kills a process that is still there.
struct Ending(u32);

impl Drop for Ending {
    fn drop(&mut self) {
        let kill = format!("kill -s KILL {} 2>/dev/null", self.0);
        let _ = Command::new("sh").args(["-c", &kill]).status();
    }
}

#[test]
fn a_lab_writes_its_folder_serves_and_ends_when_it_is_interrupted() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let home = TempDir::new().unwrap();
        let mut running = lab(home.path(), &["up"]).stderr(Stdio::piped()).spawn().unwrap();
        // A test that fails leaves nothing running.
        let id = running.id();
        let _end = Ending(id);
        let lines = BufReader::new(running.stderr.take().unwrap()).lines();
        let told: Vec<String> = lines.take(7).map(Result::unwrap).collect();
        assert_eq!(told[0], "# Pipeline hello of organisation contoso, deployed to dev and qa; all is well");
        let url = told[1].split([' ', ',']).find(|word| word.starts_with("https://127.0.0.1:")).unwrap();
        assert_eq!(told[3], ". ./.gitops-lab/env.sh");

        let folder = home.path().join(".gitops-lab");
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("kubeconfig"))), (0o700, 0o600));
        let script = ". ./.gitops-lab/env.sh; cat \"$KUBECONFIG\" \"$GITOPS_CA_FILE\"";
        let sourced = Command::new("sh").args(["-c", script]).current_dir(home.path()).output().unwrap();
        let sourced = String::from_utf8(sourced.stdout).unwrap();
        assert!(sourced.contains(url) && sourced.contains("BEGIN CERTIFICATE"), "{sourced}");
        let clone = ". ./.gitops-lab/env.sh; git clone -q \"$1\" a 2>&1 && git -C a log --format=%s";
        let clone_url = told[5].strip_prefix("git clone ").unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", clone, "sh", clone_url]).current_dir(home.path()).env("HOME", home.path());
        let cloned = command.env("GIT_TERMINAL_PROMPT", "0").output().unwrap();
        assert_eq!(String::from_utf8_lossy(&cloned.stdout), "Deploy to 'dev' '0.0.1-12'\n");
        let ask = |words: &str| {
            let script = format!(". ./.gitops-lab/env.sh; {words}");
            let asked = Command::new("sh").args(["-c", &script]).current_dir(home.path()).output().unwrap();
            String::from_utf8(asked.stdout).unwrap()
        };
        let environment = ask("env");
        for line in [
            "GITHUB_API_URL=https://127.0.0.1:",
            "GITHUB_SERVER_URL=https://127.0.0.1:",
            "GH_TOKEN=",
            "GITOPS_ORG=contoso\n",
        ] {
            assert!(environment.contains(line), "{line}: {environment}");
        }
        if Command::new("curl").arg("--version").output().is_ok() {
            assert_eq!(ask(&format!("{} --silent --fail", told[6])), "[]", "no pull request is open");
        } else {
            let required = std::env::var_os("GITOPS_REQUIRE_TOOLS").is_some_and(|value| value == "1");
            assert!(!required, "curl is required and not on PATH");
            say("not run: needs curl");
        }
        assert!(std::net::TcpStream::connect(url.trim_start_matches("https://")).is_ok());

        let kill = format!("kill -s {signal} {id}");
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        assert_eq!(running.wait().unwrap().code(), Some(code), "{signal}");
    }
}

#[test]
fn what_cannot_be_served_is_told() {
    let home = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let wrong = "apiVersion: lab.gitops.dev/v1\nkind: Scenario\nmetadata: {name: a}\nspec: {colour: red}\n";
    std::fs::write(home.path().join("wrong.yaml"), wrong).unwrap();
    for (words, told) in [
        (
            vec!["up", "--port-base", &port],
            "error: cannot serve\ncaused by: no port on 127.0.0.1 to serve on",
        ),
        (
            vec!["up", "--folder", "."],
            "error: cannot write how to use the lab\ncaused by: folder . holds something else",
        ),
        (
            vec!["up", "--scenario", "nowhere"],
            "error: there is no scenario nowhere, nor a file of that name\n\nhint: list the scenarios",
        ),
        (
            vec!["up", "--scenario", "wrong.yaml"],
            "error: cannot use wrong.yaml\ncaused by: not a scenario\ncaused by: ",
        ),
        (vec!["up", "--latency", "soon"], "error: invalid value 'soon' for '--latency <DURATION>'"),
        (vec!["up", "--port-base", "70000"], "error: invalid value '70000' for '--port-base <N>'"),
    ] {
        let output = lab(home.path(), &words).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && stderr.starts_with(told), "{words:?}: {stderr}");
    }
    assert!(!home.path().join(".gitops-lab").exists(), "a lab that is not served leaves nothing");
}

#[test]
fn the_help_names_every_scenario_with_what_it_is() {
    let home = TempDir::new().unwrap();
    let output = lab(home.path(), &["up", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for scenario in kubectl_gitops_lab::scenarios() {
        assert!(help.contains(&format!("- {}:", scenario.name)), "{}: {help}", scenario.name);
    }
}
