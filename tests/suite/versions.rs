//! `version`: what a report of a fault has to say of the installation.

use serde_json::Value;

use crate::link::Installed;
use crate::support::require_valid_documents;

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn document(machine: &Installed, program: &str) -> Value {
    let ended = machine.run(program, &["version", "-o", "json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    require_valid_documents(&ended.stdout);
    let document: Value = serde_json::from_str(&ended.stdout).expect("a document");
    assert_eq!((&document["kind"], &document["version"]), (&"Versions".into(), &VERSION.into()));
    document
}

/// Name, role, version and path of every program that kubectl does not only ask for completion.
fn programs(document: &Value) -> Vec<[&str; 4]> {
    let programs = document["programs"].as_array().expect("programs").iter().map(|program| {
        ["name", "role", "version", "path"].map(|field| program[field].as_str().unwrap_or("-"))
    });
    programs.filter(|[name, ..]| !name.starts_with("kubectl_complete-")).collect()
}

/// A machine on which Krew has the suite, with links, another program of that name and one that adds a command. Both
/// tell when they are run.
fn machine() -> Installed {
    let machine = Installed::new().with("PATH", "~/first:~/.krew/bin:/usr/bin:/bin");
    machine.unpack(".krew/store/gitops/v0.1.0");
    machine.symlink("~/.krew/store/gitops/v0.1.0/kubectl-gitops", ".krew/bin/kubectl-gitops");
    assert_eq!(machine.run(".krew/bin/kubectl-gitops", &["link"]).code, Some(0));
    machine.script("first/kubectl-gitops_reconcile", "touch ~/was-run");
    machine.script("first/kubectl-gitops-extra", "touch ~/was-run");
    machine
}

#[test]
fn every_program_is_named_with_what_it_is_and_none_of_others_is_run() {
    let machine = machine();
    let document = document(&machine, ".krew/bin/kubectl-gitops");
    let store = ".krew/store/gitops/v0.1.0/";
    let expected = [
        ["kubectl-gitops", "Front", VERSION, ".krew/bin/kubectl-gitops"],
        ["kubectl-gitops_lab", "Lab", VERSION, &format!("{store}kubectl-gitops_lab")],
        ["kubectl-gitops_setup", "Link", VERSION, ".krew/bin/kubectl-gitops_setup"],
        ["kubectl-gitops_status", "Link", VERSION, ".krew/bin/kubectl-gitops_status"],
        ["kubectl-gitops_reconcile", "Other", "-", "first/kubectl-gitops_reconcile"],
        ["kubectl-gitops_cleanup", "Link", VERSION, ".krew/bin/kubectl-gitops_cleanup"],
        ["kubectl-gitops_lab", "Link", VERSION, ".krew/bin/kubectl-gitops_lab"],
        ["kubectl-gitops-extra", "External", "-", "first/kubectl-gitops-extra"],
    ];
    let whole = |path: &str| format!("~/{path}");
    let expected = expected.map(|[name, role, version, path]| {
        [name.to_owned(), role.to_owned(), version.to_owned(), whole(path)]
    });
    assert_eq!(programs(&document), expected);
    assert_eq!(document["krewRoot"].as_str(), Some(&*whole(".krew")));
    assert!(document["os"].is_string() && document["arch"].is_string());
    let front = &document["programs"][0];
    assert_eq!(front["target"].as_str(), Some(&*whole(&format!("{store}kubectl-gitops"))));
    assert!(!machine.path("was-run").exists());
}

#[test]
fn a_person_reads_a_line_on_the_suite_and_a_table() {
    let machine = machine();
    let page = machine.run(".krew/bin/kubectl-gitops", &["version"]);
    assert_eq!((page.code, page.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = page.stdout.lines().collect();
    assert!(lines[0].starts_with(&format!("kubectl-gitops {VERSION}, ")), "{}", page.stdout);
    assert!(lines[0].ends_with(", installed by Krew in ~/.krew"), "{}", page.stdout);
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[2]), ["PROGRAM", "ROLE", "VERSION", "PATH"]);
    let target = "~/.krew/store/gitops/v0.1.0/kubectl-gitops";
    assert_eq!(
        words(lines[3]),
        ["kubectl-gitops", "Front", VERSION, "~/.krew/bin/kubectl-gitops", "->", target]
    );
    assert_eq!(lines.len(), 11, "{}", page.stdout);
    let wide = machine.run(".krew/bin/kubectl-gitops", &["version", "-o", "wide"]).stdout;
    let completion = wide.lines().filter(|line| line.starts_with("kubectl_complete-gitops"));
    assert_eq!(completion.count(), 6, "{wide}");
    let names = machine.run(".krew/bin/kubectl-gitops", &["version", "-o", "name"]).stdout;
    assert!(names.starts_with("kubectl-gitops\nkubectl-gitops_lab\n"), "{names}");
}

#[test]
fn a_front_that_kubectl_would_not_run_says_so() {
    let machine = Installed::new().with("PATH", "~/first:/usr/bin:/bin");
    machine.unpack("tools");
    machine.script("first/kubectl-gitops", "touch ~/was-run");
    let document = document(&machine, "tools/kubectl-gitops");
    let roles: Vec<[&str; 2]> = programs(&document).iter().map(|[name, role, ..]| [*name, *role]).collect();
    let expected = [["kubectl-gitops", "Front"], ["kubectl-gitops", "Other"], ["kubectl-gitops_lab", "Lab"]];
    assert_eq!(roles, expected);
    assert_eq!(document.get("krewRoot"), None);
    assert!(!machine.path("was-run").exists());
}

/// The lab answers once somebody writes to its pipe, and nobody does before `version` has answered: what arrives is not
/// the lab's answer. Whoever waits for the lab gets it after a minute.
#[test]
fn a_lab_that_does_not_answer_keeps_nobody() {
    let machine = Installed::new();
    machine.unpack("tools");
    std::fs::remove_file(machine.path("tools/kubectl-gitops_lab")).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(machine.path("pipe")).status().expect("mkfifo");
    assert!(made.success());
    machine.script("tools/kubectl-gitops_lab", "touch ~/asked; read line <~/pipe; echo late 9.9.9");
    let mut command = machine.command("tools/kubectl-gitops", &["version", "-o", "json"]);
    let (sender, answer) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(command.output().expect("it runs")));
    let output = answer.recv_timeout(std::time::Duration::from_secs(60)).unwrap_or_else(|_| {
        std::fs::write(machine.path("pipe"), "\n").expect("the lab reads");
        answer.recv().expect("it ends")
    });
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document");
    assert_eq!(programs(&document)[1][1..3], ["Lab", "-"]);
    assert!(machine.path("asked").exists(), "it was asked");
}

/// kubectl runs `kubectl-gitops-status` for `kubectl gitops status`, and nothing for a name that no word can have.
#[test]
fn a_program_in_place_of_a_command_is_another_one() {
    let machine = machine();
    machine.script("first/kubectl-gitops-status", "touch ~/was-run");
    machine.script("first/kubectl-gitops-v1.2", "touch ~/was-run");
    let document = document(&machine, ".krew/bin/kubectl-gitops");
    let programs = programs(&document);
    let roles = |name: &str| {
        let named = programs.iter().filter(|[program, ..]| *program == name);
        named.map(|[_, role, ..]| *role).collect::<Vec<_>>()
    };
    assert_eq!(roles("kubectl-gitops-status"), ["Other"]);
    assert_eq!(roles("kubectl-gitops-extra"), ["External"]);
    assert!(roles("kubectl-gitops-v1.2").is_empty());
}
