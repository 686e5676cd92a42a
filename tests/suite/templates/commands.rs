//! The commands that workflows run: programs understand them, and a shell hands every value over as it is.

use std::os::unix::fs::PermissionsExt;

use clap::Parser;
use gitops_core::model::workflow_file::{WORKFLOW_COMMANDS, WorkflowCommand};
use tempfile::TempDir;

use super::rendered::{file, script, shell};
use crate::support::has_tool;

fn line(command: &str) -> &'static WorkflowCommand {
    WORKFLOW_COMMANDS.iter().find(|line| line.command() == command).expect(command)
}

/// What a variable of a step may hold.
fn value(variable: &str) -> String {
    match variable {
        "COMMIT_ID" => "d61d3702f941f7a0787e29e428e569152f66e7bf",
        "GATE_TIMEOUT" => "50m",
        "PROMOTION" => "y",
        "SRC_REPO" => "contoso/hello",
        "IMAGE_DIGEST" => "sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        "IMAGE_TAG" | "VERSION" => "0.0.1-13",
        _ => "dev",
    }
    .to_owned()
}

#[test]
fn the_gate_is_called_as_status_takes_it() {
    let arguments = |value: fn(&str) -> String| {
        let arguments = line("status").arguments(value);
        kubectl_gitops_status::Args::try_parse_from(
            [vec!["status".to_owned()], arguments[1..].to_vec()].concat(),
        )
    };
    arguments(value).expect("status understands it");
    for broken in [|_: &str| String::new(), |_: &str| "50 minutes".to_owned()] {
        arguments(broken).expect_err("no environment, no commit, no duration");
    }
}

#[test]
fn every_command_that_there_is_understands_its_line() {
    let tree = kubectl_gitops::command(&kubectl_gitops::plugins());
    let mut understood = Vec::new();
    for line in WORKFLOW_COMMANDS {
        if tree.find_subcommand(line.words[0]).is_some() {
            let words = ["kubectl-gitops".to_owned()].into_iter().chain(line.arguments(value));
            tree.clone().try_get_matches_from(words).unwrap_or_else(|error| panic!("{line:?}: {error}"));
            understood.push(line.command());
        }
    }
    assert!(understood.contains(&"status".to_owned()), "{understood:?}");
}

/// Values that a shell would make something else of.
fn hostile(variable: &str) -> String {
    format!("{variable} \"a\" 'b' $(touch made) `touch made`; touch made & \\ * \n--yes")
}

#[tokio::test]
async fn a_shell_hands_values_over_as_they_are() {
    if !has_tool("bash") {
        return;
    }
    for line in WORKFLOW_COMMANDS {
        let folder = TempDir::new().expect("a folder");
        let program = folder.path().join("kubectl-gitops/kubectl-gitops");
        std::fs::create_dir(folder.path().join("kubectl-gitops")).expect("a folder");
        std::fs::write(&program, "#!/bin/sh\necho $$ > pid\nprintf '%s\\0' \"$@\" > arguments\n")
            .expect("a program");
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("permissions");
        let script = script(&file(line.workflow), line.job, &format!("kubectl-gitops\" {} ", line.command()));
        for value in [
            hostile,
            |variable: &str| if variable == "IMAGE_DIGEST" { String::new() } else { "a".to_owned() },
        ] {
            let variables: Vec<(&str, String)> = line.variables().map(|name| (name, value(name))).collect();
            let variables: Vec<(&str, &str)> =
                variables.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let mut child = shell(&script, folder.path(), &variables).spawn().expect("a shell");
            let shell_id = child.id().expect("a process").to_string();
            assert!(child.wait().await.expect("it ends").success(), "{script}");
            let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect(name);
            let arguments = read("arguments");
            let arguments: Vec<&str> = arguments.trim_end_matches('\0').split('\0').collect();
            assert_eq!(arguments, line.arguments(value), "{script}");
            assert_eq!(read("pid").trim(), shell_id, "it is in the shell's place, and gets its signals");
            assert!(!folder.path().join("made").exists(), "{script}");
        }
    }
}
