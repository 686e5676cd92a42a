//! What is somebody else's stays, and what cannot be done is said.

use super::installed::{Installed, lines, names};

#[test]
fn somebody_elses_program_is_left_alone_and_named() {
    let machine = Installed::new().with("PATH", "~/tools:~/bin:/usr/bin:/bin");
    machine.unpack("tools");
    machine.script("bin/kubectl-gitops_status", "echo mine");
    machine.script("own/kubectl-gitops", "echo mine too");
    machine.symlink("~/own/kubectl-gitops", "bin/kubectl-gitops_reconcile");
    machine.symlink("~/nowhere/tool", "bin/kubectl_complete-gitops");
    let foreign = machine.listed("bin");
    let planned = machine.run("tools/kubectl-gitops", &["link", "--dir", "bin", "--dry-run"]);
    assert_eq!(planned.code, Some(3), "as without --dry-run");
    assert_eq!(machine.listed("bin"), foreign);
    let ended = machine.run("tools/kubectl-gitops", &["link", "--dir", "bin"]);
    assert_eq!(ended.code, Some(3));
    assert_eq!(planned.stderr, ended.stderr);
    let taken = ["kubectl-gitops_status", "kubectl-gitops_reconcile", "kubectl_complete-gitops"];
    let mut expected = lines("linked", "~/bin");
    for name in taken {
        expected = expected
            .replace(&format!("linked          ~/bin/{name}\n"), &format!("left alone      ~/bin/{name}\n"));
    }
    assert_eq!(ended.stdout, expected);
    assert_eq!(
        ended.stderr,
        "error: another program has the name ~/bin/kubectl-gitops_status and ~/bin/kubectl-gitops_reconcile and \
         ~/bin/kubectl_complete-gitops\n\nhint: see what it is: ls -l ~/bin/kubectl-gitops_status\n"
    );
    assert_eq!(machine.listed("bin").len(), names().len(), "the others are linked");
    let ended = machine.run("tools/kubectl-gitops", &["link", "--dir", "bin", "--remove"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert_eq!(machine.listed("bin"), foreign);
    assert_eq!(machine.run("bin/kubectl-gitops_status", &[]).stdout, "mine\n");
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let machine = Installed::new();
    machine.unpack("tools");
    std::fs::write(machine.path("file"), "").expect("a file");
    let ended = machine.run("tools/kubectl-gitops", &["link", "--dir", "no such"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert_eq!(
        ended.stderr,
        "error: folder ~/no such does not exist\n\nhint: make it: mkdir -p '~/no such'\n"
    );
    let ended = machine.run("tools/kubectl-gitops", &["link", "--dir", "file"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert_eq!(ended.stderr, "error: ~/file is not a folder\n\nhint: name a folder of PATH with --dir\n");
}

/// A folder that may be there, and cannot be looked at.
#[test]
fn a_folder_that_cannot_be_read_is_named_with_what_the_system_says() {
    let machine = Installed::new();
    machine.unpack("tools");
    std::fs::write(machine.path("file"), "").expect("a file");
    machine.symlink("loop", "loop");
    machine.symlink("~/nowhere", "dangling");
    for (named, cause) in [
        ("file/x", "Not a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("dangling", "No such file or directory"),
    ] {
        let ended = machine.run("tools/kubectl-gitops", &["link", "--dir", named]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{named}");
        let expected = format!("error: folder ~/{named} cannot be read\ncaused by: {cause} (");
        assert!(ended.stderr.starts_with(&expected), "{}", ended.stderr);
        assert!(
            ended.stderr.ends_with(&format!("hint: see what it is: ls -ld ~/{named}\n")),
            "{}",
            ended.stderr
        );
    }
}

/// It reads the variable of the suite as one of its programs does, and is none.
#[test]
fn an_executable_that_reads_the_suites_variable_is_left_alone() {
    let machine = Installed::new();
    machine.unpack("tools");
    std::fs::create_dir(machine.path("bin")).expect("a folder");
    let mut bytes = std::fs::read("/bin/true").expect("an executable");
    bytes.extend(b"GITOPS_FRONT");
    for words in [&["link", "--dir", "bin"][..], &["link", "--dir", "bin", "--remove"]] {
        std::fs::write(machine.path("bin/kubectl-gitops_status"), &bytes).expect("a file");
        let ended = machine.run("tools/kubectl-gitops", words);
        assert!(ended.stdout.contains("left alone      ~/bin/kubectl-gitops_status\n"), "{}", ended.stdout);
        assert_eq!(std::fs::read(machine.path("bin/kubectl-gitops_status")).expect("a file"), bytes);
    }
}

/// No user, not even root, makes files among the processes.
#[test]
fn a_folder_that_takes_no_links_is_named_with_what_the_system_says() {
    let machine = Installed::new();
    machine.unpack("tools");
    let ended = machine.run("tools/kubectl-gitops", &["link", "--dir", "/proc"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
    let lines: Vec<&str> = ended.stderr.lines().collect();
    assert_eq!(lines[0], format!("error: link /proc/{} cannot be made", names()[0]));
    assert!(lines[1].starts_with("caused by: "), "{}", ended.stderr);
    let hint = "hint: choose a folder of yours that is on PATH: kubectl gitops link --dir '<folder>'";
    assert_eq!(lines[2..], ["", hint]);
}
