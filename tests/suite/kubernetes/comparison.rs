//! One row of a table: a kubeconfig and an environment with which ours and stock kubectl ask the same.

use serde_json::{Value, json};

use super::stock_kubectl::StockKubectl;
use crate::support::{Call, Program, Reply, listed};

/// The namespace that both ask for.
const NAMESPACE: &str = "dev-hello";

/// Whether a server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// It answers.
    Yes,
    /// There is no connection, or none is tried.
    No,
}

/// A kubeconfig and an environment, and whether its server is reached with them.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) kubeconfig: Value,
    pub(super) variables: Vec<(&'static str, String)>,
    pub(super) expected: Reached,
}

impl Row {
    /// Asks with our program. The server has a namespace that nothing deploys to, which is said of none that is
    /// not reached.
    pub(super) fn run(&self) {
        let program = Program::with_kubeconfig(&self.kubeconfig.to_string());
        let program = self.variables.iter().fold(program, |program, (name, value)| program.with(name, value));
        let ended = program.status(&["-n", NAMESPACE, "--request-timeout", "10s"]);
        let reached =
            if ended.stderr.contains("no Flux object deploys to") { Reached::Yes } else { Reached::No };
        assert_eq!(reached, self.expected, "{}: {}", self.name, ended.stderr);
        assert!(!ended.stderr.contains("hunter2"), "{}: {}", self.name, ended.stderr);
    }

    /// Asks with stock kubectl.
    pub(super) fn run_stock(&self, kubectl: &StockKubectl) {
        let path = format!("/api/v1/namespaces/{NAMESPACE}");
        let words = ["get", "--raw", &path, "--request-timeout", "10s"];
        let ended = kubectl.run(&self.kubeconfig.to_string(), &self.variables, &words);
        let reached = if ended.code == Some(0) { Reached::Yes } else { Reached::No };
        assert_eq!(reached, self.expected, "kubectl: {}: {}", self.name, ended.stderr);
    }
}

/// Ours first, then stock kubectl where there is one.
pub(super) fn run_both(rows: &[Row]) {
    rows.iter().for_each(Row::run);
    if let Some(kubectl) = StockKubectl::find() {
        rows.iter().for_each(|row| row.run_stock(&kubectl));
    }
}

/// A namespace and nothing in it.
pub(super) fn empty_namespace(call: &Call) -> Reply {
    listed(&[], call)
}

/// A kubeconfig with one cluster and one user.
pub(super) fn kubeconfig(cluster: &Value, user: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "test",
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "test", "context": {"cluster": "c", "user": "u", "namespace": NAMESPACE}}],
    })
}
