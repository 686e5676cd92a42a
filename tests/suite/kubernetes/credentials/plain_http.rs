//! Over plain HTTP (`kubectl proxy`) nobody signs in: no secret is sent, and no user has to be there.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::case::{SECRET, exec};
use crate::kubernetes::stock_kubectl::StockKubectl;
use crate::support::Program;

/// Answers everything with an empty namespace, and keeps the heads of the requests.
fn serve() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let heads = Arc::new(Mutex::new(String::new()));
    let kept = heads.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let kept = kept.clone();
            std::thread::spawn(move || {
                let mut writer = stream.try_clone().expect("a stream");
                let lines = BufReader::new(stream).lines().map_while(Result::ok);
                let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                *kept.lock().expect("heads") += &(head.join("\n").to_lowercase() + "\n");
                let body = json!({
                    "kind": "Namespace", "metadata": { "name": "dev-hello", "resourceVersion": "7" },
                    "status": { "phase": "Active" }, "items": [],
                });
                let body = body.to_string();
                let length = body.len();
                let _ = write!(
                    writer,
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
                );
            });
        }
    });
    (url, heads)
}

fn kubeconfig(url: &str, user: &str, entry: &Value) -> String {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{ "name": "c", "cluster": { "server": url } }],
        "users": [{ "name": "u", "user": entry }],
        "contexts": [{ "name": "test", "context": { "cluster": "c", "user": user } }],
    })
    .to_string()
}

#[test]
fn no_secret_is_sent_and_no_user_has_to_be_there() {
    let kubectl = StockKubectl::find();
    for (user, entry) in [
        ("u", json!({ "token": SECRET })),
        ("u", json!({ "username": "jane", "password": SECRET })),
        ("u", exec("no-such-plugin", &json!({}))),
        ("u", json!({})),
        ("absent", json!({})),
    ] {
        let (url, heads) = serve();
        for url in [url.as_str(), url.trim_start_matches("http://")] {
            let kubeconfig = kubeconfig(url, user, &entry);
            let ended = Program::with_kubeconfig(&kubeconfig).status(&["-n", "dev-hello"]);
            assert!(ended.stderr.contains("no Flux object deploys to"), "{entry}: {}", ended.stderr);
            if let Some(kubectl) = &kubectl {
                let ended = kubectl.run(&kubeconfig, &[], &["get", "--raw", "/api/v1/namespaces/dev-hello"]);
                assert_eq!(ended.code, Some(0), "kubectl: {entry}: {}", ended.stderr);
            }
        }
        let heads = heads.lock().expect("heads");
        assert!(heads.contains("get /api/v1/namespaces/dev-hello"), "{heads}");
        assert!(!heads.contains("authorization"), "{heads}");
    }
}
