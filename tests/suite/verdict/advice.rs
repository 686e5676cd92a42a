//! Every command that a page can advise: along the recordings, and in situations that no recording shows.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use gitops_core::model::cluster::{Answer, Kind, Scope};
use gitops_core::model::github::PullRequest;
use gitops_core::model::upstream::{GithubScope, Upstream, Upstreams, join};
use gitops_core::model::verdict::{Picture, picture};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::{Timeline, cluster, names};
use crate::cases::recording::{self, Recording};

/// All of them.
pub(crate) fn advised() -> &'static BTreeSet<String> {
    static ADVISED: LazyLock<BTreeSet<String>> = LazyLock::new(found);
    &ADVISED
}

fn found() -> BTreeSet<String> {
    let mut advised = BTreeSet::new();
    for name in names() {
        let timeline = Timeline::read(&name);
        for moment in timeline.moments() {
            advised.extend(commands(picture(&moment.cluster, &timeline.selection(), moment.now)));
        }
    }
    for objects in situations() {
        advised.extend(commands(judged(&cluster(NAMESPACE, &objects))));
    }
    advised.extend(commands(with_a_pull_request()));
    advised.extend(of_stopped_controllers());
    for picture in super::stuck::pictures() {
        advised.extend(commands(picture));
    }
    for picture in super::pipelines::pictures() {
        advised.extend(commands(picture));
    }
    advised.extend(of_refusals());
    for case in recording::names() {
        let recording = Recording::read(&case);
        let (objects, now) = (recording.objects(0.0), recording.time(0.0));
        let environment = recording::judge(&recording.namespace, &objects, now);
        advised.extend(
            environment.into_iter().flat_map(|environment| environment.next).map(|next| next.command),
        );
    }
    advised
}

fn commands(picture: Picture) -> impl Iterator<Item = String> {
    picture.environments.into_iter().flat_map(|environment| environment.next).map(|next| next.command)
}

fn saying(kind: &str, status: &str, reason: &str, message: &str) -> Value {
    with(condition(kind, status, reason, 90), &[("/message", json!(message))])
}

/// The object as Azure's agent makes it.
fn of_azure(object: Value) -> Value {
    let labels =
        json!({ "clusterconfig.azure.com/is-managed": "true", "clusterconfig.azure.com/name": "hello-dev" });
    with(object, &[("/metadata/labels", labels)])
}

/// One for each kind of advice.
pub(super) fn situations() -> Vec<Vec<Value>> {
    let all_of = |source: Value| {
        let built = with(kustomization(), &[("/spec/sourceRef/kind", source["kind"].clone())]);
        vec![source, built, deployment()]
    };
    let fetch = |reason: &str, message: &str| {
        let conditions = json!([saying("FetchFailed", "True", reason, message)]);
        with(source(), &[("/status/conditions", conditions)])
    };
    let fetches = [
        fetch("GitOperationFailed", "something else"),
        fetch("GitOperationFailed", "authentication required"),
        fetch("AuthenticationFailed", "secret not found"),
        fetch("GitOperationFailed", "couldn't find remote ref"),
        fetch("GitOperationFailed", "repository not found"),
        fetch("GitOperationFailed", "x509: unknown authority"),
    ];
    let fetches = fetches.into_iter().chain(of_other_sources());
    let of_fetches = fetches.flat_map(|source| [all_of(source.clone()), all_of(of_azure(source))]);
    let ready = |reason: &str, message: &str| {
        let conditions = json!([saying("Ready", "False", reason, message)]);
        with(kustomization(), &[("/status/conditions", conditions)])
    };
    let suspended = |object: Value| with(object, &[("/spec/suspend", json!(true))]);
    let deleted = with(kustomization(), &[("/metadata/deletionTimestamp", json!(ago(9)))]);
    let job = json!({
        "kind": "Job", "metadata": { "name": "migrate", "namespace": NAMESPACE, "uid": "j" },
        "status": { "conditions": [condition("Failed", "True", "BackoffLimitExceeded", 9)] },
    });
    let inventory = json!({ "entries": [{ "id": "dev-hello_migrate_batch_Job", "v": "v1" }] });
    let with_job = with(ready("HealthCheckFailed", ""), &[("/status/inventory", inventory)]);
    let older = with(kustomization(), &[("/status/lastAppliedRevision", json!(OLDER))]);
    let refused = with(
        deployment(),
        &[(
            "/status/conditions",
            json!([saying("ReplicaFailure", "True", "FailedCreate", "exceeded quota: a")]),
        )],
    );
    let crashing = pod("a", ("ReplicaSet", "d"), "CrashLoopBackOff");
    let pinned = with(source(), &[("/spec/ref/tag", json!("v1"))]);
    of_fetches
        .chain([all_of(pinned.clone()), all_of(of_azure(pinned))])
        .chain([
            vec![source(), kustomization()],
            vec![source(), ready("BuildFailed", ""), deployment()],
            vec![source(), ready("ReconciliationFailed", ""), deployment()],
            vec![source(), with_job, job],
            vec![source(), ready("HealthCheckFailed", ""), refused],
            vec![source(), kustomization(), deployment(), crashing],
            vec![source(), older, deployment()],
            vec![source(), suspended(kustomization()), deployment()],
            vec![source(), of_azure(suspended(kustomization())), deployment()],
            all_of(suspended(source())),
            vec![source(), deleted, deployment()],
            vec![kustomization(), deployment()],
            vec![of_azure(kustomization()), deployment()],
            vec![source()],
        ])
        .chain(of_failed_attempts())
        .chain(of_workloads())
        .collect()
}

/// Pods, volumes and releases that recordings and cases do not have.
fn of_workloads() -> [Vec<Value>; 6] {
    let down = || super::down::down(120);
    let waiting = |reason: &str, message: &str| {
        let statuses = json!([{
            "name": "app", "image": "registry.example/hello:1",
            "state": { "waiting": { "reason": reason, "message": message } },
        }]);
        let volume = |name: &str| json!({ "name": name, "persistentVolumeClaim": { "claimName": name } });
        let spec =
            json!({ "imagePullSecrets": [{ "name": "pull" }], "volumes": [volume("data"), volume("logs")] });
        let changes =
            [("/status/phase", json!("Pending")), ("/status/containerStatuses", statuses), ("/spec", spec)];
        with(pod("a", ("ReplicaSet", "d"), ""), &changes)
    };
    let attachment = json!({
        "kind": "Event", "metadata": { "namespace": NAMESPACE, "name": "attachment" }, "type": "Warning",
        "involvedObject": { "kind": "Pod", "namespace": NAMESPACE, "name": "a", "uid": "a" }, "reason": "FailedAttachVolume",
        "message": "Multi-Attach error for volume \"data\"", "firstTimestamp": ago(60), "lastTimestamp": ago(9),
    });
    let [of_set, set] = super::down::down_set("StatefulSet");
    let set = with(set, &[("/status/updatedReplicas", json!(0)), ("/status/updateRevision", json!("b"))]);
    let former = super::down::unready_pod("hello-0", ("StatefulSet", "d"), 700);
    let former = with(former, &[("/metadata/labels/controller-revision-hash", json!("a"))]);
    let snapshot =
        |version: i64, status: &str| json!({ "name": "hello", "version": version, "status": status });
    let locked = json!({
        "kind": "HelmRelease",
        "metadata": { "name": "hello", "namespace": NAMESPACE, "generation": 1, "uid": "h", "creationTimestamp": ago(9000) },
        "spec": { "interval": "1m", "chartRef": { "kind": "OCIRepository", "name": "hello" } },
        "status": {
            "observedGeneration": 1,
            "history": [snapshot(2, "pending-upgrade"), snapshot(1, "deployed")],
            "conditions": [condition("Ready", "False", "UpgradeFailed", 9000)],
        },
    });
    let by_hand = json!([{ "manager": "kubectl-rollout", "time": ago(900), "fieldsV1": { "f:spec": { "f:paused": {} } } }]);
    let paused = with(
        deployment(),
        &[
            ("/spec/paused", json!(true)),
            ("/status/updatedReplicas", json!(0)),
            ("/metadata/managedFields", by_hand),
            ("/status/conditions", json!([condition("Progressing", "Unknown", "DeploymentPaused", 900)])),
        ],
    );
    let denied = "failed to authorize: 401 Unauthorized";
    [
        vec![source(), kustomization(), down(), waiting("ErrImagePull", denied)],
        vec![source(), kustomization(), down(), waiting("ContainerCreating", ""), attachment],
        vec![source(), of_set, set, former],
        vec![source(), kustomization(), paused],
        vec![with(locked.clone(), &[("/status/history", json!([snapshot(1, "pending-install")]))])],
        vec![locked],
    ]
}

/// One for each subject of a failed attempt.
fn of_failed_attempts() -> impl Iterator<Item = Vec<Value>> {
    let messages = [
        ("BuildFailed", "decryption failed for 'a': cannot get sops data key"),
        (
            "BuildFailed",
            "cannot get sops data key: https://kv.vault.azure.net/keys/a/1: FAILED\n - | 403 Forbidden",
        ),
        ("BuildFailed", "post build failed for 'a': 'a-b' var name is invalid, must match"),
        ("BuildFailed", "post build failed for 'a': variable not set: \"b\""),
        ("ReconciliationFailed", "unable to read KubeConfig secret 'a/b' error: secrets \"b\" not found"),
        ("ReconciliationFailed", "failed to impersonate: serviceaccounts \"deployer\" not found"),
        ("ReconciliationFailed", "ConfigMap/a/b not found: namespaces \"a\" not found"),
        ("ReconciliationFailed", "ConfigMap/a/b dry-run failed (Forbidden): exceeded quota: few"),
        (
            "ReconciliationFailed",
            "Widget/a/b dry-run failed: no matches for kind \"Widget\" in version \"x.io/v1\"",
        ),
        ("ReconciliationFailed", super::sentences::UNREACHABLE_WEBHOOK),
        ("ReconciliationFailed", super::sentences::FORBIDDEN),
        ("ReconciliationFailed", "Deployment/a/b dry-run failed (Timeout): etcdserver: request timed out"),
    ];
    messages
        .into_iter()
        .flat_map(|(reason, message)| {
            let conditions = json!([saying("Ready", "False", reason, message)]);
            let kustomization = with(super::sentences::specified(), &[("/status/conditions", conditions)]);
            [vec![source(), kustomization.clone()], vec![source(), of_azure(kustomization)]]
        })
        .chain(["failed to download archive: giving up", "artifact not found"].map(|message| {
            let conditions = json!([
                saying("Ready", "False", "ArtifactFailed", message),
                condition("Reconciling", "True", "ProgressingWithRetry", 90)
            ]);
            let older = [("/status/lastAppliedRevision", json!(OLDER)), ("/status/conditions", conditions)];
            vec![source(), with(kustomization(), &older)]
        }))
}

/// Fetches that fail in ways that other sources and other addresses have.
fn of_other_sources() -> Vec<Value> {
    let failing = |kind: &str, spec: &Value, reason: &str, message: &str| {
        let conditions = json!([saying("FetchFailed", "True", reason, message)]);
        with(source(), &[("/kind", json!(kind)), ("/spec", spec.clone()), ("/status/conditions", conditions)])
    };
    let oci = json!({ "url": "oci://registry.example/a", "secretRef": { "name": "auth" } });
    let bucket = json!({ "endpoint": "minio.example", "bucketName": "a", "secretRef": { "name": "auth" } });
    let blob = with(bucket.clone(), &[("/provider", json!("azure"))]);
    let ssh = json!({ "url": "ssh://git@git.example:7999/a", "secretRef": { "name": "auth" } });
    let identity = json!({ "url": "oci://registry.example/a", "provider": "azure" });
    let nameless = json!({ "url": "https://git.example/a" });
    let trusting = with(oci.clone(), &[("/certSecretRef", json!({ "name": "ca" }))]);
    let keys =
        with(oci.clone(), &[("/verify", json!({ "provider": "cosign", "secretRef": { "name": "keys" } }))]);
    let keyless = with(oci.clone(), &[("/verify", json!({ "provider": "cosign" }))]);
    let following = |spec: &Value, reference: Value| with(spec.clone(), &[("/ref", reference)]);
    [
        ("GitRepository", &ssh, "GitOperationFailed", "unable to authenticate"),
        ("GitRepository", &ssh, "AuthenticationFailed", "secret not found"),
        ("GitRepository", &ssh, "GitOperationFailed", "knownhosts: key mismatch"),
        ("GitRepository", &ssh, "GitOperationFailed", "too many requests"),
        ("GitRepository", &ssh, "GitOperationFailed", "proxyconnect tcp"),
        ("GitRepository", &nameless, "GitOperationFailed", "authentication required"),
        (
            "GitRepository",
            &following(&ssh, json!({ "tag": "v1" })),
            "GitOperationFailed",
            "reference not found",
        ),
        (
            "GitRepository",
            &following(&ssh, json!({ "semver": "1" })),
            "GitOperationFailed",
            "reference not found",
        ),
        (
            "GitRepository",
            &following(&ssh, json!({ "commit": "1" })),
            "GitOperationFailed",
            "reference not found",
        ),
        (
            "GitRepository",
            &following(&ssh, json!({ "name": "1" })),
            "GitOperationFailed",
            "reference not found",
        ),
        (
            "OCIRepository",
            &following(&oci, json!({ "digest": "1" })),
            "OCIArtifactPullFailed",
            "manifest unknown",
        ),
        ("OCIRepository", &oci, "OCIArtifactPullFailed", "unauthorized"),
        ("OCIRepository", &oci, "OCIArtifactPullFailed", "x509: a"),
        ("OCIRepository", &trusting, "OCIArtifactPullFailed", "x509: a"),
        ("OCIRepository", &identity, "OCIArtifactPullFailed", "unauthorized"),
        ("OCIRepository", &keys, "VerificationError", ""),
        ("OCIRepository", &keyless, "VerificationError", ""),
        ("Bucket", &bucket, "BucketOperationFailed", "access denied"),
        ("Bucket", &bucket, "BucketOperationFailed", "NoSuchBucket"),
        ("Bucket", &blob, "BucketOperationFailed", "access denied"),
        ("Bucket", &blob, "BucketOperationFailed", "ContainerNotFound"),
    ]
    .into_iter()
    .map(|(kind, spec, reason, message)| failing(kind, spec, reason, message))
    .collect()
}

fn of_stopped_controllers() -> Vec<String> {
    let stopped = |replicas: i64| {
        let controller = json!({
            "metadata": { "name": "kustomize-controller", "namespace": "flux-system" },
            "spec": { "replicas": replicas },
        });
        let mut answers = cluster(NAMESPACE, &[source(), kustomization(), deployment()]);
        answers.replace(Scope::namespace(Kind::Deployment, "flux-system"), Answer::Objects(vec![controller]));
        commands(judged(&answers))
    };
    stopped(0).chain(stopped(1)).collect()
}

fn of_refusals() -> Vec<String> {
    let refused = |answer: Answer| {
        let mut answers = cluster(NAMESPACE, &[kustomization(), deployment()]);
        answers.replace(Scope::namespace(Kind::GitRepository, NAMESPACE), answer);
        commands(judged(&answers))
    };
    let without_definition = || {
        let entry = json!({ "id": "dev-hello_hello_helm.toolkit.fluxcd.io_HelmRelease", "v": "v2" });
        let listing = with(kustomization(), &[("/status/inventory", json!({ "entries": [entry] }))]);
        let mut answers = cluster(NAMESPACE, &[source(), listing]);
        for namespace in [NAMESPACE, "flux-system"] {
            answers.replace(Scope::namespace(Kind::HelmRelease, namespace), Answer::Absent);
        }
        commands(judged(&answers))
    };
    let refused = refused(Answer::Forbidden).chain(refused(Answer::silent("nobody answers")));
    refused.chain(without_definition()).collect()
}

fn with_a_pull_request() -> Picture {
    let mut picture = judged(&cluster(NAMESPACE, &[source(), kustomization(), deployment()]));
    let scope = GithubScope::of(&picture, "git.example");
    assert_eq!(scope.branches.len(), 1);
    let url = "https://git.example/contoso/hello-gitops/pull/12";
    let pull = PullRequest::from_json(&json!({ "number": 12, "html_url": url }));
    let upstream = Upstream { pulls: vec![pull], ..Upstream::default() };
    let answers = Upstreams { of: [(scope.branches[0].id.clone(), upstream)].into(), ..Upstreams::default() };
    join(&mut picture, &scope, &answers);
    picture
}
