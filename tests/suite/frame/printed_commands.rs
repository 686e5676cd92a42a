//! Every command that a page, a document or a plan prints is run as it is printed, with stock kubectl, where the
//! current context is another cluster's: that one hears nothing of it.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use kubectl_gitops_lab::{Lab, scenarios};
use serde_json::Value;

use super::clusters::{kubeconfig, lab};
use crate::support::{Program, find_tool, has_tool};

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
    lines.filter(|line| line.starts_with("kubectl ") && !line.contains('<')).collect()
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

/// Runs all lines; each must reach `edge`, none the current cluster.
async fn run_all(program: Program, flags: &'static [&'static str], edge: &Lab, current: &Lab) -> usize {
    let Some(folder) = kubectl_folder() else { return 0 };
    for name in ["kubectl-gitops_status", "kubectl-gitops_reconcile"] {
        program.linked(name);
    }
    let path = format!("{}:{}:/usr/bin:/bin", program.home().display(), folder.display());
    let program = std::sync::Arc::new(program);
    let asking = program.clone();
    let lines = tokio::task::spawn_blocking(move || printed(&asking, flags)).await.expect("lines");
    for line in &lines {
        for flag in flags.iter().filter(|flag| flag.starts_with("--")) {
            assert!(line.contains(flag), "{flag} is not in: {line}");
        }
        edge.clear_journal();
        let (program, path, command) = (program.clone(), path.clone(), line.clone());
        let output = tokio::task::spawn_blocking(move || first_output(&program, &command, &path)).await;
        assert!(!requests(edge).is_empty(), "{line} asked nobody: {}", output.expect("run"));
        assert_eq!(requests(current), Vec::<String>::new(), "{line} asked the current cluster");
    }
    lines.len()
}

#[tokio::test]
async fn every_printed_command_acts_where_the_page_looked() {
    if !has_tool("kubectl") {
        return;
    }
    let prod = lab("default").await;
    let mut count = 0;
    for scenario in scenarios() {
        let edge = lab(scenario.name).await;
        let program = Program::with_kubeconfig(&kubeconfig(&[("prod", &prod), ("edge", &edge)]));
        count += run_all(program, &["--context", "edge"], &edge, &prod).await;
    }
    assert!(count > scenarios().len(), "{count}");
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
        assert!(of_file > 0, "{scenario}");
        let as_person: &[&str] = &["--kubeconfig", "edge.config", "--as", "jo", "--as-group", "sre"];
        let binding = program();
        let path = format!("{}:/usr/bin:/bin", folder.display());
        let bound = tokio::task::spawn_blocking(move || first_output(&binding, bind, &path));
        assert!(bound.await.expect("it runs").contains("created"), "{scenario}");
        let of_person = run_all(program(), as_person, &edge, &prod).await;
        assert!(of_person > 0, "{scenario}");
    }
}

#[tokio::test]
async fn hints_of_failures_keep_the_flags_too() {
    let edge = lab("empty").await;
    let program = Program::with_kubeconfig(&kubeconfig(&[("edge", &edge)]));
    let words = ["-n", "nowhere", "--context", "edge", "--as", "viewer", "--as-group", "system:masters"];
    let ended = tokio::task::spawn_blocking(move || program.status(&words)).await.expect("it ends");
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    let (_, hint) = ended.stderr.split_once("hint: ").expect("a hint");
    let flags = "--context edge --as viewer --as-group 'system:masters'";
    assert!(hint.contains(&format!("kubectl {flags} ")), "{hint}");
}
