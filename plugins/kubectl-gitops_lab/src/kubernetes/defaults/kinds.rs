//! The defaults of each kind.

use serde_json::Value;

use super::computed;
use super::pods::{POD, TEMPLATE};
use super::rule::{Default, DefaultedField, Preset, When};
use crate::kubernetes::Resource;

use Preset::{Empty, Flag, Number, Text};
use When::{Always, Is};

const RIGHTS: &str = "rbac.authorization.k8s.io";
const TCP: &[Default] = &[("protocol", Text("TCP"), Always)];
const FILESYSTEM: &[Default] = &[("volumeMode", Text("Filesystem"), Always)];

const JOB: &[Default] = &[
    ("completionMode", Text("NonIndexed"), Always),
    ("manualSelector", Flag(false), Always),
    ("suspend", Flag(false), Always),
];

const SUBJECTS: &[DefaultedField] =
    &[DefaultedField::new("subjects", &[("apiGroup", Text(RIGHTS), Is("kind", &["User", "Group"]))])];
const ROLE: &[DefaultedField] = &[DefaultedField::new("roleRef", &[("apiGroup", Text(RIGHTS), Always)])];

const ROLLING: &[Default] = &[("type", Text("RollingUpdate"), Always)];

const DEPLOYMENT: &[Default] = &[
    ("progressDeadlineSeconds", Number(600), Always),
    ("replicas", Number(1), Always),
    ("revisionHistoryLimit", Number(10), Always),
    ("strategy", Empty, Always),
];

const STATEFUL_SET: &[Default] = &[
    ("persistentVolumeClaimRetentionPolicy", Empty, Always),
    ("podManagementPolicy", Text("OrderedReady"), Always),
    ("replicas", Number(1), Always),
    ("revisionHistoryLimit", Number(10), Always),
    ("updateStrategy", Empty, Always),
];

const STATEFUL_SET_PARTS: &[DefaultedField] = &[
    DefaultedField::new(
        "persistentVolumeClaimRetentionPolicy",
        &[("whenDeleted", Text("Retain"), Always), ("whenScaled", Text("Retain"), Always)],
    ),
    DefaultedField::new(
        "updateStrategy",
        &[("rollingUpdate", Empty, When::Lacks("type")), ("type", Text("RollingUpdate"), Always)],
    )
    .with(&[&[DefaultedField::new("rollingUpdate", &[("partition", Number(0), Always)])]]),
    DefaultedField::new("volumeClaimTemplates", &[]).with(&[&[
        DefaultedField::new("spec", FILESYSTEM),
        DefaultedField::new("status", &[("phase", Text("Pending"), Always)]),
    ]]),
];

const DAEMON_SET: &[Default] =
    &[("revisionHistoryLimit", Number(10), Always), ("updateStrategy", Empty, Always)];

const CRON_JOB: &[Default] = &[
    ("concurrencyPolicy", Text("Allow"), Always),
    ("failedJobsHistoryLimit", Number(1), Always),
    ("successfulJobsHistoryLimit", Number(3), Always),
    ("suspend", Flag(false), Always),
];

const OPEN: &[&str] = &["NodePort", "LoadBalancer"];
const INSIDE: &[&str] = &["ClusterIP", "NodePort", "LoadBalancer"];

const SERVICE: &[Default] = &[
    ("sessionAffinity", Text("None"), Always),
    ("type", Text("ClusterIP"), Always),
    ("allocateLoadBalancerNodePorts", Flag(true), Is("type", &["LoadBalancer"])),
    ("externalTrafficPolicy", Text("Cluster"), Is("type", OPEN)),
    ("internalTrafficPolicy", Text("Cluster"), Is("type", INSIDE)),
];

/// Kind, defaults of the object itself, and of its parts.
type Kind = (&'static str, &'static [Default], &'static [&'static [DefaultedField]]);

const KINDS: &[Kind] = &[
    ("ClusterRoleBinding", &[], &[ROLE, SUBJECTS]),
    (
        "CronJob",
        &[("status", Empty, Always)],
        &[&[DefaultedField::new("spec", CRON_JOB).with(&[&[DefaultedField::new("jobTemplate", &[])
            // A job's own defaults come when it is made.
            .with(&[&[DefaultedField::new("spec", &[]).with(&[TEMPLATE])]])]])]],
    ),
    (
        "DaemonSet",
        &[],
        &[&[DefaultedField::new("spec", DAEMON_SET).with(&[
            TEMPLATE,
            &[DefaultedField::new("updateStrategy", ROLLING).computed(computed::rolling_daemons)],
        ])]],
    ),
    (
        "Deployment",
        &[("status", Empty, Always)],
        &[&[DefaultedField::new("spec", DEPLOYMENT)
            .with(&[TEMPLATE, &[DefaultedField::new("strategy", ROLLING).computed(computed::rolling)]])]],
    ),
    (
        "Endpoints",
        &[],
        &[&[DefaultedField::new("subsets", &[]).with(&[&[DefaultedField::new("ports", TCP)]])]],
    ),
    (
        "Ingress",
        &[("status", Empty, Always)],
        &[&[DefaultedField::new("status", &[("loadBalancer", Empty, Always)])]],
    ),
    (
        "Job",
        &[("status", Empty, Always)],
        &[&[DefaultedField::new("spec", JOB).computed(computed::job).with(&[TEMPLATE])]],
    ),
    (
        "LimitRange",
        &[],
        &[&[DefaultedField::new("spec", &[])
            .with(&[&[DefaultedField::new("limits", &[]).computed(computed::limit)]])]],
    ),
    ("NetworkPolicy", &[], &[&[DefaultedField::new("spec", &[]).computed(computed::policy_types)]]),
    (
        "PersistentVolumeClaim",
        &[("status", Empty, Always)],
        &[&[
            DefaultedField::new("spec", FILESYSTEM),
            DefaultedField::new("status", &[("phase", Text("Pending"), Always)]),
        ]],
    ),
    ("Pod", &[], &[POD]),
    (
        "ReplicaSet",
        &[],
        &[&[DefaultedField::new("spec", &[("replicas", Number(1), Always)]).with(&[TEMPLATE])]],
    ),
    ("ResourceQuota", &[("status", Empty, Always)], &[]),
    ("RoleBinding", &[], &[ROLE, SUBJECTS]),
    ("Secret", &[("type", Text("Opaque"), Always)], &[]),
    (
        "Service",
        &[("spec", Empty, Always), ("status", Empty, Always)],
        &[&[
            DefaultedField::new("spec", SERVICE)
                .computed(computed::affinity)
                .with(&[&[DefaultedField::new("ports", TCP).computed(computed::target_port)]]),
            DefaultedField::new("status", &[("loadBalancer", Empty, Always)]),
        ]],
    ),
    (
        "StatefulSet",
        &[],
        &[&[DefaultedField::new("spec", STATEFUL_SET).with(&[TEMPLATE, STATEFUL_SET_PARTS])]],
    ),
    (
        "StorageClass",
        &[("reclaimPolicy", Text("Delete"), Always), ("volumeBindingMode", Text("Immediate"), Always)],
        &[],
    ),
];

/// Puts the defaults of its kind into `object`.
pub(crate) fn fill(resource: &Resource, object: &mut Value) {
    if resource.is_custom() {
        return;
    }
    if let Some((_, defaults, parts)) = KINDS.iter().find(|kind| kind.0 == resource.kind) {
        DefaultedField { at: "", defaults, computed: None, parts }.fill(object);
    }
}
