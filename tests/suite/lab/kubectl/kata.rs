//! The lines of the promotion exercise, in its order, on the default scenario: what a person types to see a change
//! arrive, to test it, to look into a failure, and to clean up.

use jiff::{SignedDuration, Timestamp};
use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use tempfile::TempDir;

use super::program::Kubectl;
use super::scene::JOB;
use super::walk::Told::Has;
use super::walk::{Step, walk};

const KATA: &[Step] = &[
    ("cluster-info", 0, Has(&["Kubernetes control plane is running at"])),
    (
        "get gitrepositories,kustomizations -n flux-system",
        0,
        Has(&[
            "gitrepository.source.toolkit.fluxcd.io/hello-dev",
            "kustomization.kustomize.toolkit.fluxcd.io/hello-dev-hello-dev",
        ]),
    ),
    (
        "get all -n dev-hello",
        0,
        Has(&["pod/hello~", "service/hello", "deployment.apps/hello", "replicaset.apps/hello~"]),
    ),
    ("get pods -n dev-hello", 0, Has(&["hello~ 1/1 Running 0"])),
    (
        "wait --for=condition=ready pod -l app.kubernetes.io/name=hello --timeout=300s -n dev-hello",
        0,
        Has(&["condition met"]),
    ),
    ("apply -f e2e-test-job.yaml -n dev-hello", 0, Has(&["job.batch/e2e-test created"])),
    (
        "wait --for=condition=complete job/e2e-test --timeout=300s -n dev-hello",
        0,
        Has(&["job.batch/e2e-test condition met"]),
    ),
    ("logs job/e2e-test -n dev-hello", 0, Has(&["probe: ended with exit code 0 (Completed)"])),
    ("delete job e2e-test -n dev-hello", 0, Has(&["job.batch \"e2e-test\" deleted"])),
    ("get pods -n qa-hello", 0, Has(&["hello~ 1/1 Running 0"])),
    ("describe deployment -n dev-hello", 0, Has(&["Name: hello", "Available True MinimumReplicasAvailable"])),
    ("get deployment -n qa-hello", 0, Has(&["hello "])),
    ("get namespaces", 0, Has(&["dev-hello Active", "qa-hello Active"])),
    (
        "logs -n flux-system deployment/kustomize-controller",
        0,
        Has(&["starting mcr.microsoft.com/oss/fluxcd/kustomize-controller"]),
    ),
    ("logs -n dev-hello deployment/hello", 0, Has(&["starting"])),
    (
        "delete namespace dev-hello --force --grace-period=0",
        0,
        Has(&["namespace \"dev-hello\" force deleted"]),
    ),
    (
        "get namespace dev-hello",
        1,
        Has(&["Error from server (NotFound): namespaces \"dev-hello\" not found"]),
    ),
    ("delete namespace qa-hello --force --grace-period=0", 0, Has(&["namespace \"qa-hello\" force deleted"])),
];

async fn walk_through(kubectl: &Kubectl) {
    let clock = Clock::Stepped(Timestamp::now() - SignedDuration::from_hours(1));
    let scenario = BuiltIn::named("default").unwrap().document();
    let lab = Lab::start(Settings { clock, scenario: Some(scenario), ..Settings::default() }).await.unwrap();
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("e2e-test-job.yaml"), JOB).unwrap();
    walk(kubectl, &lab, folder.path(), KATA).await;
}

#[tokio::test]
async fn the_exercise_is_walked_through() {
    let Some(kubectl) = Kubectl::recorded() else { return };
    walk_through(&kubectl).await;
}

#[tokio::test]
async fn the_exercise_is_walked_through_with_an_older_kubectl() {
    let Some(kubectl) = Kubectl::older() else { return };
    walk_through(&kubectl).await;
}
