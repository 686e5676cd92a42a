//! People who may not read everything: what they may read is told, and what they may not is not called missing.

use serde_json::{Value, json};

use super::objects::*;
use super::table::{Row, expected};
use crate::cases::expectation::Expectation;
use crate::cases::recording::Reader;

const SET: (&str, &str) = ("ReplicaSet", "hello-7d9c");

/// Labels of what a Kustomization in Flux's namespace made.
fn labels_of_kustomization() -> Value {
    json!({ "kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system" })
}

pub(super) fn rows() -> Vec<Row> {
    let workload = [deployment(1, 1), replica_set(), pod("hello-a", SET, 3600, true)];
    let own = [source("GitRepository"), kustomization(&["hello_apps_Deployment"])];
    let labelled = |object: Value, labels: Value| with(object, &[("/metadata/labels", labels)]);
    let made_elsewhere = [
        labelled(release(), labels_of_kustomization()),
        labelled(deployment(1, 1), labels_of_release("hello")),
        replica_set(),
        pod("hello-a", SET, 3600, true),
    ];
    let of_namespace = |expected, objects: Vec<Value>| Row { expected, objects, reader: Reader::OfNamespace };
    vec![
        of_namespace(
            expected(
                "what delivers from the namespace itself is read without Flux's",
                &["Deployed/Applied"],
                &["1/1"],
            ),
            [own.as_slice(), &workload].concat(),
        ),
        of_namespace(
            Expectation {
                says_not: &[
                    "nothing deploys",
                    "no Flux object deploys",
                    "KustomizationMissing",
                    "NothingDeploys",
                ],
                ..expected(
                    "a release whose Kustomization lives elsewhere is not without one",
                    &["Deployed", "Unknown/NotReadable"],
                    &["1/1"],
                )
            },
            made_elsewhere.to_vec(),
        ),
        of_namespace(
            Expectation {
                says_not: &["KustomizationMissing", "NothingDeploys"],
                ..expected(
                    "a workload whose Kustomization may not be read is not left alone",
                    &["Unknown/NotReadable"],
                    &["1/1"],
                )
            },
            vec![
                labelled(deployment(1, 1), labels_of_kustomization()),
                replica_set(),
                pod("hello-a", SET, 3600, true),
            ],
        ),
    ]
}
