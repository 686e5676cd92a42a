//! Which programs are found that are no plugins: running one, completing its words and `version` agree.

use std::process::Command;

use crate::support::Program;

/// What a shell line in the folder `folder` of the home writes to stdout, with its exit code.
fn output(program: &Program, line: &str, path: &str) -> (Option<i32>, String) {
    let mut command: Command = program.shell(line, path);
    let output = command.current_dir(program.home().join("folder")).output().expect("it runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn a_program_of_the_current_folder_is_not_found() {
    let program = Program::new();
    program.linked("kubectl-gitops");
    std::fs::create_dir(program.file_named("folder")).expect("a folder");
    program.script("folder/kubectl-gitops-extra", "touch ../run");
    program.script("folder/kubectl_complete-gitops-extra", "touch ../run; echo completed");
    for path in [
        "PATH=:/usr/bin:/bin",
        "PATH=/usr/bin:/bin:",
        "PATH=.:/usr/bin:/bin",
        "PATH=../folder:/usr/bin:/bin",
        "PATH=",
        "unset PATH",
    ] {
        let line =
            |words: &str| output(&program, &format!("{path}; ../kubectl-gitops {words}"), "/usr/bin:/bin");
        assert_eq!(line("extra").0, Some(2), "{path}");
        assert_eq!(line("__complete extra ''"), (Some(0), ":4\n".to_owned()), "{path}");
        assert_eq!(line("__complete ext"), (Some(0), ":4\n".to_owned()), "{path}");
        let (code, names) = line("version -o name");
        assert!(code == Some(0) && !names.contains("extra"), "{path}: {names}");
    }
    assert!(!program.file_named("run").exists(), "a program of the current folder was run");
}

#[test]
fn a_file_that_cannot_be_run_hides_no_program() {
    let program = Program::new();
    program.linked("kubectl-gitops");
    for folder in ["folder", "first", "second"] {
        std::fs::create_dir(program.file_named(folder)).expect("a folder");
    }
    program.file("first/kubectl-gitops-extra", "no program");
    program.file("first/kubectl_complete-gitops-extra", "no program");
    program.script("second/kubectl-gitops-extra", "echo is run");
    program.script("second/kubectl_complete-gitops-extra", "echo completed");
    let home = program.home().display();
    let path = format!("{home}/first:{home}/second:/usr/bin:/bin");
    let line = |words: &str| output(&program, &format!("../kubectl-gitops {words}"), &path);
    assert_eq!(line("extra"), (Some(0), "is run\n".to_owned()));
    assert_eq!(line("__complete extra ''"), (Some(0), "completed\n:0\n".to_owned()));
    assert_eq!(line("__complete ext"), (Some(0), "extra\tprogram kubectl-gitops-extra\n:4\n".to_owned()));
    let (_, page) = line("version");
    assert!(page.contains(&format!("{home}/second/kubectl-gitops-extra")), "{page}");
}
