//! `up` as a person runs it: what it writes and tells, and how it ends.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use kubectl_gitops::FRONT_VARIABLE;
use tempfile::TempDir;

use crate::support::{FRONT, link_program, say};

fn lab(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(link_program(home, "kubectl-gitops_lab"));
    command
        .args(words)
        .current_dir(home)
        .env_clear()
        .env(FRONT_VARIABLE, FRONT)
        .env("HOME", home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// A lab that serves, and what it told. It ends with this.
struct Running {
    child: Child,
    told: Vec<String>,
}

impl Running {
    /// Starts one and waits until it has told how it is used.
    fn start(home: &Path, words: &[&str]) -> Self {
        let mut child = lab(home, words).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut told = Vec::new();
        for line in lines {
            let is_last = line.contains("/_lab/requests");
            told.push(line);
            if is_last {
                break;
            }
        }
        assert!(told.len() > 5, "{told:?}");
        Self { child, told }
    }

    /// The addresses of the Kubernetes API and of GitHub.
    fn addresses(&self) -> Vec<&str> {
        let line = self.told.iter().find(|line| line.starts_with("# Kubernetes at ")).expect("addresses");
        line.split([' ', ',']).filter(|word| word.starts_with("https://127.0.0.1:")).collect()
    }

    /// Ends it by a signal; the answer is its exit code.
    fn end(&mut self, signal: &str) -> Option<i32> {
        let kill = format!("kill -s {signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that fails leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a line of shell prints in the home, once the lab's env.sh was read.
fn ask(home: &Path, words: &str) -> String {
    let script = format!(". ./.gitops-lab/env.sh; {words}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(home).env("HOME", home).env("GIT_TERMINAL_PROMPT", "0");
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn a_lab_writes_its_folder_serves_and_ends_when_it_is_interrupted() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let home = TempDir::new().unwrap();
        let mut running = Running::start(home.path(), &["up"]);
        assert_eq!(
            running.told[0],
            "# Pipeline hello of organisation contoso, deployed to dev and qa; all is well"
        );
        let folder = home.path().canonicalize().unwrap().join(".gitops-lab");
        assert!(running.told.contains(&format!(". {}/env.sh", folder.display())), "{:?}", running.told);
        // Paths are as long as they are, of folders and of Azure's resources.
        let is_path =
            |line: &&String| line.contains(home.path().to_str().unwrap()) || line.starts_with("az rest ");
        for line in running.told.iter().filter(|line| !is_path(line)) {
            assert!(line.chars().count() <= 80, "{line}");
        }
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("kubeconfig"))), (0o700, 0o600));
        let keys = ask(home.path(), "cat \"$KUBECONFIG\" \"$GITOPS_CA_FILE\"");
        let url = running.addresses()[0].to_owned();
        assert!(keys.contains(&url) && keys.contains("BEGIN CERTIFICATE"), "{keys}");
        let environment = ask(home.path(), "env");
        for line in [
            "GITHUB_API_URL=https://127.0.0.1:",
            "GITHUB_SERVER_URL=https://127.0.0.1:",
            "GH_TOKEN=",
            "GITOPS_ORG=contoso\n",
            "AZURE_TENANT_ID=22222222-2222-4222-8222-222222222222\n",
            "AZURE_CLIENT_ID=33333333-3333-4333-8333-333333333333\n",
            "AZURE_CLIENT_SECRET=",
            "AZURE_SUBSCRIPTION_ID=11111111-1111-4111-8111-111111111111\n",
            "AZURE_AUTHORITY_HOST=https://127.0.0.1:",
            "GITOPS_ARM_ENDPOINT=https://127.0.0.1:",
            "GITOPS_LAB_CLUSTER=edge-1\n",
            "GITOPS_LAB_RESOURCE_GROUP=rg-contoso-edge\n",
        ] {
            assert!(environment.contains(line), "{line}: {environment}");
        }
        assert!(std::net::TcpStream::connect(url.trim_start_matches("https://")).is_ok());
        assert_eq!(running.end(signal), Some(code), "{signal}");
    }
}

/// Whether programs are there that a test needs.
fn has(programs: &[&str]) -> bool {
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let is_missing = |program: &&&str| !folders.iter().any(|folder| folder.join(program).is_file());
    let missing: Vec<_> = programs.iter().filter(is_missing).collect();
    let required = std::env::var_os("GITOPS_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(missing.is_empty() || !required, "{missing:?} are required and not on PATH");
    if !missing.is_empty() {
        say(&format!("not run: needs {missing:?}"));
    }
    missing.is_empty()
}

#[test]
fn what_it_tells_works_in_any_folder() {
    if !has(&["kubectl", "curl", "git"]) {
        return;
    }
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join("it's a \"lab\"")).unwrap();
    std::fs::create_dir(home.path().join("elsewhere")).unwrap();
    link_program(home.path(), "kubectl-gitops_status");
    let words = ["up", "--folder", "it's a \"lab\"/a", "--name", "edge"];
    let running = Running::start(home.path(), &words);
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", home.path().display());
    // Those of az are typed by `cargo azure-cli`.
    let is_of_az = |line: &String| line.starts_with("az ") || line.contains("REQUESTS_CA_BUNDLE");
    let commands = running.told.iter().filter(|line| !line.starts_with('#') && !is_of_az(line));
    let (enter, commands): (Vec<&String>, Vec<&String>) = commands.partition(|line| line.starts_with(". "));
    for (command, (code, printed)) in commands.iter().zip([
        (0, "dev-hello"),
        (0, ""),
        (0, "[]"),
        (0, "\"complianceState\":\"Compliant\""),
        (1, "pods is forbidden: User \"viewer\" cannot list"),
        (0, "/apis/kustomize.toolkit.fluxcd.io/v1"),
    ]) {
        let script = format!("{}\n{command}", enter[0]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).current_dir(home.path().join("elsewhere")).env_clear();
        let output = shell.env("HOME", home.path()).env("PATH", &path).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{command}: {text}");
        assert!(text.contains(printed), "{command}: {text}");
    }
    assert_eq!((enter.len(), commands.len()), (1, 6), "{:?}", running.told);
    assert!(home.path().join("elsewhere/hello-gitops/.git").exists());
    let contexts = std::fs::read_to_string(home.path().join("it's a \"lab\"/a/kubeconfig")).unwrap();
    for name in ["\"current-context\": \"edge\"", "\"name\": \"edge-viewer\""] {
        assert!(contexts.contains(name), "{name}: {contexts}");
    }
}

#[test]
fn two_clusters_are_told_of_and_each_answers() {
    if !has(&["kubectl", "curl", "git"]) {
        return;
    }
    let home = TempDir::new().unwrap();
    link_program(home.path(), "kubectl-gitops_status");
    let mut running = Running::start(home.path(), &["up", "--clusters", "2"]);
    let told = running.told.join("\n");
    for line in [
        "# Kubernetes: lab at https://127.0.0.1:",
        ", lab-2 at https://127.0.0.1:",
        "\n# GitHub at https://127.0.0.1:",
        "\n# Azure at https://127.0.0.1:",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let path = format!("{}:{}", home.path().display(), std::env::var("PATH").unwrap());
    let run = |command: &str| {
        let script = format!(". ./.gitops-lab/env.sh\n{command}");
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]).current_dir(home.path()).env_clear().env("HOME", home.path());
        let output = shell.env("PATH", &path).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), text)
    };
    for (command, printed) in [
        (
            "kubectl gitops-status -A --context lab --context lab-2",
            "lab-2     dev-hello   dev           Deployed",
        ),
        ("kubectl --context lab-2 get nodes", "lab-2-node"),
        ("kubectl get nodes", "edge-1"),
        ("kubectl --context lab-2-viewer auth whoami", "viewer"),
    ] {
        let (code, text) = run(command);
        assert!(code == Some(0) && text.contains(printed), "{command}: {text}");
    }
    assert!(
        told.contains(
            "kubectl gitops-status -A --context lab --context lab-2\nkubectl --context lab-2 get nodes"
        ),
        "{told}"
    );
    // The next lab of two has the same keys and ports for both, after one of one, too.
    let kubeconfig = home.path().join(".gitops-lab/kubeconfig");
    let before = std::fs::read_to_string(&kubeconfig).unwrap();
    running.end("KILL");
    Running::start(home.path(), &["up"]).end("KILL");
    assert_ne!(std::fs::read_to_string(&kubeconfig).unwrap(), before);
    Running::start(home.path(), &["up", "--clusters", "2"]);
    assert_eq!(std::fs::read_to_string(&kubeconfig).unwrap(), before);
}

#[test]
fn a_folder_that_is_in_use_is_refused_by_name() {
    let home = TempDir::new().unwrap();
    let mut running = Running::start(home.path(), &["up"]);
    let kubeconfig = home.path().join(".gitops-lab/kubeconfig");
    let before = std::fs::read_to_string(&kubeconfig).unwrap();
    let refused = lab(home.path(), &["up"]).output().unwrap();
    let (process, addresses) = (running.child.id(), running.addresses().join(" and "));
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(refused.stderr).unwrap(),
        format!(
            "error: cannot use the lab's folder\n\
             caused by: folder .gitops-lab is in use by another lab: process {process}, which serves {addresses}\n\n\
             hint: name another folder and context: --folder FOLDER --name NAME\n"
        )
    );
    assert_eq!(std::fs::read_to_string(&kubeconfig).unwrap(), before, "the folder stays as it is");
    // A lab that was killed has taken nothing away from the next one.
    running.end("KILL");
    Running::start(home.path(), &["up"]);
}

#[test]
fn a_lab_that_begins_again_is_taken_for_the_one_before() {
    let home = TempDir::new().unwrap();
    let mut first = Running::start(home.path(), &["up"]);
    let folder = home.path().join(".gitops-lab");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let files = ["ca.pem", "curl", "env.sh", "git-credential", "kubeconfig"];
    let before = files.map(read);
    first.end("KILL");
    // Earlier ones called the version of the format `form`.
    let state = read("state.json");
    assert!(state.contains("\"formatVersion\": 1"), "{state}");
    std::fs::write(folder.join("state.json"), state.replace("formatVersion", "form")).unwrap();
    let mut second = Running::start(home.path(), &["up"]);
    assert_eq!(files.map(read), before);
    second.end("KILL");
    // Where its ports are taken, it takes others; its keys stay.
    let address = second.addresses()[0].trim_start_matches("https://").to_owned();
    let taken = TcpListener::bind(&address).unwrap();
    let third = Running::start(home.path(), &["up"]);
    assert_ne!(third.addresses()[0], second.addresses()[0]);
    assert_eq!(read("ca.pem"), before[0]);
    drop((third, taken));
    // A folder of a version that kept nothing gets new keys.
    std::fs::remove_file(folder.join("state.json")).unwrap();
    Running::start(home.path(), &["up"]);
    assert_ne!(read("ca.pem"), before[0]);
}

/// The next document of a watch for which this is so.
fn document_where(lines: &mut impl Iterator<Item = String>, is_so: impl Fn(&str) -> bool) -> String {
    lines.find(|line| is_so(line)).expect("the watch goes on")
}

#[test]
fn a_watch_goes_on_when_its_lab_begins_again() {
    let home = TempDir::new().unwrap();
    let mut first = Running::start(home.path(), &["up"]);
    let program = link_program(home.path(), "kubectl-gitops_status");
    let mut watch = Command::new(program);
    watch.args(["-n", "dev-hello", "--watch", "-o", "json"]).env_clear().env("HOME", home.path());
    let watch = watch.env("KUBECONFIG", home.path().join(".gitops-lab/kubeconfig")).stdin(Stdio::null());
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines().map(Result::unwrap);
    document_where(&mut lines, |line| line.contains("\"Deployed\""));
    first.end("KILL");
    // The scenario of the second lab tells it from the first.
    let _second = Running::start(home.path(), &["up", "--scenario", "bad-token"]);
    document_where(&mut lines, |line| line.contains("\"TokenRejected\""));
    watch.kill().unwrap();
    watch.wait().unwrap();
}

#[test]
fn what_cannot_be_served_is_told() {
    let home = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let wrong = "apiVersion: lab.gitops.dev/v1\nkind: Scenario\nmetadata: {name: a}\nspec: {colour: red}\n";
    std::fs::write(home.path().join("wrong.yaml"), wrong).unwrap();
    std::fs::create_dir(home.path().join("half")).unwrap();
    std::fs::write(home.path().join("half/state.json"), "{\"form\"").unwrap();
    for (words, told) in [
        (
            vec!["up", "--port-base", &port],
            "error: cannot serve\ncaused by: no port on 127.0.0.1 to serve on",
        ),
        (
            vec!["up", "--folder", "."],
            "error: cannot use the lab's folder\ncaused by: folder . holds something else",
        ),
        (
            vec!["up", "--folder", "wrong.yaml"],
            "error: cannot use the lab's folder\ncaused by: wrong.yaml is not a folder\n\nhint: name another folder",
        ),
        (
            vec!["up", "--folder", "/proc/lab"],
            "error: cannot use the lab's folder\ncaused by: cannot write folder /proc/lab\ncaused by: ",
        ),
        (vec!["up", "--folder", "half"], "error: cannot use the lab's folder\ncaused by: cannot use "),
        (
            vec!["up", "--name", "a b"],
            "error: invalid value 'a b' for '--name <NAME>': not a letter and up to 62 letters",
        ),
        (
            vec!["up", "--scenario", "nowhere"],
            "error: there is no scenario nowhere, nor a file of that name\n\nhint: list the scenarios",
        ),
        (
            vec!["up", "--scenario", "defualt"],
            "error: there is no scenario defualt, nor a file of that name\n\nhint: a similar scenario exists: default\n",
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
