//! A fetch that failed: what is asked for because of it, and how.

use serde_json::json;

use super::objects::pipeline;
use crate::support::{Call, Program, Reply, Server, listed, refused};

/// A pipeline whose source cannot be fetched because its Secret was missing, and a cluster that answers so for the Secret.
fn without_secret(secret: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (Server, Program) {
    let server = Server::start(move |call| {
        let mut objects = pipeline();
        objects[0]["spec"]["secretRef"] = json!({ "name": "auth" });
        objects[0]["status"]["conditions"] = json!([{
            "type": "FetchFailed", "status": "True", "reason": "AuthenticationFailed", "observedGeneration": 1,
            "message": "failed to get secret: secrets \"auth\" not found", "lastTransitionTime": "2026-11-23T02:59:00Z",
        }]);
        if call.path.ends_with("/secrets/auth") { secret(call) } else { listed(&objects, call) }
    });
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    (server, program)
}

#[test]
fn of_a_secret_the_metadata_alone_is_asked_for_once() {
    let metadata =
        json!({ "name": "auth", "namespace": "flux-system", "creationTimestamp": "2026-11-23T02:59:50Z" });
    let (server, program) = without_secret(move |_| {
        Reply::Json(200, json!({ "kind": "PartialObjectMetadata", "metadata": metadata }))
    });
    let ended = program.status(&[]);
    assert!(
        ended.stdout.contains(
            "ChangedSince: Secret flux-system/auth is there now; Flux last tried within the last 60 s"
        ),
        "{}",
        ended.stdout
    );
    let asked = server.calls().into_iter().filter(|call| call.path.contains("/secrets")).collect::<Vec<_>>();
    let [asked] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(asked.accept, "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
    assert_eq!(asked.path, "/api/v1/namespaces/flux-system/secrets/auth");
    let events = |call: &&Call| call.query.contains("source=source-controller");
    assert_eq!(server.calls().iter().filter(events).count(), 1);
}

#[test]
fn who_may_not_read_secrets_misses_nothing() {
    let (_server, program) = without_secret(|_| refused(403));
    let ended = program.status(&[]);
    assert!(ended.stdout.contains("GitSecretMissing"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("secrets") && !ended.stdout.contains("ChangedSince"), "{}", ended.stdout);
}
