//! What can be asked of a cluster: a kind, and where.

use crate::model::Question;

/// The kinds of object that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Namespaces.
    Namespace,
    /// `source.toolkit.fluxcd.io` GitRepository.
    GitRepository,
    /// `kustomize.toolkit.fluxcd.io` Kustomization.
    Kustomization,
    /// `helm.toolkit.fluxcd.io` HelmRelease.
    HelmRelease,
    /// Deployments.
    Deployment,
    /// StatefulSets.
    StatefulSet,
    /// DaemonSets.
    DaemonSet,
    /// ReplicaSets.
    ReplicaSet,
    /// Pods.
    Pod,
    /// Jobs.
    Job,
    /// Quotas.
    ResourceQuota,
    /// Events that warn.
    Warning,
    /// Events about Kustomizations.
    KustomizationEvent,
    /// ConfigMap `azure-arc/azure-clusterconfig`.
    ArcConfig,
    /// The last lines a container wrote before it ended.
    Log,
}

impl Kind {
    /// Group and plural, as RBAC and kubectl write them: `kustomizations.kustomize.toolkit.fluxcd.io`.
    pub fn resource(self) -> &'static str {
        match self {
            Kind::Namespace => "namespaces",
            Kind::GitRepository => "gitrepositories.source.toolkit.fluxcd.io",
            Kind::Kustomization => "kustomizations.kustomize.toolkit.fluxcd.io",
            Kind::HelmRelease => "helmreleases.helm.toolkit.fluxcd.io",
            Kind::Deployment => "deployments.apps",
            Kind::StatefulSet => "statefulsets.apps",
            Kind::DaemonSet => "daemonsets.apps",
            Kind::ReplicaSet => "replicasets.apps",
            Kind::Pod => "pods",
            Kind::Job => "jobs.batch",
            Kind::ResourceQuota => "resourcequotas",
            Kind::Warning | Kind::KustomizationEvent => "events",
            Kind::ArcConfig => "configmaps",
            Kind::Log => "pods/log",
        }
    }
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// In all namespaces.
    Cluster,
    /// In one namespace.
    Namespace(String),
    /// One object: namespace (empty for cluster-scoped) and name, for a log `pod/container`.
    Object(String, String),
}

/// One question to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// What.
    pub kind: Kind,
    /// Where.
    pub within: Within,
}

impl Scope {
    /// Objects of a kind in one namespace.
    pub fn namespace(kind: Kind, namespace: &str) -> Self {
        Self { kind, within: Within::Namespace(namespace.to_owned()) }
    }

    /// Objects of a kind everywhere.
    pub fn cluster(kind: Kind) -> Self {
        Self { kind, within: Within::Cluster }
    }

    /// One object.
    pub fn object(kind: Kind, namespace: &str, name: &str) -> Self {
        Self { kind, within: Within::Object(namespace.to_owned(), name.to_owned()) }
    }

    /// The verb RBAC asks for.
    pub fn verb(&self) -> &'static str {
        if matches!(self.within, Within::Object(..)) { "get" } else { "list" }
    }

    /// This scope as a question that can go without an answer.
    pub fn question(&self) -> Question {
        let (namespace, name) = match &self.within {
            Within::Cluster => (None, None),
            Within::Namespace(namespace) => (Some(namespace), None),
            Within::Object(namespace, name) => (Some(namespace), Some(name)),
        };
        Question {
            verb: self.verb(),
            resource: self.kind.resource().to_owned(),
            namespace: namespace.filter(|namespace| !namespace.is_empty()).cloned(),
            name: name.cloned(),
        }
    }

    /// `list pods in dev-hello`.
    pub fn title(&self) -> String {
        self.question().to_string()
    }
}
