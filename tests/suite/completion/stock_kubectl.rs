//! Completion through stock kubectl, which runs `kubectl_complete-gitops_status` from PATH and hands on what it says: the
//! newest one, and the oldest that is looked after.

use std::path::Path;
use std::process::{Command, Stdio};

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};

use crate::support::{Program, find_tool};

const NAMES: [&str; 4] =
    ["kubectl-gitops", "kubectl_complete-gitops", "kubectl-gitops_status", "kubectl_complete-gitops_status"];

/// What a kubectl offers for the last of these words.
fn offered(kubectl: &Path, program: &Program, kubeconfig: &str, words: &[&str]) -> String {
    let mut command = Command::new(kubectl);
    command.arg("__complete").args(words).env_clear().stdin(Stdio::null());
    command.env("HOME", program.home()).env("KUBECONFIG", kubeconfig);
    command.env("PATH", format!("{}:/usr/bin:/bin", program.home().display()));
    let output = command.output().expect("kubectl runs");
    assert!(output.status.success(), "{words:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn check(kubectl: &Path, kubeconfig: &str) {
    let program = Program::new();
    for name in NAMES {
        program.linked(name);
    }
    let file = program.file("kubeconfig", kubeconfig);
    let offered = |words: &[&str]| offered(kubectl, &program, &file, words);
    assert_eq!(offered(&["gitops-status", "-o", "j"]), "json\tOne JSON document\n:4\n");
    assert_eq!(offered(&["gitops-status", "--record", ""]), ":0\n");
    assert_eq!(
        offered(&["gitops-status", "--context", ""]),
        "lab\tcluster lab, the current one\nlab-viewer\tcluster lab\n:36\n"
    );
    assert_eq!(offered(&["gitops", "status", "-oy"]), "-oyaml\tOne YAML document\n:4\n");
    let words = offered(&["gitops", ""]);
    assert!(
        words.starts_with("setup\t") && words.contains("\nlab\t") && words.ends_with("\n:4\n"),
        "{words}"
    );
    // The cluster may not answer in time on a machine that is busy; the next question finds what it said.
    let namespaces = std::iter::repeat_with(|| offered(&["gitops-status", "-n", ""]));
    let namespaces = namespaces.take(100).find(|words| words.contains("qa-hello")).expect("they are offered");
    let expected = "dev-hello\tenvironment dev of hello\nqa-hello\tenvironment qa of hello\n";
    assert!(namespaces.starts_with(expected) && namespaces.ends_with("\n:36\n"), "{namespaces}");
}

#[tokio::test]
async fn kubectl_hands_on_what_is_offered_and_its_order() {
    let scenario = BuiltIn::named("default").expect("the default").document();
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
    let lab = Lab::start(Settings { scenario: Some(scenario), clock, ..Settings::default() }).await;
    let kubeconfig = lab.as_ref().expect("a lab").kubeconfig().to_owned();
    for kubectl in ["kubectl", "kubectl-1.31"].into_iter().filter_map(find_tool) {
        let kubeconfig = kubeconfig.clone();
        tokio::task::spawn_blocking(move || check(&kubectl, &kubeconfig)).await.expect("it ends");
    }
}
