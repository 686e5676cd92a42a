//! A kind as discovery tells it, and Kubernetes' own kinds as a table of them.

use std::sync::Arc;

use serde_json::Value;

/// A kind at a version, and what it is called in paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) plural: String,
    pub(crate) singular: String,
    pub(crate) namespaced: bool,
    pub(crate) short: Vec<String>,
    pub(crate) categories: Vec<String>,
    /// Whether its objects have a status, which is written apart.
    pub(crate) status: bool,
    /// What the definition says that made it; none for Kubernetes' own kinds.
    pub(crate) definition: Option<Arc<Definition>>,
}

/// What a definition says of its kind, beside what it is called.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Definition {
    /// The part of OpenAPI that definitions use.
    pub(crate) schema: Value,
    /// `additionalPrinterColumns`
    pub(crate) columns: Vec<Value>,
    /// The paths of `subresources.scale`.
    pub(crate) scale: Option<Value>,
}

impl Resource {
    /// `v1`, `apps/v1`.
    pub(crate) fn api_version(&self) -> String {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version),
        }
    }

    /// `pods`, `deployments.apps`: as error messages name it.
    pub(crate) fn qualified(&self) -> String {
        match self.group.as_str() {
            "" => self.plural.clone(),
            group => format!("{}.{group}", self.plural),
        }
    }

    /// Whether a definition made it, as Flux's are, and not Kubernetes itself. Lists of those repeat
    /// `apiVersion` and `kind` in every item.
    pub(crate) fn is_custom(&self) -> bool {
        self.definition.is_some() || (self.group.contains('.') && !self.group.ends_with(".k8s.io"))
    }

    /// Whether its objects have a status, which is written apart.
    pub(crate) fn has_status(&self) -> bool {
        self.status
    }
}

/// Kubernetes' own kinds, as a table names them.
pub(crate) struct ResourceRow {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) namespaced: bool,
    pub(crate) status: bool,
    pub(crate) short: &'static [&'static str],
    pub(crate) categories: &'static [&'static str],
}

impl ResourceRow {
    /// A kind that lives in namespaces and has a status, as most do.
    pub(crate) const fn new(
        group: &'static str,
        version: &'static str,
        kind: &'static str,
        plural: &'static str,
    ) -> Self {
        Self { group, version, kind, plural, namespaced: true, status: true, short: &[], categories: &[] }
    }

    pub(crate) const fn cluster(self) -> Self {
        Self { namespaced: false, ..self }
    }

    pub(crate) const fn plain(self) -> Self {
        Self { status: false, ..self }
    }

    pub(crate) const fn short(self, short: &'static [&'static str]) -> Self {
        Self { short, ..self }
    }

    pub(crate) const fn categories(self, categories: &'static [&'static str]) -> Self {
        Self { categories, ..self }
    }

    pub(crate) fn resource(&self) -> Resource {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Resource {
            group: self.group.to_owned(),
            version: self.version.to_owned(),
            kind: self.kind.to_owned(),
            plural: self.plural.to_owned(),
            singular: self.kind.to_lowercase(),
            namespaced: self.namespaced,
            status: self.status,
            short: owned(self.short),
            categories: owned(self.categories),
            definition: None,
        }
    }
}

const ALL: &[&str] = &["all"];
const SOURCE: &[&str] = &["all", "fluxcd", "fluxcd-sources"];
const APPLIER: &[&str] = &["all", "fluxcd", "fluxcd-appliers"];

/// Kinds of Kubernetes that a lab has and that a replay serves too: what is asked for, and what advice names.
pub(crate) const OWN: &[ResourceRow] = &[
    ResourceRow::new("", "v1", "ConfigMap", "configmaps").plain().short(&["cm"]),
    ResourceRow::new("", "v1", "Endpoints", "endpoints").plain().short(&["ep"]),
    ResourceRow::new("", "v1", "Event", "events").plain().short(&["ev"]),
    ResourceRow::new("", "v1", "Namespace", "namespaces").cluster().short(&["ns"]),
    ResourceRow::new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims").short(&["pvc"]),
    ResourceRow::new("", "v1", "Pod", "pods").short(&["po"]).categories(ALL),
    ResourceRow::new("", "v1", "ResourceQuota", "resourcequotas").short(&["quota"]),
    ResourceRow::new("", "v1", "Secret", "secrets").plain(),
    ResourceRow::new("", "v1", "Service", "services").short(&["svc"]).categories(ALL),
    ResourceRow::new("", "v1", "ServiceAccount", "serviceaccounts").plain().short(&["sa"]),
    ResourceRow::new("apps", "v1", "DaemonSet", "daemonsets").short(&["ds"]).categories(ALL),
    ResourceRow::new("apps", "v1", "Deployment", "deployments").short(&["deploy"]).categories(ALL),
    ResourceRow::new("apps", "v1", "ReplicaSet", "replicasets").short(&["rs"]).categories(ALL),
    ResourceRow::new("apps", "v1", "StatefulSet", "statefulsets").short(&["sts"]).categories(ALL),
    ResourceRow::new("batch", "v1", "CronJob", "cronjobs").short(&["cj"]).categories(ALL),
    ResourceRow::new("batch", "v1", "Job", "jobs").categories(ALL),
    ResourceRow::new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices").plain(),
    ResourceRow::new("networking.k8s.io", "v1", "Ingress", "ingresses").short(&["ing"]),
    ResourceRow::new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies")
        .plain()
        .short(&["netpol"]),
];

/// Kinds of Kubernetes that advice names, and that a lab does not have: a replay says that none was recorded.
pub(crate) const ADVISED: &[ResourceRow] = &[
    ResourceRow::new(ADMISSION, "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations")
        .cluster()
        .plain(),
    ResourceRow::new(ADMISSION, "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations")
        .cluster()
        .plain(),
    ResourceRow::new("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments").cluster(),
];

const ADMISSION: &str = "admissionregistration.k8s.io";

const SOURCES: &str = "source.toolkit.fluxcd.io";

/// Flux's kinds in a replay, which knows of no definitions.
pub(crate) const FLUX: &[ResourceRow] = &[
    ResourceRow::new("kustomize.toolkit.fluxcd.io", "v1", "Kustomization", "kustomizations")
        .short(&["ks"])
        .categories(APPLIER),
    ResourceRow::new(SOURCES, "v1", "Bucket", "buckets").categories(SOURCE),
    ResourceRow::new(SOURCES, "v1", "GitRepository", "gitrepositories")
        .short(&["gitrepo"])
        .categories(SOURCE),
    ResourceRow::new(SOURCES, "v1", "HelmRepository", "helmrepositories")
        .short(&["helmrepo"])
        .categories(SOURCE),
    ResourceRow::new(SOURCES, "v1", "OCIRepository", "ocirepositories")
        .short(&["ocirepo"])
        .categories(SOURCE),
];
