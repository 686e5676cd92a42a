//! What is put into pods, and into the templates of pods.

use super::computed;
use super::rule::{Default, DefaultedField, Preset, When};

use Preset::{Empty, Number, Text};
use When::{Always, Lacks};

const MODE: &[Default] = &[("defaultMode", Number(0o644), Always)];

const HTTP: &[DefaultedField] =
    &[DefaultedField::new("httpGet", &[("path", Text("/"), Always), ("scheme", Text("HTTP"), Always)])];

const GRPC: &[DefaultedField] = &[DefaultedField::new("grpc", &[])];

const PROBE: &[Default] = &[
    ("failureThreshold", Number(3), Always),
    ("periodSeconds", Number(10), Always),
    ("successThreshold", Number(1), Always),
    ("timeoutSeconds", Number(1), Always),
];

const FIELD: &[DefaultedField] = &[DefaultedField::new("fieldRef", &[("apiVersion", Text("v1"), Always)])];

const HOOKS: &[DefaultedField] =
    &[DefaultedField::new("postStart", &[]).with(&[HTTP]), DefaultedField::new("preStop", &[]).with(&[HTTP])];

const CONTAINER: &[Default] = &[
    ("resources", Empty, Always),
    ("terminationMessagePath", Text("/dev/termination-log"), Always),
    ("terminationMessagePolicy", Text("File"), Always),
];

const CONTAINER_PARTS: &[DefaultedField] = &[
    DefaultedField::new("env", &[]).with(&[&[DefaultedField::new("valueFrom", &[]).with(&[FIELD])]]),
    DefaultedField::new("lifecycle", &[]).with(&[HOOKS]),
    DefaultedField::new("livenessProbe", PROBE).with(&[HTTP, GRPC]),
    DefaultedField::new("ports", &[("protocol", Text("TCP"), Always)]),
    DefaultedField::new("readinessProbe", PROBE).with(&[HTTP, GRPC]),
    DefaultedField::new("startupProbe", PROBE).with(&[HTTP, GRPC]),
];

const ITEMS: &[DefaultedField] = &[DefaultedField::new("items", &[]).with(&[FIELD])];

const SOURCES: &[DefaultedField] = &[DefaultedField::new("sources", &[]).with(&[&[
    DefaultedField::new("downwardAPI", &[]).with(&[ITEMS]),
    DefaultedField::new("serviceAccountToken", &[("expirationSeconds", Number(3600), Always)]),
]])];

const VOLUME_PARTS: &[DefaultedField] = &[
    DefaultedField::new("configMap", MODE),
    DefaultedField::new("downwardAPI", MODE).with(&[ITEMS]),
    DefaultedField::new("ephemeral", &[]).with(&[&[DefaultedField::new("volumeClaimTemplate", &[])
        .with(&[&[DefaultedField::new("spec", &[("volumeMode", Text("Filesystem"), Always)])]])]]),
    DefaultedField::new("hostPath", &[("type", Text(""), Lacks("type"))]),
    DefaultedField::new("projected", MODE).with(&[SOURCES]),
    DefaultedField::new("secret", MODE),
];

const SPEC: &[Default] = &[
    ("dnsPolicy", Text("ClusterFirst"), Always),
    ("restartPolicy", Text("Always"), Always),
    ("schedulerName", Text("default-scheduler"), Always),
    ("securityContext", Empty, Always),
    ("terminationGracePeriodSeconds", Number(30), Always),
];

const SPEC_PARTS: &[DefaultedField] = &[
    DefaultedField::new("containers", CONTAINER).computed(computed::pull_policy).with(&[CONTAINER_PARTS]),
    DefaultedField::new("ephemeralContainers", CONTAINER)
        .computed(computed::pull_policy)
        .with(&[CONTAINER_PARTS]),
    DefaultedField::new("initContainers", CONTAINER).computed(computed::pull_policy).with(&[CONTAINER_PARTS]),
    DefaultedField::new("volumes", &[]).computed(computed::volume_source).with(&[VOLUME_PARTS]),
];

/// What a template is given.
pub(super) const TEMPLATE: &[DefaultedField] = &[DefaultedField::new("template", &[])
    .with(&[&[DefaultedField::new("spec", SPEC).computed(computed::account).with(&[SPEC_PARTS])]])];

/// What a pod is given.
pub(super) const POD: &[DefaultedField] =
    &[DefaultedField::new("spec", SPEC).computed(computed::pod).with(&[SPEC_PARTS])];
