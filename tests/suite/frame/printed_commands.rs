//! Every command that a page, a document or a plan prints is run as it is printed, with stock kubectl, where the
//! current context is another cluster's: that one hears nothing of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use gitops_core::model::cluster::Kind;
use kubectl_gitops_lab::{Lab, ScenarioGroup, scenarios};
use serde_json::{Value, json};

use super::clusters::{kubeconfig, lab};
use crate::support::{Program, find_tool, has_tool, patch};

/// The folder of a stock kubectl; nothing, and a word on it, where there is none.
fn kubectl_folder() -> Option<PathBuf> {
    find_tool("kubectl")?.parent().map(Path::to_owned)
}

/// What stdout is read for: the whole answer, or of a command that goes on its beginning.
fn first_output(program: &Program, line: &str, path: &str) -> String {
    let goes_on = line.contains("--watch");
    // kubectl becomes its plugin, and the shell kubectl: the child is the program that goes on.
    let line = if goes_on { format!("exec {line}") } else { line.to_owned() };
    let mut command = program.shell(&line, path);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell");
    if !goes_on {
        let output = child.wait_with_output().expect("it ends");
        return String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    }
    let mut beginning = [0; 1024];
    let count = child.stdout.as_mut().expect("piped").read(&mut beginning).expect("output");
    child.kill().expect("ended");
    child.wait().expect("it ends");
    String::from_utf8_lossy(&beginning[..count]).into_owned()
}

/// The lines of kubectl that can be run as they are.
fn runnable(lines: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let lines = lines.into_iter().map(|line| line.trim().to_owned());
    let is_of_kubectl = |line: &str| {
        line.starts_with("kubectl ") || line.starts_with("test -s ") && line.contains(" && kubectl ")
    };
    lines.filter(|line| is_of_kubectl(line) && !line.contains('<')).collect()
}

/// The lines that these flags make the commands print: of pages, of documents, and of plans.
fn printed(program: &Program, flags: &[&str]) -> BTreeSet<String> {
    let status = |words: &[&str]| program.status(&[words, flags].concat());
    let page = status(&["-A"]).stdout;
    let document: Value = serde_json::from_str(&status(&["-A", "-o", "json"]).stdout).unwrap_or_default();
    let environments = document["environments"].as_array().cloned().unwrap_or_default();
    let next = environments.iter().filter_map(|environment| environment["next"].as_array()).flatten();
    let next = next.filter_map(|next| next["command"].as_str()).map(str::to_owned);
    let plans = environments.iter().filter_map(|environment| environment["namespace"].as_str());
    let plans = plans.map(|namespace| {
        program.run("kubectl-gitops_reconcile", &[&["--dry-run", "-n", namespace], flags].concat()).stdout
    });
    let written: Vec<String> = plans.chain([page]).collect();
    runnable(written.iter().flat_map(|text| text.lines()).map(str::to_owned).chain(next))
}

fn requests(lab: &Lab) -> Vec<String> {
    let journal = lab.journal();
    let requests = journal["requests"].as_array().or(journal.as_array()).expect("requests").clone();
    requests.iter().map(|request| format!("{} {}", request["method"], request["target"])).collect()
}

/// Runs all lines; each must reach `edge`, none the current cluster. The answer is what each line asked.
async fn run_all(
    program: Program,
    flags: &'static [&'static str],
    edge: &Lab,
    current: &Lab,
) -> Vec<Vec<String>> {
    let Some(folder) = kubectl_folder() else { return Vec::new() };
    for name in ["kubectl-gitops_status", "kubectl-gitops_reconcile"] {
        program.linked(name);
    }
    // What commands read that write a secret.
    program.file("token", "ghp_0123456789");
    let path = format!("{}:{}:/usr/bin:/bin", program.home().display(), folder.display());
    let program = std::sync::Arc::new(program);
    let asking = program.clone();
    let lines = tokio::task::spawn_blocking(move || printed(&asking, flags)).await.expect("lines");
    let mut asked = Vec::new();
    for line in &lines {
        for flag in flags.iter().filter(|flag| flag.starts_with("--")) {
            assert!(line.contains(flag), "{flag} is not in: {line}");
        }
        edge.clear_journal();
        let (program, path, command) = (program.clone(), path.clone(), line.clone());
        let output = tokio::task::spawn_blocking(move || first_output(&program, &command, &path)).await;
        let requests_of_line = requests(edge);
        assert!(!requests_of_line.is_empty(), "{line} asked nobody: {}", output.expect("run"));
        assert_eq!(requests(current), Vec::<String>::new(), "{line} asked the current cluster");
        asked.push(requests_of_line);
    }
    asked
}

#[tokio::test]
async fn every_printed_command_acts_where_the_page_looked() {
    if !has_tool("kubectl") {
        return;
    }
    let prod = lab("default").await;
    let mut count = 0;
    // What is wrong beyond a cluster is mended elsewhere.
    for scenario in scenarios().iter().filter(|scenario| scenario.group == ScenarioGroup::Cluster) {
        let edge = lab(scenario.name).await;
        let program = Program::with_kubeconfig(&kubeconfig(&[("prod", &prod), ("edge", &edge)]));
        count += run_all(program, &["--context", "edge"], &edge, &prod).await.len();
    }
    assert!(count > 30, "{count}");
}

/// What Azure does not keep is mended with kubectl: these commands write, and read what another command writes.
#[tokio::test]
async fn commands_that_write_act_there_alone() {
    if !has_tool("kubectl") {
        return;
    }
    let prod = lab("default").await;
    for (scenario, method, written) in [
        ("suspended", "PATCH", "/kustomizations/hello-dev-hello-dev"),
        ("bad-token", "PATCH", "/secrets/"),
        ("missing-secret", "POST", "/secrets"),
    ] {
        let edge = lab(scenario).await;
        let labels =
            ["is-managed", "name", "namespace"].map(|name| format!("clusterconfig.azure.com/{name}"));
        let labels: BTreeMap<String, Option<&str>> = labels.into_iter().map(|label| (label, None)).collect();
        let unmanaged = json!({"metadata": {"labels": labels}});
        patch(&edge, Kind::GitRepository, "hello-dev", unmanaged.clone()).await;
        patch(&edge, Kind::Kustomization, "hello-dev-hello-dev", unmanaged).await;
        let program = Program::with_kubeconfig(&kubeconfig(&[("prod", &prod), ("edge", &edge)]));
        let asked = run_all(program, &["--context", "edge"], &edge, &prod).await;
        let is_write = |request: &String| request.contains(method) && request.contains(written);
        let is_written = asked.iter().flatten().any(is_write);
        assert!(is_written, "{scenario}: {asked:#?}");
    }
}

#[tokio::test]
async fn a_kubeconfig_and_a_person_that_were_given_are_kept() {
    let Some(folder) = kubectl_folder() else { return };
    let bind =
        "kubectl --kubeconfig edge.config create clusterrolebinding jo --clusterrole cluster-admin --user jo";
    let prod = lab("default").await;
    for scenario in ["crash-loop", "controller-stopped"] {
        let edge = lab(scenario).await;
        let program = || {
            let program = Program::with_kubeconfig(&kubeconfig(&[("prod", &prod)]));
            program.file("edge.config", &kubeconfig(&[("edge", &edge)]));
            program
        };
        let of_file = run_all(program(), &["--kubeconfig", "edge.config"], &edge, &prod).await;
        assert!(!of_file.is_empty(), "{scenario}");
        let as_person: &[&str] = &["--kubeconfig", "edge.config", "--as", "jo", "--as-group", "sre"];
        let binding = program();
        let path = format!("{}:/usr/bin:/bin", folder.display());
        let bound = tokio::task::spawn_blocking(move || first_output(&binding, bind, &path));
        assert!(bound.await.expect("it runs").contains("created"), "{scenario}");
        let of_person = run_all(program(), as_person, &edge, &prod).await;
        assert!(!of_person.is_empty(), "{scenario}");
    }
}

#[tokio::test]
async fn hints_of_failures_keep_the_flags_too() {
    let edge = lab("empty").await;
    let program = Program::with_kubeconfig(&kubeconfig(&[("edge", &edge)]));
    let words = ["-n", "nowhere", "--context", "edge", "--as", "viewer", "--as-group", "team:edge"];
    let ended = tokio::task::spawn_blocking(move || program.status(&words)).await.expect("it ends");
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    let (_, hint) = ended.stderr.split_once("hint: ").expect("a hint");
    let flags = "--context edge --as viewer --as-group 'team:edge'";
    assert!(hint.contains(&format!("kubectl {flags} ")), "{hint}");
}

/// The command of the hint of a failure, which is not allowed, not authenticated, overloaded, or finds nothing.
fn hinted(program: &Program, words: &[&str]) -> Option<String> {
    let ended = program.status(words);
    assert_ne!(ended.code, Some(0), "{words:?}: {}", ended.stdout);
    let (_, hint) = ended.stderr.split_once("hint: ").expect("a hint");
    hint.rfind("kubectl ").map(|place| hint[place..].trim().to_owned())
}

/// Once what went wrong is over, the hint is run as it is printed: it never reaches the current cluster.
#[tokio::test]
async fn hints_of_failures_act_where_the_question_went() {
    let Some(folder) = kubectl_folder() else { return };
    let (prod, edge) = (lab("default").await, lab("default").await);
    let kubeconfig = kubeconfig(&[("prod", &prod), ("edge", &edge)]);
    let mut count = 0;
    for (code, words) in [
        (Some(401), &["-A"][..]),
        (Some(403), &["-A"]),
        (Some(429), &["-A"]),
        (Some(503), &["-A"]),
        (None, &["-n", "kube-system"]),
        (None, &["-l", "team=nobody"]),
    ] {
        if let Some(code) = code {
            let fault = json!({"path": "/**", "effect": {"status": {"code": code}}});
            edge.inject(serde_json::from_value(fault).expect("a fault"));
        }
        let words: Vec<String> =
            words.iter().chain(&["--context", "edge"]).map(|word| (*word).to_owned()).collect();
        let path = format!("{}:/usr/bin:/bin", folder.display());
        let program = std::sync::Arc::new(Program::with_kubeconfig(&kubeconfig));
        let asking = program.clone();
        let hint = tokio::task::spawn_blocking(move || {
            hinted(&asking, &words.iter().map(String::as_str).collect::<Vec<_>>())
        });
        let hint = hint.await.expect("it ends");
        edge.clear_faults();
        edge.clear_journal();
        // What shows the kubeconfig asks nobody.
        let Some(line) = hint.filter(|line| !line.contains(" config ")) else { continue };
        count += 1;
        let command = line.clone();
        let output = tokio::task::spawn_blocking(move || first_output(&program, &command, &path)).await;
        assert!(!requests(&edge).is_empty(), "{line} asked nobody: {}", output.expect("run"));
        assert_eq!(requests(&prod), Vec::<String>::new(), "{line} asked the current cluster");
    }
    assert!(count >= 4, "{count}");
}
