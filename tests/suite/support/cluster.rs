//! What a test changes on a lab's cluster while a command looks at it.

use gitops_core::kubernetes::{Connection, DryRun, Options, Patch};
use gitops_core::model::cluster::Kind;
use kubectl_gitops_lab::Lab;
use serde_json::Value;

/// A connection to a lab as its administrator.
pub(crate) async fn connection(lab: &Lab) -> Connection {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, lab.kubeconfig()).expect("a file");
    Connection::open(Options { kubeconfig: Some(file), ..Options::default() }).await.expect("a connection")
}

/// Merges into an object in `flux-system`.
pub(crate) async fn patch(lab: &Lab, kind: Kind, name: &str, change: Value) {
    let connection = connection(lab).await;
    let change = Patch::Merge(change);
    connection.patch(kind, "flux-system", name, &change, DryRun::Off).await.expect("patched");
}
