//! A plugin that hangs holds up nothing but what needs its credentials.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use super::case::exec;
use crate::support::{Program, Server, listed};

/// Longer than anything here takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until something is there.
fn wait<T>(what: &str, found: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

/// The id that a process writes into a file.
fn process(file: &Path) -> Option<i32> {
    let text = std::fs::read_to_string(file).ok()?;
    text.strip_suffix('\n').map(|id| id.parse().expect("a process"))
}

fn is_running(process: i32) -> bool {
    // A process that has ended and that nobody has asked about yet is no longer running.
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn a_signal_is_answered_at_once_and_the_plugin_ends_too() {
    let server = Server::start(|call| listed(&[], call));
    let program = Program::new();
    let trace = program.home().join("plugin.pid");
    let script = format!("echo $$ > {}; exec sleep 600", trace.display());
    let user = exec("sh", &json!({ "args": ["-c", script] }));
    let file = program.file("kubeconfig", &server.kubeconfig_with(&user));
    let program = program.with("KUBECONFIG", &file);
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut child = program.start_status(&["-n", "dev-hello"]);
        let plugin = wait("the plugin runs", || process(&trace));
        let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        assert_eq!(child.wait().expect("an end").code(), Some(code), "{signal}");
        wait("the plugin ends", || (!is_running(plugin)).then_some(()));
        std::fs::remove_file(&trace).expect("gone");
    }
    assert!(server.calls().is_empty(), "nothing is asked without credentials");
}
