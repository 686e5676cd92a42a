//! `--watch`: a document whenever the verdict changes, whatever happens to the watches. Tests wait for the
//! next document, never for time to pass.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::objects::pipeline;
use crate::support::{Call, Program, Reply, Server, listed, refused};

struct Watch {
    child: Child,
    lines: Receiver<String>,
    _program: Program,
}

impl Watch {
    fn start(kubeconfig: &str) -> Self {
        let program = Program::with_kubeconfig(kubeconfig);
        let mut child = program.start_status(&["--watch", "-o", "json", "--request-timeout", "2s"]);
        let stdout = BufReader::new(child.stdout.take().expect("stdout"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines, _program: program }
    }

    /// Whether nothing is told while the watches are begun anew.
    fn is_quiet(&mut self) -> bool {
        self.lines.recv_timeout(Duration::from_secs(3)).is_err()
    }

    /// The standing of the next document.
    fn next(&mut self) -> String {
        let line = self.lines.recv_timeout(Duration::from_secs(60)).expect("a document within a minute");
        let document: Value = serde_json::from_str(&line).expect("a document a line");
        document["environments"][0]["standing"].as_str().expect("standing").to_owned()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn suspended() -> Vec<Value> {
    let mut objects = pipeline();
    objects[1]["spec"]["suspend"] = json!(true);
    objects
}

fn deleting() -> Vec<Value> {
    let mut objects = pipeline();
    objects[1]["metadata"]["deletionTimestamp"] = json!("2026-11-23T02:59:30Z");
    objects
}

fn is_kustomizations(call: &Call) -> bool {
    call.path.ends_with("/namespaces/flux-system/kustomizations")
}

#[test]
fn a_change_is_told_once_and_an_empty_change_never() {
    let same = json!({ "type": "MODIFIED", "object": pipeline()[1] });
    let other = json!({ "type": "MODIFIED", "object": suspended()[1] });
    let server = Server::start(move |call| match call.is_watch() && is_kustomizations(call) {
        true => Reply::Events(vec![same.clone(), same.clone(), other.clone()]),
        false => listed(&pipeline(), call),
    });
    let mut watch = Watch::start(&server.kubeconfig());
    // Between the first and the last there is one document, however many events said the same.
    assert_eq!([watch.next(), watch.next()], ["Deployed", "Suspended"]);
    server.cut();
    assert!(watch.is_quiet(), "the same events, told again after a cut, are no news");
}

#[test]
fn it_survives_410_and_watches_that_end() {
    let turn = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |call| {
        if !is_kustomizations(call) {
            return listed(&pipeline(), call);
        }
        match (call.is_watch(), turn.load(Ordering::SeqCst)) {
            // The first watch is too old, so it is listed anew; the second ends, so it is watched on.
            (true, 0) => {
                turn.store(1, Ordering::SeqCst);
                let gone = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "too old resource version", "reason": "Expired", "code": 410 });
                Reply::Ended(vec![json!({ "type": "ERROR", "object": gone })])
            }
            (false, 0) => listed(&pipeline(), call),
            (true, 1) => {
                turn.store(2, Ordering::SeqCst);
                Reply::Ended(Vec::new())
            }
            (true, 2) => Reply::Events(vec![json!({ "type": "MODIFIED", "object": deleting()[1] })]),
            (false, 1) => listed(&suspended(), call),
            _ => listed(&deleting(), call),
        }
    });
    let mut watch = Watch::start(&server.kubeconfig());
    assert_eq!(watch.next(), "Deployed");
    // The last one is seen only by a client that went through both; the one between may pass too quickly.
    let last = watch.next();
    let last = if last == "Suspended" { watch.next() } else { last };
    assert_eq!(last, "Reconciling");
}

#[test]
fn it_survives_a_server_that_cuts_every_connection_for_a_while() {
    let cut = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |call| {
        if !is_kustomizations(call) {
            return listed(&pipeline(), call);
        }
        match (call.is_watch(), cut.load(Ordering::SeqCst)) {
            (true, 0..2) => {
                cut.fetch_add(1, Ordering::SeqCst);
                Reply::Cut
            }
            (true, _) => Reply::Events(vec![json!({ "type": "MODIFIED", "object": suspended()[1] })]),
            _ => listed(&pipeline(), call),
        }
    });
    let mut watch = Watch::start(&server.kubeconfig());
    assert_eq!([watch.next(), watch.next()], ["Deployed", "Suspended"]);
}

#[test]
fn an_expired_token_is_fetched_anew() {
    let folder = tempfile::TempDir::new().expect("folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "first").expect("token");
    let valid = Arc::new(Mutex::new("first".to_owned()));
    let expired = Arc::new(AtomicBool::new(false));
    let (now_valid, has_expired) = (valid.clone(), expired.clone());
    let server = Server::start(move |call| {
        if call.token != *valid.lock().expect("token") {
            return refused(401);
        }
        if has_expired.load(Ordering::SeqCst) {
            listed(&suspended(), call)
        } else {
            listed(&pipeline(), call)
        }
    });
    // A credential plugin that hands out whatever the file holds.
    let script = format!(
        r#"printf '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"%s"}}}}' "$(cat {})""#,
        file.display()
    );
    let user = json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "args": ["-c", script], "interactiveMode": "Never" } });
    let mut watch = Watch::start(&server.kubeconfig_with(&user));
    assert_eq!(watch.next(), "Deployed");
    // The old token stops working: every new request is refused until the new one is fetched.
    std::fs::write(&file, "second").expect("token");
    expired.store(true, Ordering::SeqCst);
    *now_valid.lock().expect("token") = "second".to_owned();
    server.cut();
    let standings: Vec<String> =
        std::iter::from_fn(|| Some(watch.next())).take_while(|standing| standing != "Suspended").collect();
    assert!(standings.iter().all(|standing| standing != "Failed"), "{standings:?}");
}

#[test]
fn a_watch_that_was_cut_and_goes_on_quietly_is_believed_again() {
    let broken = Arc::new(AtomicBool::new(false));
    let is_broken = broken.clone();
    let server = Server::start(move |call| {
        if is_broken.load(Ordering::SeqCst) { refused(500) } else { listed(&pipeline(), call) }
    });
    let mut watch = Watch::start(&server.kubeconfig());
    assert_eq!(watch.next(), "Deployed");
    broken.store(true, Ordering::SeqCst);
    server.cut();
    assert_eq!(watch.next(), "Unknown");
    // All is well again, and nothing changes: no watch has anything to say.
    broken.store(false, Ordering::SeqCst);
    let standings: Vec<String> =
        std::iter::from_fn(|| Some(watch.next())).take_while(|standing| standing != "Deployed").collect();
    assert!(standings.iter().all(|standing| standing == "Unknown"), "{standings:?}");
}

#[test]
fn interrupted_it_ends_with_130_and_a_closed_pipe_with_0() {
    let server = Server::start(|call| listed(&pipeline(), call));
    let mut watch = Watch::start(&server.kubeconfig());
    watch.next();
    let pid = watch.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    assert_eq!(watch.child.wait().expect("end").code(), Some(130));

    let program = Program::with_kubeconfig(&server.kubeconfig());
    let mut child = program.start_status(&["-o", "json"]);
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("end").code(), Some(0));
}
