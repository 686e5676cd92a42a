//! What is put into pods, and into the templates of pods.

use super::computed;
use super::rule::{Default, Part, Preset, When};

use Preset::{Empty, Number, Text};
use When::{Always, Lacks};

const MODE: &[Default] = &[("defaultMode", Number(0o644), Always)];

const HTTP: &[Part] =
    &[Part::new("httpGet", &[("path", Text("/"), Always), ("scheme", Text("HTTP"), Always)])];

const GRPC: &[Part] = &[Part::new("grpc", &[])];

const PROBE: &[Default] = &[
    ("failureThreshold", Number(3), Always),
    ("periodSeconds", Number(10), Always),
    ("successThreshold", Number(1), Always),
    ("timeoutSeconds", Number(1), Always),
];

const FIELD: &[Part] = &[Part::new("fieldRef", &[("apiVersion", Text("v1"), Always)])];

const HOOKS: &[Part] = &[Part::new("postStart", &[]).with(&[HTTP]), Part::new("preStop", &[]).with(&[HTTP])];

const CONTAINER: &[Default] = &[
    ("resources", Empty, Always),
    ("terminationMessagePath", Text("/dev/termination-log"), Always),
    ("terminationMessagePolicy", Text("File"), Always),
];

const CONTAINER_PARTS: &[Part] = &[
    Part::new("env", &[]).with(&[&[Part::new("valueFrom", &[]).with(&[FIELD])]]),
    Part::new("lifecycle", &[]).with(&[HOOKS]),
    Part::new("livenessProbe", PROBE).with(&[HTTP, GRPC]),
    Part::new("ports", &[("protocol", Text("TCP"), Always)]),
    Part::new("readinessProbe", PROBE).with(&[HTTP, GRPC]),
    Part::new("startupProbe", PROBE).with(&[HTTP, GRPC]),
];

const ITEMS: &[Part] = &[Part::new("items", &[]).with(&[FIELD])];

const SOURCES: &[Part] = &[Part::new("sources", &[]).with(&[&[
    Part::new("downwardAPI", &[]).with(&[ITEMS]),
    Part::new("serviceAccountToken", &[("expirationSeconds", Number(3600), Always)]),
]])];

const VOLUME_PARTS: &[Part] = &[
    Part::new("configMap", MODE),
    Part::new("downwardAPI", MODE).with(&[ITEMS]),
    Part::new("ephemeral", &[]).with(&[&[Part::new("volumeClaimTemplate", &[])
        .with(&[&[Part::new("spec", &[("volumeMode", Text("Filesystem"), Always)])]])]]),
    Part::new("hostPath", &[("type", Text(""), Lacks("type"))]),
    Part::new("projected", MODE).with(&[SOURCES]),
    Part::new("secret", MODE),
];

const SPEC: &[Default] = &[
    ("dnsPolicy", Text("ClusterFirst"), Always),
    ("restartPolicy", Text("Always"), Always),
    ("schedulerName", Text("default-scheduler"), Always),
    ("securityContext", Empty, Always),
    ("terminationGracePeriodSeconds", Number(30), Always),
];

const SPEC_PARTS: &[Part] = &[
    Part::new("containers", CONTAINER).computed(computed::pull_policy).with(&[CONTAINER_PARTS]),
    Part::new("ephemeralContainers", CONTAINER).computed(computed::pull_policy).with(&[CONTAINER_PARTS]),
    Part::new("initContainers", CONTAINER).computed(computed::pull_policy).with(&[CONTAINER_PARTS]),
    Part::new("volumes", &[]).computed(computed::volume_source).with(&[VOLUME_PARTS]),
];

/// What a template is given.
pub(super) const TEMPLATE: &[Part] = &[Part::new("template", &[])
    .with(&[&[Part::new("spec", SPEC).computed(computed::account).with(&[SPEC_PARTS])]])];

/// What a pod is given.
pub(super) const POD: &[Part] = &[Part::new("spec", SPEC).computed(computed::pod).with(&[SPEC_PARTS])];
