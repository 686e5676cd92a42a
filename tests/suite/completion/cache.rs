//! What is kept of a cluster's answer: for how long, for whom, and what becomes of a file that somebody else wrote.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gitops_core::cli::{COMPLETION_DEADLINE, refresh};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::line::Typist;
use crate::support::{Reply, Server, listed};

fn now() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().expect("a time")
}

/// A cluster with one namespace, which can be made silent.
struct Cluster {
    server: Server,
    is_silent: Arc<AtomicBool>,
}

impl Cluster {
    fn start() -> Self {
        let is_silent = Arc::new(AtomicBool::new(false));
        let silent = is_silent.clone();
        let server = Server::start(move |call| match silent.load(Ordering::SeqCst) {
            true => Reply::Hang,
            false => listed(&[json!({ "kind": "Namespace", "metadata": { "name": "team-a" } })], call),
        });
        Self { server, is_silent }
    }
}

/// The files that are kept.
pub(super) fn kept(typist: &Typist, extension: &str) -> Vec<PathBuf> {
    let folder = typist.home.path().join(".cache/kubectl-gitops/completion");
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let files = entries.map(|entry| entry.path());
    files.filter(|file| file.extension().is_some_and(|own| own == extension)).collect()
}

/// Moves the clock past the deadline when the silent cluster was asked, or another process was found to be asking.
async fn words_by_the_deadline(typist: &Typist, cluster: &Cluster, line: &str) -> String {
    let (clock, asked) = (typist.session.clock.clone(), cluster.server.calls().len());
    let moved = async {
        while clock.waiting() < 2 && cluster.server.calls().len() == asked {
            tokio::task::yield_now().await;
        }
        clock.advance(COMPLETION_DEADLINE);
    };
    let (words, ()) = tokio::join!(typist.words(line), moved);
    words
}

#[tokio::test]
async fn an_answer_is_kept_for_five_seconds_for_its_owner_alone() {
    let cluster = Cluster::start();
    let typist = Typist::new(&cluster.server.kubeconfig(), now());
    assert_eq!(typist.words("status -n ").await, "team-a");
    let asked = cluster.server.calls().len();
    typist.session.clock.advance(Duration::from_millis(4999));
    assert_eq!(typist.words("reconcile --namespace=t").await, "team-a");
    assert_eq!(cluster.server.calls().len(), asked, "a fresh answer is asked for again");
    let mode = |path: &std::path::Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    let files = kept(&typist, "json");
    assert_eq!(files.len(), 1);
    assert_eq!(mode(&files[0]), 0o600);
    assert_eq!(mode(files[0].parent().expect("a folder")), 0o700);
    assert!(kept(&typist, "part").is_empty());
    typist.session.clock.advance(Duration::from_millis(1));
    assert_eq!(typist.words("status -n ").await, "team-a");
    assert!(cluster.server.calls().len() > asked, "an old answer is not asked for again");
}

#[tokio::test]
async fn an_old_answer_is_better_than_none_for_an_hour() {
    for (seconds, expected) in [(3599, "team-a"), (3600, "dev-hello")] {
        // A cluster of its own: a process that waits for a silent one still asks while the next word is typed.
        let cluster = Cluster::start();
        let typist = Typist::new(&cluster.server.kubeconfig(), now());
        assert_eq!(typist.words("status -n ").await, "team-a");
        cluster.is_silent.store(true, Ordering::SeqCst);
        typist.session.clock.advance(Duration::from_secs(seconds));
        let words = words_by_the_deadline(&typist, &cluster, "status -n ").await;
        assert_eq!(words, expected, "after {seconds} s; else what the kubeconfig names");
    }
}

#[tokio::test]
async fn a_file_that_says_something_else_is_passed_over() {
    let cluster = Cluster::start();
    let typist = Typist::new(&cluster.server.kubeconfig(), now());
    assert_eq!(typist.words("status -n ").await, "team-a");
    let file = kept(&typist, "json").remove(0);
    let answer: Value = serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
    let mut hostile = answer.clone();
    hostile["namespaces"]["all"] = json!(["$(touch x)", "a;b", "planted"]);
    for (text, expected) in [
        (hostile.to_string(), "planted"),
        (String::new(), "team-a"),
        ("{".to_owned(), "team-a"),
        (json!({ "at": "2999-01-01T00:00:00Z", "namespaces": answer["namespaces"] }).to_string(), "team-a"),
    ] {
        std::fs::write(&file, &text).expect("a file");
        assert_eq!(typist.words("status -n ").await, expected, "{text}");
    }
    std::fs::remove_file(&file).expect("it is there");
    std::fs::create_dir(&file).expect("a folder in its place");
    assert_eq!(typist.words("status -n ").await, "team-a");
}

#[tokio::test]
async fn a_changed_kubeconfig_is_another_question() {
    let (first, second) = (Cluster::start(), Cluster::start());
    let typist = Typist::new(&first.server.kubeconfig(), now());
    assert_eq!(typist.words("status -n ").await, "team-a");
    let file = typist.home.path().join("kubeconfig");
    std::fs::write(file, second.server.kubeconfig()).expect("a file");
    assert_eq!(typist.words("status -n ").await, "team-a");
    assert!(!second.server.calls().is_empty(), "the other cluster's answer was given");
}

#[tokio::test]
async fn without_a_folder_nothing_is_kept_and_everything_answered() {
    let cluster = Cluster::start();
    let blocked = tempfile::NamedTempFile::new().expect("a file");
    let folder = blocked.path().to_string_lossy().into_owned();
    for variables in [[("XDG_CACHE_HOME", folder.as_str())], [("HOME", "")]] {
        let typist = Typist::with_variables(&cluster.server.kubeconfig(), now(), &variables);
        for _ in 0..2 {
            let asked = cluster.server.calls().len();
            assert_eq!(typist.words("status -n ").await, "team-a", "{variables:?}");
            assert!(cluster.server.calls().len() > asked);
        }
        assert!(kept(&typist, "json").is_empty());
    }
}

#[tokio::test]
async fn a_folder_in_which_others_may_write_is_not_used() {
    let cluster = Cluster::start();
    let typist = Typist::new(&cluster.server.kubeconfig(), now());
    assert_eq!(typist.words("status -n ").await, "team-a");
    let file = kept(&typist, "json").remove(0);
    let folder = file.parent().expect("a folder").to_owned();
    for open in [folder.clone(), folder.parent().expect("the suite's").to_owned()] {
        std::fs::set_permissions(&open, PermissionsExt::from_mode(0o777)).expect("permissions");
        for _ in 0..2 {
            let asked = cluster.server.calls().len();
            assert_eq!(typist.words("status -n ").await, "team-a");
            assert!(cluster.server.calls().len() > asked, "{}", open.display());
        }
        std::fs::set_permissions(&open, PermissionsExt::from_mode(0o700)).expect("permissions");
    }
    let asked = cluster.server.calls().len();
    assert_eq!(typist.words("status -n ").await, "team-a");
    assert_eq!(cluster.server.calls().len(), asked);
    let elsewhere = typist.home.path().join("elsewhere");
    std::fs::rename(&folder, &elsewhere).expect("moved");
    std::os::unix::fs::symlink(&elsewhere, &folder).expect("a link");
    assert_eq!(typist.words("status -n ").await, "team-a");
    assert!(cluster.server.calls().len() > asked, "a link to a folder is followed");
}

#[tokio::test]
async fn a_link_in_the_locks_place_is_not_followed() {
    let cluster = Cluster::start();
    let typist = Typist::new(&cluster.server.kubeconfig(), now());
    assert_eq!(typist.words("status -n ").await, "team-a");
    let lock = kept(&typist, "lock").remove(0);
    let target = typist.home.path().join("target");
    std::fs::remove_file(&lock).expect("it is there");
    std::os::unix::fs::symlink(&target, &lock).expect("a link");
    typist.session.clock.advance(Duration::from_secs(6));
    let asked = cluster.server.calls().len();
    assert_eq!(typist.words("status -n ").await, "team-a");
    assert!(cluster.server.calls().len() > asked);
    assert!(!target.exists(), "the link was followed");
}

/// While one process asks, others do not: a shell that is asked again and again starts no crowd.
#[tokio::test]
async fn one_process_asks_at_a_time() {
    let cluster = Cluster::start();
    cluster.is_silent.store(true, Ordering::SeqCst);
    let typist = Typist::new(&cluster.server.kubeconfig(), now());
    assert_eq!(words_by_the_deadline(&typist, &cluster, "status -n ").await, "dev-hello");
    assert_eq!(refresh(Vec::new(), &typist.session).await.as_deref(), Some("busy"));
    let another = Typist::new(&cluster.server.kubeconfig(), now());
    cluster.is_silent.store(false, Ordering::SeqCst);
    assert!(refresh(Vec::new(), &another.session).await.is_some_and(|text| text.contains("team-a")));
}
