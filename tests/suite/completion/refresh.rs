//! The process that asks a cluster for completion: that it ends whatever it waits for, that it holds nothing of its
//! caller's, and that a credential plugin has nobody to ask through it.

use std::fs::{File, TryLockError};
use std::io::Read;
use std::sync::mpsc::channel;

use serde_json::json;

use super::programs::answer;
use crate::support::{Program, Reply, Server};

/// The first word of such a process.
const REFRESH: &str = "__complete-cluster";

/// A home whose kubeconfig has a credential plugin sign in, which is this script.
fn with_plugin(server: &Server, script: &str) -> Program {
    let program = Program::new();
    program.script("credentials", script);
    let exec = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "IfAvailable",
        "command": program.file_named("credentials"),
    }});
    let kubeconfig = program.file("kubeconfig", &server.kubeconfig_with(&exec));
    program.with("KUBECONFIG", &kubeconfig)
}

/// The time that such a process has passes once for both.
#[test]
fn what_does_not_answer_keeps_no_process_and_no_plugin() {
    let server = Server::start(|_| Reply::Hang);
    let with_token = Program::new();
    let token = with_token.pipe("token");
    let kubeconfig = with_token.file("kubeconfig", &server.kubeconfig_with(&json!({ "tokenFile": token })));
    let with_token = with_token.with("KUBECONFIG", &kubeconfig);
    let with_plugin = with_plugin(&server, "exec > alive; cat never");
    let (alive, _) = (with_plugin.pipe("alive"), with_plugin.pipe("never"));
    std::thread::scope(|scope| {
        // The end of the pipe comes when the last process of the plugin has ended.
        let plugin = scope.spawn(move || File::open(alive)?.read_to_end(&mut Vec::new()));
        let token = scope.spawn(|| with_token.run("kubectl-gitops_status", &[REFRESH]));
        with_plugin.run("kubectl-gitops_status", &[REFRESH]);
        assert_eq!(plugin.join().expect("no panic").expect("the plugin was run"), 0);
        let ended = token.join().expect("no panic");
        assert!(ended.stdout.is_empty() && ended.stderr.is_empty(), "{}{}", ended.stdout, ended.stderr);
    });
}

#[test]
fn a_file_that_does_not_answer_does_not_keep_the_answer() {
    let server = Server::start(|_| Reply::Hang);
    for variable in ["KUBECONFIG", "GITOPS_CA_FILE", "KUBERC"] {
        let program = Program::with_kubeconfig(&server.kubeconfig());
        let file = program.pipe("pipe");
        let program = program.with(variable, &file);
        let words = answer(&program, "kubectl-gitops", &["__complete", "status", "-n", ""]);
        assert!(words.ends_with(":36\n"), "{variable}: {words}");
    }
}

/// Who waits for the end of a pipe that the completion's caller had open gets it while the cluster is still asked.
#[test]
fn the_callers_descriptors_are_not_held() {
    let (asked, is_asked) = channel();
    let server = Server::start(move |_| {
        let _ = asked.send(());
        Reply::Hang
    });
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    let front = program.linked("kubectl-gitops");
    let line = format!("exec {} __complete status -n '' 3>&1 >/dev/null", front.display());
    let mut child = program.shell(&line, "/usr/bin:/bin").stdout(writer).spawn().expect("it starts");
    assert!(child.wait().expect("it ends").success());
    is_asked.recv().expect("the cluster is asked");
    reader.read_to_end(&mut Vec::new()).expect("the end");
    let kept = std::fs::read_dir(program.file_named(".cache/kubectl-gitops/completion")).expect("a folder");
    let mut files = kept.filter_map(Result::ok).map(|entry| entry.path());
    let lock = files.find(|file| file.extension().is_some_and(|own| own == "lock")).expect("a lock");
    let locked = File::open(lock).expect("the lock").try_lock();
    assert!(matches!(locked, Err(TryLockError::WouldBlock)), "the pipe was held until the process ended");
}

/// A credential plugin has nobody to ask: no input, no terminal, and its words go nowhere.
#[test]
fn a_credential_plugin_cannot_ask() {
    let server = Server::start(|_| Reply::Hang);
    let program = with_plugin(
        &server,
        "printf '%s' \"$KUBERNETES_EXEC_INFO\" > info\n\
         (: < /dev/tty) 2>/dev/null && printf ' terminal' >> info\n\
         echo password: >&2; read -r word && printf ' input' >> info\n\
         exit 1",
    );
    let ended = program.run("kubectl-gitops_status", &[REFRESH]);
    assert!(ended.stdout.is_empty() && ended.stderr.is_empty(), "{}{}", ended.stdout, ended.stderr);
    let info = std::fs::read_to_string(program.file_named("info")).expect("it was run");
    assert!(
        info.contains(r#""interactive":false"#) && !info.contains("terminal") && !info.contains(" input"),
        "{info}"
    );
    program.pipe("never");
    program.script("credentials", "cat never");
    assert_eq!(answer(&program, "kubectl-gitops_status", &["__complete", "-n", ""]), "dev-hello\n:36\n");
}
