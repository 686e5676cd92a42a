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
        Self::start_with(kubeconfig, &["--request-timeout", "2s"])
    }

    fn start_with(kubeconfig: &str, words: &[&str]) -> Self {
        let program = Program::with_kubeconfig(kubeconfig);
        let mut child = program.start_status(&[&["--watch", "-o", "json"], words].concat());
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

    /// The next document.
    fn document(&mut self) -> Value {
        let line = self.lines.recv_timeout(Duration::from_secs(60)).expect("a document within a minute");
        serde_json::from_str(&line).expect("a document a line")
    }

    /// The standing of the next document.
    fn next(&mut self) -> String {
        standing(&self.document())
    }
}

fn standing(document: &Value) -> String {
    document["environments"][0]["standing"].as_str().expect("standing").to_owned()
}

/// Why contact with the cluster is lost, as a document says it.
fn why_lost(document: &Value) -> &str {
    document["lostContacts"][0]["why"].as_str().unwrap_or_default()
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
    assert_eq!(last, "Failed", "its deletion was asked for long ago");
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

/// A server that answers `fault` once it is switched on, and what switches it.
fn faulty(fault: impl Fn(&Call) -> Option<Reply> + Send + Sync + 'static) -> (Server, Arc<AtomicBool>) {
    let is_faulty = Arc::new(AtomicBool::new(false));
    let switch = is_faulty.clone();
    let server = Server::start(move |call| {
        let fault = if is_faulty.load(Ordering::SeqCst) { fault(call) } else { None };
        fault.unwrap_or_else(|| listed(&pipeline(), call))
    });
    (server, switch)
}

#[test]
fn the_last_table_stays_while_the_server_is_lost_and_goes_on_when_it_is_found() {
    let (server, switch) = faulty(|_| Some(refused(500)));
    let mut watch = Watch::start(&server.kubeconfig());
    let first = watch.document();
    assert_eq!(standing(&first), "Deployed");
    switch.store(true, Ordering::SeqCst);
    server.cut();
    let lost = watch.document();
    assert!(why_lost(&lost).contains("500"), "{lost}");
    assert_eq!(lost["lostContacts"][0]["server"], json!(server.url()));
    let environment = &lost["environments"][0];
    assert_eq!(environment["asOf"], lost["lostContacts"][0]["since"], "it stands as it was heard last");
    for field in ["standing", "reason", "message", "since", "ready", "remarks", "source", "revision"] {
        assert_eq!(environment[field], first["environments"][0][field], "{field}");
    }
    let why = lost["worlds"][0]["why"].as_str().expect("a reason");
    assert!(why.starts_with(&format!("no answer from {} since ", server.url())), "{why}");
    // All is well again, and nothing changes: no watch has anything to say.
    switch.store(false, Ordering::SeqCst);
    let found = watch.document();
    assert_eq!((standing(&found).as_str(), &found["lostContacts"]), ("Deployed", &Value::Null), "{found}");
    assert_eq!(found["worlds"][0]["answer"], "complete");
    assert!(watch.is_quiet(), "each is told once");
}

#[test]
fn a_server_that_is_gone_altogether_is_lost_too() {
    // Without a limit of its own, what is tried again and again is given up before it has ended.
    for words in [&["--request-timeout", "2s"][..], &[]] {
        let server = Server::start(|call| listed(&pipeline(), call));
        let mut watch = Watch::start_with(&server.kubeconfig(), words);
        assert_eq!(watch.next(), "Deployed");
        drop(server);
        let lost = watch.document();
        assert_eq!(standing(&lost), "Deployed");
        assert!(why_lost(&lost).contains("refused"), "{words:?}: {lost}");
    }
}

#[test]
fn credentials_that_expire_leave_the_last_table_and_say_what_to_do() {
    for (code, hint) in [(401, "sign in again"), (403, "see what you may do: kubectl auth can-i --list")] {
        let (server, switch) = faulty(move |_| Some(refused(code)));
        let mut watch = Watch::start(&server.kubeconfig());
        assert_eq!(watch.next(), "Deployed");
        switch.store(true, Ordering::SeqCst);
        server.cut();
        let lost = watch.document();
        assert_eq!(standing(&lost), "Deployed");
        let why = lost["worlds"][0]["why"].as_str().expect("a reason");
        assert!(why.contains(hint), "{why}");
        switch.store(false, Ordering::SeqCst);
        assert_eq!(watch.document()["lostContacts"], Value::Null);
    }
}

#[test]
fn what_alone_is_newly_forbidden_is_a_change() {
    let (server, switch) = faulty(|call| is_kustomizations(call).then(|| refused(403)));
    let mut watch = Watch::start(&server.kubeconfig());
    assert_eq!(watch.next(), "Deployed");
    switch.store(true, Ordering::SeqCst);
    server.cut();
    let forbidden = watch.document();
    assert_eq!(standing(&forbidden), "Unknown");
    assert_eq!(forbidden["lostContacts"], Value::Null);
}

#[test]
fn what_alone_is_not_answered_stays_as_it_was_and_the_rest_goes_on() {
    let (server, switch) = faulty(|call| match is_kustomizations(call) {
        true => Some(refused(500)),
        false if call.is_watch() || !call.path.ends_with("/namespaces/flux-system/gitrepositories") => None,
        false => {
            let mut objects = pipeline();
            objects[0]["spec"]["suspend"] = json!(true);
            Some(listed(&objects, call))
        }
    });
    let mut watch = Watch::start(&server.kubeconfig());
    assert_eq!(watch.next(), "Deployed");
    switch.store(true, Ordering::SeqCst);
    server.cut();
    let mut documents = vec![watch.document()];
    let is_told = |document: &Value| {
        let missing = document["worlds"][0]["missing"].as_array().expect("a list");
        missing.iter().any(|entry| entry["why"].as_str().is_some_and(|why| why.contains("; shown as of ")))
    };
    while !documents.last().is_some_and(|last| is_told(last) && standing(last) == "Suspended") {
        documents.push(watch.document());
    }
    for document in documents {
        assert_eq!(document["lostContacts"], Value::Null);
        assert!(["Deployed", "Suspended"].contains(&standing(&document).as_str()), "{document}");
    }
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
