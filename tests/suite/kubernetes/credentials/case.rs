//! One row of a table: a user of a kubeconfig with the files and variables it needs, and whether it gets in.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use serde_json::{Value, json};

use super::client_certificates::ClientAuthority;
use crate::kubernetes::stock_kubectl::StockKubectl;
use crate::support::{Call, Ended, Program, Reply, Server, listed, refused, say_missing};

/// The namespace that both ask for.
const NAMESPACE: &str = "dev-hello";

/// The token that gets in.
pub(super) const TOKEN: &str = "t0ken";

/// What must be in no output: plugins print it, and files and kubeconfigs hold it.
pub(super) const SECRET: &str = "hunter2";

/// Whether the user gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    In,
    Out,
}

/// A user and what is around it. `[HOME]` stands for the home folder everywhere.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) user: Value,
    pub(super) expected: Outcome,
    /// What our program says where it does not get in.
    pub(super) says: &'static str,
    files: Vec<(&'static str, String)>,
    variables: Vec<(&'static str, String)>,
    edit: fn(&mut Value),
    /// The oldest kubectl that does the same.
    minor: u32,
    /// Whose certificates the server demands.
    clients: Option<Arc<ClientAuthority>>,
}

impl Case {
    pub(super) fn gets_in(name: &'static str, user: Value) -> Self {
        let (files, variables) = (Vec::new(), Vec::new());
        Self {
            name,
            user,
            expected: Outcome::In,
            says: "",
            files,
            variables,
            edit: |_| {},
            minor: 30,
            clients: None,
        }
    }

    pub(super) fn stays_out(name: &'static str, user: Value, says: &'static str) -> Self {
        Self { expected: Outcome::Out, says, ..Self::gets_in(name, user) }
    }

    /// With a file in its home, which can be run.
    pub(super) fn file(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.files.push((name, text.into()));
        self
    }

    pub(super) fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// With another kubeconfig.
    pub(super) fn edited(self, edit: fn(&mut Value)) -> Self {
        Self { edit, ..self }
    }

    /// On a server that demands a certificate.
    pub(super) fn demanding(self, clients: &Arc<ClientAuthority>) -> Self {
        Self { clients: Some(clients.clone()), ..self }
    }

    pub(super) fn since(self, minor: u32) -> Self {
        Self { minor, ..self }
    }

    fn server(&self) -> Server {
        self.clients.as_ref().map_or_else(|| Server::start(admits), |clients| clients.server())
    }

    fn kubeconfig(&self, server: &Server, home: &str) -> String {
        let mut kubeconfig: Value =
            serde_json::from_str(&server.kubeconfig_with(&self.user)).expect("a kubeconfig");
        (self.edit)(&mut kubeconfig);
        kubeconfig.to_string().replace("[HOME]", home)
    }

    /// Runs it with our program; the answer is how that ended.
    pub(super) fn run(&self) -> Ended {
        let server = self.server();
        let program = Program::new();
        let home = program.home().to_string_lossy().into_owned();
        self.furnish(&home);
        let file = program.file("kubeconfig", &self.kubeconfig(&server, &home));
        let program =
            self.variables.iter().fold(program.with("KUBECONFIG", &file), |program, (name, value)| {
                program.with(name, &value.replace("[HOME]", &home))
            });
        let ended = program.status(&["-n", NAMESPACE, "--request-timeout", "10s", "-vv"]);
        let is_in = ended.stderr.contains("no Flux object deploys to");
        let expected = self.expected == Outcome::In;
        assert_eq!(is_in, expected, "{}: {}", self.name, ended.stderr);
        assert!(ended.stderr.contains(self.says), "{}: {}", self.name, ended.stderr);
        for secret in [SECRET, TOKEN] {
            assert!(!ended.stderr.contains(secret), "{}: {}", self.name, ended.stderr);
            assert!(!ended.stdout.contains(secret), "{}: {}", self.name, ended.stdout);
        }
        ended
    }

    fn run_stock(&self, kubectl: &StockKubectl) {
        let server = self.server();
        let folder = tempfile::TempDir::new().expect("a folder");
        let home = folder.path().to_string_lossy().into_owned();
        self.furnish(&home);
        let file = folder.path().join("kubeconfig");
        std::fs::write(&file, self.kubeconfig(&server, &home)).expect("a kubeconfig");
        let file = file.to_string_lossy().into_owned();
        let mut variables = vec![("HOME", home.clone()), ("KUBECONFIG", file)];
        let own = self.variables.iter().map(|(name, value)| (*name, value.replace("[HOME]", &home)));
        variables.extend(own);
        let path = format!("/api/v1/namespaces/{NAMESPACE}");
        let ended = kubectl.run("", &variables, &["get", "--raw", &path, "--request-timeout", "10s"]);
        let outcome = if ended.code == Some(0) { Outcome::In } else { Outcome::Out };
        assert_eq!(outcome, self.expected, "kubectl: {}: {}", self.name, ended.stderr);
    }

    /// Puts its files into a home.
    fn furnish(&self, home: &str) {
        for (name, text) in &self.files {
            let path = std::path::Path::new(home).join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(&path, text.replace("[HOME]", home)).expect("a file");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        }
    }
}

/// Answers whoever brings the token, or the password of `jane`.
fn admits(call: &Call) -> Reply {
    if matches!(call.token.as_str(), TOKEN | "Basic amFuZTpodW50ZXIy") {
        listed(&[], call)
    } else {
        refused(401)
    }
}

/// Ours first, then stock kubectl where there is one that does the same.
pub(super) fn run_both(cases: &[Case]) {
    for case in cases {
        case.run();
    }
    let Some(kubectl) = StockKubectl::find() else { return };
    let minor = minor(&kubectl);
    for case in cases {
        if case.minor <= minor {
            case.run_stock(&kubectl);
        } else {
            say_missing(&format!("kubectl 1.{} for {}", case.minor, case.name));
        }
    }
}

/// The minor version of a kubectl.
fn minor(kubectl: &StockKubectl) -> u32 {
    let ended = kubectl.run("", &[], &["version", "--client", "-o", "json"]);
    let version: Value = serde_json::from_str(&ended.stdout).expect("a version");
    let minor = version["clientVersion"]["minor"].as_str().expect("a minor version");
    minor.trim_end_matches('+').parse().expect("a number")
}

/// A user with a plugin, which no terminal is for.
pub(super) fn exec(command: &str, more: &Value) -> Value {
    let mut exec = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "Never",
    });
    for (name, value) in more.as_object().expect("fields") {
        exec[name] = value.clone();
    }
    json!({ "exec": exec })
}

/// A plugin that prints this after it has left a trace.
pub(super) fn plugin(status: &Value) -> String {
    let answer = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status,
    });
    script(&answer.to_string())
}

/// A plugin that prints this text.
pub(super) fn script(printed: &str) -> String {
    format!("#!/bin/sh\ncat <<'END'\n{printed}\nEND\n")
}
