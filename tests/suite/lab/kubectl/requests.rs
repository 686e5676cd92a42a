//! What kubectl asked a real server for, line by line.

use serde_json::Value;
use tempfile::TempDir;

use super::super::recordings::golden;
use super::lines::{asked, request_line};
use super::program::Kubectl;
use super::scene::{self, APP};
use super::walk::{Known, only_known};

const DIFFERENCES: &[Known] = &[];

#[tokio::test]
async fn kubectl_asks_what_it_asked_a_real_server() {
    let Some(kubectl) = Kubectl::recorded() else { return };
    let (lab, _) = scene::lab().await;
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("app.yaml"), APP).unwrap();
    let file: Value = serde_json::from_str(&golden("kubernetes/kubectl-requests.json")).unwrap();
    let commands = file["commands"].as_array().unwrap();
    assert_eq!(commands.len(), 29);
    let mut found = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let line = command["command"].as_str().unwrap().strip_prefix("kubectl ").unwrap();
        lab.clear_journal();
        let printed = kubectl.prints_on(&lab, folder.path(), line).await;
        if command["exit"] != printed.code {
            let told = format!("{index}: kubectl {line}: exit {}: {}", printed.code, printed.stderr);
            found.push((index, told));
        }
        let recorded: Vec<String> = command["requests"].as_array().unwrap().iter().map(recorded).collect();
        let here = asked(&lab.journal());
        if recorded != here {
            found.push((index, format!("{index}: kubectl {line}: asked {here:#?} and not {recorded:#?}")));
        }
    }
    only_known(&found, DIFFERENCES);
}

fn recorded(request: &Value) -> String {
    let text = |name: &str| request[name].as_str().unwrap();
    request_line(text("method"), text("path"), request["status"].as_u64())
}
