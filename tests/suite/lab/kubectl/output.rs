//! What kubectl printed for the kata's lines, and for mistakes, on a real server.

use serde_json::Value;
use tempfile::TempDir;

use super::super::recordings::golden;
use super::lines::{asked, parting, request_line};
use super::program::Kubectl;
use super::scene::{self, JOB};
use super::walk::only_known;

/// What the recorder's containers wrote.
const LOG: &str = "run 1 started\nwarning: slow answer\nGET /healthz 200\n3 checks, 3 passed\n";

#[tokio::test]
async fn kubectl_prints_what_it_printed_on_a_real_server() {
    let Some(kubectl) = Kubectl::recorded() else { return };
    let found = replay(&kubectl, |text| text.to_owned(), true).await;
    only_known(&found, &[]);
}

#[tokio::test]
async fn an_older_kubectl_prints_the_same_in_its_own_words() {
    let Some(kubectl) = Kubectl::older() else { return };
    let found = replay(&kubectl, older, false).await;
    // Its version is another one, and it says what it thinks of the server's.
    let told: Vec<&str> = found
        .iter()
        .map(|(_, told)| told.as_str())
        .filter(|told| !told.contains("kubectl version: "))
        .collect();
    assert!(told.is_empty(), "{} differ:\n{}", told.len(), told.join("\n"));
}

/// What kubectl 1.31 says instead of what 1.36 says: it does not tell from where something is deleted.
fn older(text: &str) -> String {
    text.replace(" from dev-hello namespace", "").replace(" from flux-system namespace", "")
}

/// Runs the recorded lines; what differs, with the index of the line.
async fn replay(kubectl: &Kubectl, words: fn(&str) -> String, asks: bool) -> Vec<(usize, String)> {
    let (lab, _) = scene::kata().await;
    lab.write_logs(LOG);
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("job.yaml"), JOB).unwrap();
    let file: Value = serde_json::from_str(&golden("kubernetes/kubectl-output.json")).unwrap();
    let commands = file["commands"].as_array().unwrap();
    assert_eq!(commands.len(), 44);
    let mut found = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let text = |name: &str| words(command[name].as_str().unwrap());
        let line = command["command"].as_str().unwrap().strip_prefix("kubectl ").unwrap();
        lab.clear_journal();
        let printed = kubectl.prints_on(&lab, folder.path(), line).await;
        let mut partings = Vec::new();
        if command["exit"] != printed.code {
            partings.push(format!("exit: recorded {}, here {}", command["exit"], printed.code));
        }
        // `explain` prints descriptions, which are our own.
        if !line.starts_with("explain") {
            partings.extend(parting(&text("stdout"), &printed.stdout));
        }
        partings.extend(parting(&text("stderr"), &printed.stderr));
        if let Some(requests) = command["requests"].as_array().filter(|_| asks) {
            let recorded: Vec<String> =
                requests.iter().map(|request| recorded(request.as_str().unwrap())).collect();
            let here = asked(&lab.journal());
            if recorded != here {
                partings.push(format!("asked {here:#?} and not {recorded:#?}"));
            }
        }
        let told = partings.into_iter().map(|parting| (index, format!("{index}: kubectl {line}: {parting}")));
        found.extend(told);
    }
    found
}

/// `GET /path 200`
fn recorded(request: &str) -> String {
    let mut words = request.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let (method, target, status) = (word(), word(), word());
    request_line(method, target, status.parse().ok())
}
