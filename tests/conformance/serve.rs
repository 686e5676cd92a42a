//! `cargo conformance --serve`: the control plane with one healthy pipeline, for trials by hand and benchmarks.

use std::future;
use std::process::ExitCode;

use serde_json::json;

use crate::plane::objects::Objects;
use crate::plane::{AUTHORITY, Plane};
use crate::problem::Outcome;
use crate::scenario::case::{Beginning, Case};

const PROJECT: &str = "hello";

/// Makes the pipeline `hello` and times commands against it.
pub(crate) async fn benchmark(plane: &Plane, objects: &Objects) -> Outcome<ExitCode> {
    let mut case = Case::new(plane, objects, PROJECT).await?;
    let first = case.create(Beginning::default()).await?;
    case.applied(&first).await?;
    crate::benchmark::run(plane)
}

/// Makes the pipeline `hello`, prints how to reach everything, and stays until it is interrupted.
pub(crate) async fn serve(plane: &Plane, objects: &Objects) -> Outcome<ExitCode> {
    // The plugin is not judged here, so it is not started either.
    let mut case = Case::new(plane, objects, PROJECT).await?;
    let first = case.create(Beginning::default()).await?;
    case.applied(&first).await?;
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "one-namespace", "namespace": case.namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "one-namespace"}],
    });
    plane.cluster.create(&[binding]).await?;

    let programs = [Some(plane.plugins.as_path()), plane.cluster.kubectl.parent()];
    let programs: Vec<_> =
        programs.into_iter().flatten().map(|folder| folder.display().to_string()).collect();
    println!("export KUBECONFIG={}", plane.cluster.kubeconfig.display());
    println!("export GIT_SSL_CAINFO={}", plane.folder().join(AUTHORITY).display());
    println!("export PATH={}:\"$PATH\"", programs.join(":"));
    println!("# namespace {}; repository {}", case.namespace, case.clone_from());
    println!("# contexts: admin, one-namespace (sees {} only), nobody", case.namespace);
    println!("# Ctrl-C ends it");
    future::pending().await
}
