//! The same cases as a user meets them: the real program, asking the recording that the lab serves.

use kubectl_gitops_lab::{Pace, Replay, ReplayOptions, Timeline};
use serde_json::Value;

use super::recording::{Recording, text};
use crate::support::Program;

/// Cases whose kinds and versions are discovered differently, one of each.
const PLAYED: &[&str] = &[
    "01-azure-controller-oom",
    "04-oci-verify-freeze",
    "05-helm-stalled-ready-kustomization",
    "22-v1beta2-helmrelease-wait",
    "24-init-waits-expired-job",
    "25-helm-release-locked",
    "27-helm-workload-deleted",
    "31-chart-tag-missing",
    "32-bucket-denied",
    "35-statefulset-node-down",
    "42-helm-depends-on-suspended",
];

#[tokio::test]
async fn the_program_says_of_a_served_case_what_the_verdict_says() {
    for case in PLAYED {
        let recording = Recording::read(case);
        let options = ReplayOptions { at: 0.0, start: recording.time(0.0), pace: Pace::ByHand };
        let replay =
            Replay::start(Timeline::parse(&text(case)).expect("a timeline"), options).await.expect("served");
        let program = Program::with_kubeconfig(&replay.kubeconfig())
            .with("GITOPS_NOW", &replay.time_at(0.0).to_string());
        let namespace = recording.namespace.clone();
        let words = move || program.status(&["-n", &namespace, "-o", "json"]);
        let ended = tokio::task::spawn_blocking(words).await.expect("it ends");
        // Nothing is written of a namespace that nothing delivers to.
        let document: Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
        let said = &document["environments"][0];
        let Some(expected) = recording.status(0.0) else {
            assert_eq!(*said, Value::Null, "{case}");
            continue;
        };
        for field in ["standing", "reason", "cause", "message", "ready", "environment", "next"] {
            let expected = serde_json::to_value(&expected).expect("JSON");
            assert_eq!(said[field], expected[field], "{field} of {case}");
        }
    }
}
