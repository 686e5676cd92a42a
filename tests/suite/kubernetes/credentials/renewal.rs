//! Credentials that stop working in the middle of a command: what the server refuses is renewed, once, and the
//! request is sent again.

use std::path::Path;
use std::sync::{Arc, Mutex};

use gitops_core::kubernetes::{Connection, Options};
use gitops_core::model::cluster::{Answer, Kind, Scope};
use serde_json::{Value, json};

use super::case::exec;
use crate::support::{Server, listed, refused};

/// A server that admits one token, which can be changed.
struct Guarded {
    server: Server,
    admitted: Arc<Mutex<String>>,
    home: tempfile::TempDir,
}

impl Guarded {
    fn start() -> Self {
        let admitted = Arc::new(Mutex::new("first".to_owned()));
        let token = admitted.clone();
        let server = Server::start(move |call| {
            if call.token == *token.lock().expect("a token") { listed(&[], call) } else { refused(401) }
        });
        let guarded = Self { server, admitted, home: tempfile::TempDir::new().expect("a folder") };
        guarded.issue("first");
        guarded
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    /// The token that whoever renews credentials will find.
    fn issue(&self, token: &str) {
        std::fs::write(self.path("token"), token).expect("a token");
    }

    fn admit(&self, token: &str) {
        *self.admitted.lock().expect("a token") = token.to_owned();
    }

    async fn connect(&self, user: &Value) -> Connection {
        let kubeconfig = self.path("kubeconfig");
        std::fs::write(&kubeconfig, self.server.kubeconfig_with(user)).expect("a kubeconfig");
        let search_path = Some("/usr/bin:/bin".into());
        let options = Options { kubeconfig: Some(kubeconfig), search_path, ..Options::default() };
        Connection::open(options).await.expect("a connection")
    }

    /// How often it was asked.
    fn asked(&self) -> usize {
        self.server.calls().len()
    }
}

async fn ask(connection: &Connection) -> Answer {
    connection.ask(&Scope::namespace(Kind::Pod, "dev-hello")).await
}

/// A plugin that counts its runs and prints the token that was issued.
fn counting(home: &Path) -> Value {
    let home = home.display();
    let script = format!(
        r#"echo run >> {home}/runs; printf '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"%s"}}}}' "$(cat {home}/token)""#
    );
    exec("sh", &json!({ "args": ["-c", script] }))
}

fn runs(home: &Path) -> usize {
    std::fs::read_to_string(home.join("runs")).map_or(0, |runs| runs.lines().count())
}

#[tokio::test]
async fn a_token_file_is_read_again_when_its_token_is_refused() {
    let guarded = Guarded::start();
    let connection = guarded.connect(&json!({ "tokenFile": guarded.path("token") })).await;
    assert_eq!(ask(&connection).await, Answer::Objects(Vec::new()));
    guarded.issue("second");
    guarded.admit("second");
    assert_eq!(ask(&connection).await, Answer::Objects(Vec::new()));
    assert_eq!(guarded.asked(), 3, "the refused request once more, and nothing else");
    guarded.admit("third");
    assert_eq!(ask(&connection).await, Answer::Unauthenticated);
    assert_eq!(guarded.asked(), 4, "the same token is not sent twice");
}

#[tokio::test]
async fn a_plugin_runs_once_for_all_requests_and_once_more_for_all_refusals() {
    let guarded = Guarded::start();
    let home = guarded.home.path();
    let connection = guarded.connect(&counting(home)).await;
    let answers = tokio::join!(ask(&connection), ask(&connection), ask(&connection));
    assert_eq!(answers, (Answer::Objects(vec![]), Answer::Objects(vec![]), Answer::Objects(vec![])));
    assert_eq!((runs(home), guarded.asked()), (1, 3));
    guarded.issue("second");
    guarded.admit("second");
    let answers = tokio::join!(ask(&connection), ask(&connection), ask(&connection));
    assert_eq!(answers, (Answer::Objects(vec![]), Answer::Objects(vec![]), Answer::Objects(vec![])));
    assert_eq!(runs(home), 2);
}

#[tokio::test]
async fn a_plugin_whose_renewal_fails_leaves_the_refusal() {
    let guarded = Guarded::start();
    let connection = guarded.connect(&counting(guarded.home.path())).await;
    guarded.admit("second");
    std::fs::remove_file(guarded.path("token")).expect("gone");
    std::fs::write(guarded.path("token"), "bad\n\ttoken").expect("a token");
    assert_eq!(ask(&connection).await, Answer::Unauthenticated);
}
