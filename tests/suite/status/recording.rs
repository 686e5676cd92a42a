//! `--record`: what is written, what is not, and that a replay of it stands where the cluster stood.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use gitops_core::model::recording::Redactor;
use gitops_core::model::verdict::picture;
use jiff::Timestamp;
use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Pace, Replay, ReplayOptions, Settings, Timeline};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::objects::pipeline;
use crate::support::{Call, Ended, Program, Reply, Server, listed, refused};
use crate::verdict::{story, timeline};

/// What `status` says, and what it wrote.
struct Recorded {
    ended: Ended,
    text: String,
    _folder: TempDir,
}

async fn record(kubeconfig: &str, now: Timestamp, further: &[&str]) -> Recorded {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("recording.json");
    let path = file.to_string_lossy().into_owned();
    let words: Vec<String> =
        ["-A", "-o", "json", "--record", &path].iter().chain(further).map(|&word| word.to_owned()).collect();
    let ended = run(kubeconfig, now, words).await;
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    Recorded { ended, text, _folder: folder }
}

async fn run(kubeconfig: &str, now: Timestamp, words: Vec<String>) -> Ended {
    let program = Program::with_kubeconfig(kubeconfig).with("GITOPS_NOW", &now.to_string());
    let run = move || program.status(&words.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.expect("it ends")
}

/// What `status` says of a recording, so long after its second 0.
async fn replayed(text: &str, at: f64, now: Timestamp) -> Value {
    let timeline = Timeline::parse(text).expect("a recording");
    let replay = Replay::start(timeline, ReplayOptions { at, start: now, pace: Pace::ByHand }).await;
    let replay = replay.expect("a replay");
    let ended = run(&replay.kubeconfig(), now, ["-A", "-o", "json"].map(str::to_owned).to_vec()).await;
    serde_json::from_str(&ended.stdout).expect("JSON")
}

/// What a reader of a verdict goes by.
fn verdicts(document: &Value) -> Vec<String> {
    let environments = document["environments"].as_array().expect("environments");
    let verdict = |environment: &Value| {
        let remarks: Vec<&Value> =
            environment["remarks"].as_array().into_iter().flatten().map(|remark| &remark["reason"]).collect();
        let [namespace, standing, reason, cause, since, ready] =
            ["namespace", "standing", "reason", "cause", "since", "ready"].map(|name| &environment[name]);
        format!("{namespace} {standing} {reason} {cause} {since} {ready} {remarks:?}")
    };
    environments.iter().map(verdict).collect()
}

#[tokio::test]
async fn a_recording_plays_the_verdict_that_was_seen() {
    for scenario in ["crash-loop", "image-pull", "bad-token", "quota", "suspended"] {
        let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
        let scenario = BuiltIn::named(scenario).expect("a scenario").document();
        let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
        let lab = Lab::start(settings).await.expect("a lab");
        let recorded = record(&lab.kubeconfig(), lab.now(), &[]).await;
        let seen: Value = serde_json::from_str(&recorded.ended.stdout).expect("JSON");
        let played = replayed(&recorded.text, 0.0, lab.now()).await;
        assert_eq!(verdicts(&played), verdicts(&seen));
        let end = |document: &Value| {
            let message = document["environments"][0]["message"].as_str().unwrap_or_default().to_owned();
            message.split_once("it said last").map(|(_, log)| log.len())
        };
        assert_eq!(end(&played).is_some(), end(&seen).is_some(), "the log is played too");
        for private in ["127.0.0.1", "/contoso/", "/subscriptions/"] {
            assert!(!recorded.text.contains(private), "{private} in {}", recorded.text);
        }
        assert!(
            recorded.ended.stderr.contains("read it before you give it away"),
            "{}",
            recorded.ended.stderr
        );
    }
}

const SECRETS: [&str; 13] = [
    "hunter2",
    "swordfish",
    "ghp_planted1234",
    "cGxhbnRlZDE=",
    "planted-env",
    "planted-argument",
    "planted-value",
    "planted-annotation",
    "planted-applied",
    "planted-substitute",
    "planted-sas",
    "planted-secret-annotation",
    "planted-patch",
];
const NAMES: [&str; 9] = [
    "git.corp.test",
    "registry.corp.test",
    "10.20.30.40",
    "jane",
    "fabrikam",
    "aks-pool-7",
    "rg-prod",
    "3f2a6c1e-1111-4222-8333-444455556666",
    "proxy.corp.test",
];

/// A pipeline whose objects tell secrets and names wherever somebody could put them.
fn planted() -> Vec<Value> {
    let mut objects = pipeline();
    let message = "failed to checkout 'https://jane:hunter2@git.corp.test/fabrikam/hello-gitops?sig=planted-sas': \
                   Authorization: Bearer cGxhbnRlZDE=, password=swordfish, token ghp_planted1234: dial tcp: lookup \
                   git.corp.test on 10.20.30.40:53 via proxy.corp.test for jane@corp.test in /subscriptions/\
                   3f2a6c1e-1111-4222-8333-444455556666/resourceGroups/rg-prod";
    let annotations = json!({
        "kubectl.kubernetes.io/last-applied-configuration": "{\"a\": \"planted-applied\"}",
        "example.com/note": "planted-annotation",
    });
    for object in &mut objects {
        object["metadata"]["annotations"] = annotations.clone();
    }
    objects[0]["spec"]["url"] = json!("https://jane:hunter2@git.corp.test/fabrikam/hello-gitops");
    objects[0]["spec"]["secretRef"] = json!({"name": "git"});
    objects[0]["status"]["conditions"] = json!([
        {"type": "Ready", "status": "False", "reason": "GitOperationFailed", "message": message,
            "observedGeneration": 1, "lastTransitionTime": "2026-11-23T02:00:00Z"},
        {"type": "FetchFailed", "status": "True", "reason": "GitOperationFailed", "message": message,
            "observedGeneration": 1, "lastTransitionTime": "2026-11-23T02:00:00Z"},
    ]);
    objects[1]["spec"]["postBuild"] = json!({"substitute": {"KEY": "planted-substitute"}});
    objects[1]["spec"]["patches"] = json!([{"patch": "- value: planted-patch"}]);
    objects[2]["spec"]["template"] = json!({"metadata": {"annotations": annotations}, "spec": {"nodeName": "aks-pool-7",
    "containers": [{
        "name": "hello", "image": "registry.corp.test:5000/team/hello:1", "args": ["--key=planted-argument"],
        "env": [{"name": "A", "value": "planted-env"}],
    }]}});
    objects.push(json!({
        "apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
        "metadata": {"name": "extra", "namespace": "dev-hello", "uid": "h", "annotations": annotations},
        "spec": {"values": {"auth": {"password": "planted-value"}}},
        "status": {},
    }));
    objects.push(json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": "git", "namespace": "flux-system", "uid": "x",
            "annotations": {"a": "planted-secret-annotation"}},
        "data": {"password": "cGxhbnRlZDE="},
    }));
    objects.push(json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": "hello-1", "namespace": "dev-hello", "uid": "p", "annotations": annotations},
        "spec": objects[2]["spec"]["template"]["spec"], "status": {"phase": "Running"},
    }));
    objects.push(json!({
        "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "Failed",
        "metadata": {"name": "hello.1", "namespace": "dev-hello", "uid": "e"},
        "message": "Failed to pull image \"registry.corp.test:5000/team/hello:1\" on aks-pool-7: User \"jane\" is refused",
        "source": {"component": "kubelet", "host": "aks-pool-7"},
        "involvedObject": {"kind": "Pod", "namespace": "dev-hello", "name": "hello-1", "uid": "p"},
    }));
    objects
}

#[tokio::test]
async fn no_secret_is_written_and_no_name_unless_it_is_to_be_kept() {
    let objects = planted();
    let server = Server::start(move |call: &Call| listed(&objects, call));
    let now: Timestamp = "2026-11-23T03:00:00Z".parse().expect("a time");
    let names_replaced = record(&server.kubeconfig(), now, &[]).await;
    let names_kept = record(&server.kubeconfig(), now, &["--keep-names"]).await;
    for (recorded, are_kept) in [(&names_replaced, false), (&names_kept, true)] {
        assert_eq!(recorded.ended.code, Some(0), "{}", recorded.ended.stderr);
        for secret in SECRETS {
            assert!(!recorded.text.contains(secret), "{secret} in {}", recorded.text);
        }
        for name in NAMES {
            let is_user_of_url = name == "jane" && are_kept;
            assert!(
                recorded.text.contains(name) == are_kept || is_user_of_url,
                "{name} in {}",
                recorded.text
            );
        }
        let document: Value = serde_json::from_str(&recorded.text).expect("JSON");
        let entries = document["timeline"].as_array().expect("entries");
        let pod = entries.iter().find(|entry| entry["object"]["kind"] == "Pod").expect("the pod");
        let container = &pod["object"]["spec"]["containers"][0];
        assert_eq!(container["name"], "hello", "{container}");
        assert!(
            container["image"].as_str().is_some_and(|image| image.ends_with("/team/hello:1")),
            "{container}"
        );
        let seen: Value = serde_json::from_str(&recorded.ended.stdout).expect("JSON");
        let played = replayed(&recorded.text, 0.0, now).await;
        assert_eq!(verdicts(&played).len(), 1);
        let verdict = |document: &Value| {
            let one = &document["environments"][0];
            (one["standing"].clone(), one["reason"].clone(), one["cause"].clone())
        };
        assert_eq!(verdict(&played), verdict(&seen));
    }
    let document: Value = serde_json::from_str(&names_replaced.text).expect("JSON");
    let entries = document["timeline"].as_array().expect("entries");
    let source = entries.iter().find(|entry| entry["object"]["kind"] == "GitRepository").expect("the source");
    let url = source["object"]["spec"]["url"].as_str().expect("a URL");
    let host = url.split(['@', '/']).nth(3).expect("a host");
    let message = source["object"]["status"]["conditions"][0]["message"].as_str().expect("a message");
    assert!(message.contains(&format!("lookup {host} on")), "the same host in {message} as in {url}");
}

#[tokio::test]
async fn what_was_refused_is_refused_again() {
    let objects = pipeline();
    let server = Server::start(move |call: &Call| match call.path.ends_with("/pods") {
        true => refused(403),
        false => listed(&objects, call),
    });
    let now: Timestamp = "2026-11-23T03:00:00Z".parse().expect("a time");
    let recorded = record(&server.kubeconfig(), now, &[]).await;
    let seen: Value = serde_json::from_str(&recorded.ended.stdout).expect("JSON");
    let played = replayed(&recorded.text, 0.0, now).await;
    let missing = |document: &Value| {
        let missing = document["worlds"][0]["missing"].as_array().cloned().unwrap_or_default();
        let what = |one: &Value| format!("{} {} {}", one["verb"], one["resource"], one["why"]);
        missing.iter().map(what).collect::<Vec<_>>().join("\n")
    };
    assert!(missing(&seen).contains("pods"), "{seen:#}");
    assert_eq!(missing(&played), missing(&seen));
}

/// While watching, every state of the file is a recording, and a change is in it when the verdict tells of it.
#[test]
fn a_killed_recording_can_be_played() {
    let events: Arc<Mutex<Vec<Value>>> = Arc::default();
    let has_changed = Arc::new(AtomicBool::new(false));
    let (handled, flag) = (Arc::clone(&events), Arc::clone(&has_changed));
    let mut suspended = pipeline();
    suspended[1]["spec"]["suspend"] = json!(true);
    suspended[1]["metadata"]["resourceVersion"] = json!("9");
    let server = Server::start(move |call: &Call| {
        let is_kustomizations = call.path.ends_with("/namespaces/flux-system/kustomizations");
        if call.is_watch() && is_kustomizations && !flag.swap(true, Ordering::SeqCst) {
            handled.lock().expect("no panic").push(json!(call.path));
            return Reply::Events(vec![json!({"type": "MODIFIED", "object": suspended[1]})]);
        }
        listed(&pipeline(), call)
    });
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("recording.json");
    let path = file.to_string_lossy().into_owned();
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let words = ["-n", "dev-hello", "--watch", "-o", "json", "--record", &path];
    let mut child = program.start_status(&words);
    let stdout = std::io::BufReader::new(child.stdout.take().expect("stdout"));
    let mut lines = std::io::BufRead::lines(stdout);
    let mut document = || -> Value {
        serde_json::from_str(&lines.next().expect("a document").expect("text")).expect("a document")
    };
    assert_eq!(document()["environments"][0]["standing"], "Deployed");
    assert_eq!(document()["environments"][0]["standing"], "Suspended");
    child.kill().expect("killed");
    child.wait().expect("it ends");
    let text = std::fs::read_to_string(&file).expect("the file");
    let entries: Value = serde_json::from_str(&text).expect("whole JSON");
    let last = entries["timeline"].as_array().expect("entries").last().expect("an entry").clone();
    assert_eq!((&last["type"], &last["object"]["spec"]["suspend"]), (&json!("MODIFIED"), &json!(true)));
    let now: Timestamp = entries["recordedAt"].as_str().expect("a time").parse().expect("a time");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let played = runtime.block_on(replayed(&text, last["t"].as_f64().expect("a second"), now));
    assert_eq!(played["environments"][0]["standing"], "Suspended");
    assert_eq!(mode(&file), 0o600);
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).expect("the file").permissions().mode() & 0o777
}

#[test]
fn files_that_cannot_be_written_are_named() {
    let objects = pipeline();
    let server = Server::start(move |call: &Call| listed(&objects, call));
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let taken = program.file("taken.json", "mine");
    let ended = program.status(&["-n", "dev-hello", "--record", "taken.json"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("taken.json is there already"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: name another file with --record, or remove this one: rm "));
    assert_eq!(std::fs::read_to_string(&taken).expect("the file"), "mine");

    let ended = program.status(&["-n", "dev-hello", "--record", "no/such/folder.json"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("no/such/folder.json cannot be made"), "{}", ended.stderr);

    let ended = program.status(&["--context", "a", "--context", "b", "--record", "two.json"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("a recording is of one cluster"), "{}", ended.stderr);

    let ended = program.status(&["--keep-names"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

/// A recording of one moment is that moment, however long ago.
#[tokio::test]
async fn a_moment_plays_at_any_second() {
    let objects = pipeline();
    let server = Server::start(move |call: &Call| listed(&objects, call));
    let now: Timestamp = "2026-11-23T03:00:00Z".parse().expect("a time");
    let recorded = record(&server.kubeconfig(), now, &[]).await;
    let program = Program::new();
    let file = program.file("moment.json", &recorded.text);
    let run = move || {
        let status = ["--", "kubectl-gitops_status", "-n", "dev-hello", "-o", "json"];
        let words = ["replay", "-q", "-f", &file, "--at", "7200", "--hold"];
        program.run("kubectl-gitops_lab", &[words.as_slice(), &status].concat())
    };
    let ended = tokio::task::spawn_blocking(run).await.expect("it ends");
    let document: Value = serde_json::from_str(&ended.stdout).expect(&ended.stderr);
    assert_eq!(document["environments"][0]["standing"], "Deployed", "{document:#}");
    let time =
        |field: &Value| field.as_str().and_then(|text| text.parse::<Timestamp>().ok()).expect("a time");
    let since = time(&document["environments"][0]["since"]);
    let asked = time(&document["environments"][0]["asOf"]);
    assert!(asked.duration_since(since).as_secs() >= 7200, "{document:#}");
}

/// A limit of files stands for a full disk: a write fails in the middle.
#[test]
fn a_full_disk_is_an_error_and_leaves_what_was_written() {
    let mut objects = pipeline();
    objects.extend((0..400).map(|number| {
        json!({
            "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "Failed",
            "metadata": {"name": format!("hello.{number}"), "namespace": "dev-hello", "uid": format!("e-{number}")},
            "message": "x".repeat(200),
            "involvedObject": {"kind": "Pod", "namespace": "dev-hello", "name": "hello-1", "uid": "p"},
        })
    }));
    let server = Server::start(move |call: &Call| listed(&objects, call));
    let program = Program::with_kubeconfig(&server.kubeconfig());
    let ended = program.status_with_files_of(40, &["-n", "dev-hello", "--record", "full.json"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("full.json cannot be written to"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: see whether the disk is full: df -h "), "{}", ended.stderr);
    let file = program.file_named("full.json");
    let text = std::fs::read_to_string(file).expect("the file");
    assert!(Timeline::parse(&text).is_ok(), "{text}");
    assert!(text.contains("Namespace"), "{text}");
}

/// Nothing that decides is lost: of every recording, the verdict on redacted objects is the verdict on the objects.
#[test]
fn redaction_changes_no_verdict() {
    for name in timeline::names() {
        let recorded = timeline::Timeline::read(&name);
        let mut redactor = Redactor::new(false);
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for moment in recorded.moments() {
            let mut redacted = |object: &Value| {
                let redacted = known.entry(object.to_string()).or_insert_with(|| {
                    redactor.learn(std::slice::from_ref(object));
                    redactor.redacted(object)
                });
                redacted.clone()
            };
            let redacted: Vec<Value> = moment.objects.iter().map(&mut redacted).collect();
            let cluster = timeline::cluster(&recorded.namespace, &redacted);
            let line =
                |cluster| story::line(&picture(cluster, &recorded.selection(), moment.now).environments);
            assert_eq!(line(&cluster), line(&moment.cluster), "{name} at {}", moment.seconds);
        }
    }
}
