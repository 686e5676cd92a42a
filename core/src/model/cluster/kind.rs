//! The kinds of object that are read. Adding one is adding a row here: how it is asked for, where it is
//! looked for and how it is read all follow from the row.

use serde_json::Value;

use super::Object;
use crate::model::objects::{SourceKind, WorkloadKind};

/// What reading a kind of object takes.
#[derive(Debug)]
pub struct KindRow {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The version that is asked for first.
    pub version: &'static str,
    /// The kind, as objects write it.
    pub name: &'static str,
    /// The plural, as paths of the API write it.
    pub plural: &'static str,
    /// What of the object is read, where that is not the object itself.
    pub subresource: Option<&'static str>,
    /// Whether its objects are in namespaces.
    pub is_namespaced: bool,
    /// Whether clusters in use serve other versions of it than the one that is asked for first.
    pub has_other_versions: bool,
    /// Which objects of the kind are asked for; all where there is none.
    pub field_selector: Option<&'static str>,
    /// Whether only the metadata of its objects is asked for.
    pub is_metadata_only: bool,
    /// Where it is looked for.
    pub place: Place,
    /// Reads one object. Nothing in an object makes this fail.
    pub read: fn(&Value) -> Object,
}

/// Where a kind is looked for before anything is known of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where applications run: in the environment's namespace.
    Application,
    /// Where Flux's objects are kept: in Flux's namespace, and in the environment's.
    Flux,
    /// Nowhere: it is asked for where something else points to it.
    ByName,
}

impl KindRow {
    const fn new(
        place: Place,
        group: &'static str,
        version: &'static str,
        name: &'static str,
        plural: &'static str,
        read: fn(&Value) -> Object,
    ) -> Self {
        Self {
            group,
            version,
            name,
            plural,
            subresource: None,
            is_namespaced: true,
            has_other_versions: false,
            field_selector: None,
            is_metadata_only: false,
            place,
            read,
        }
    }

    const fn in_other_versions(self) -> Self {
        Self { has_other_versions: true, ..self }
    }

    const fn in_no_namespace(self) -> Self {
        Self { is_namespaced: false, ..self }
    }

    const fn selected_by(self, selector: &'static str) -> Self {
        Self { field_selector: Some(selector), ..self }
    }

    const fn metadata_alone(self) -> Self {
        Self { is_metadata_only: true, ..self }
    }

    const fn below(self, subresource: &'static str) -> Self {
        Self { subresource: Some(subresource), ..self }
    }

    /// The resource, as RBAC and kubectl write it: `kustomizations.kustomize.toolkit.fluxcd.io`, `pods/log`.
    pub fn resource(&self) -> String {
        match (self.group, self.subresource) {
            ("", None) => self.plural.to_owned(),
            ("", Some(subresource)) => format!("{}/{subresource}", self.plural),
            (group, _) => format!("{}.{group}", self.plural),
        }
    }

    /// The API version, as objects write it: `v1`, `apps/v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $row:expr;)*) => {
        /// The kinds of object that are read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Kind] = &[$(Kind::$kind),*];

            /// What reading it takes.
            pub fn row(self) -> &'static KindRow {
                match self {
                    $(Kind::$kind => {
                        static ROW: KindRow = $row;
                        &ROW
                    })*
                }
            }
        }
    };
}

const SOURCE: &str = "source.toolkit.fluxcd.io";
const KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io";
const HELM: &str = "helm.toolkit.fluxcd.io";

kinds! {
    /// Namespaces.
    Namespace => KindRow::new(Place::ByName, "", "v1", "Namespace", "namespaces", Object::namespace)
        .in_no_namespace();
    /// Flux's git sources.
    GitRepository =>
        KindRow::new(Place::Flux, SOURCE, "v1", "GitRepository", "gitrepositories", |value| {
            Object::source(SourceKind::GitRepository, value)
        })
        .in_other_versions();
    /// Flux's sources in container registries.
    OciRepository =>
        KindRow::new(Place::ByName, SOURCE, "v1", "OCIRepository", "ocirepositories", |value| {
            Object::source(SourceKind::OciRepository, value)
        })
        .in_other_versions();
    /// Flux's sources in object stores.
    Bucket => KindRow::new(Place::ByName, SOURCE, "v1", "Bucket", "buckets", |value| {
        Object::source(SourceKind::Bucket, value)
    })
    .in_other_versions();
    /// Flux's indexes of Helm charts.
    HelmRepository =>
        KindRow::new(Place::ByName, SOURCE, "v1", "HelmRepository", "helmrepositories", |value| {
            Object::source(SourceKind::HelmRepository, value)
        })
        .in_other_versions();
    /// Flux's Helm charts.
    HelmChart => KindRow::new(Place::ByName, SOURCE, "v1", "HelmChart", "helmcharts", |value| {
        Object::source(SourceKind::HelmChart, value)
    })
    .in_other_versions();
    /// Artifacts that other controllers provide.
    ExternalArtifact =>
        KindRow::new(Place::ByName, SOURCE, "v1", "ExternalArtifact", "externalartifacts", |value| {
            Object::source(SourceKind::ExternalArtifact, value)
        })
        .in_other_versions();
    /// Flux's kustomizations.
    Kustomization =>
        KindRow::new(Place::Flux, KUSTOMIZE, "v1", "Kustomization", "kustomizations", Object::kustomization)
            .in_other_versions();
    /// Flux's Helm releases.
    HelmRelease => KindRow::new(Place::Flux, HELM, "v2", "HelmRelease", "helmreleases", Object::helm_release)
        .in_other_versions();
    /// Deployments.
    Deployment => KindRow::new(Place::Application, "apps", "v1", "Deployment", "deployments", |value| {
        Object::workload(WorkloadKind::Deployment, value)
    });
    /// StatefulSets.
    StatefulSet => KindRow::new(Place::Application, "apps", "v1", "StatefulSet", "statefulsets", |value| {
        Object::workload(WorkloadKind::StatefulSet, value)
    });
    /// DaemonSets.
    DaemonSet => KindRow::new(Place::Application, "apps", "v1", "DaemonSet", "daemonsets", |value| {
        Object::workload(WorkloadKind::DaemonSet, value)
    });
    /// ReplicaSets.
    ReplicaSet =>
        KindRow::new(Place::Application, "apps", "v1", "ReplicaSet", "replicasets", Object::replica_set);
    /// Pods.
    Pod => KindRow::new(Place::Application, "", "v1", "Pod", "pods", Object::pod);
    /// Jobs.
    Job => KindRow::new(Place::Application, "batch", "v1", "Job", "jobs", Object::job);
    /// CronJobs, asked for where an inventory lists one.
    CronJob => KindRow::new(Place::ByName, "batch", "v1", "CronJob", "cronjobs", Object::cron_job);
    /// The node of a pod that is stuck on it.
    Node => KindRow::new(Place::ByName, "", "v1", "Node", "nodes", Object::node).in_no_namespace();
    /// Quotas.
    ResourceQuota =>
        KindRow::new(Place::Application, "", "v1", "ResourceQuota", "resourcequotas", Object::quota);
    /// Events that warn.
    Warning => KindRow::new(Place::Application, "", "v1", "Event", "events", Object::event)
        .selected_by("type=Warning");
    /// Events about Kustomizations.
    KustomizationEvent => KindRow::new(Place::Flux, "", "v1", "Event", "events", Object::event)
        .selected_by("involvedObject.kind=Kustomization");
    /// Events about sources of every kind, asked for where one cannot be fetched.
    SourceEvent => KindRow::new(Place::ByName, "", "v1", "Event", "events", Object::event)
        .selected_by("source=source-controller");
    /// The Secret that a source fetches with, asked for where that may be why it cannot be fetched. Its metadata alone
    /// is read.
    GitSecret => KindRow::new(Place::ByName, "", "v1", "Secret", "secrets", Object::git_secret).metadata_alone();
    /// The ConfigMap that says which Arc cluster this is.
    ArcConfig => KindRow::new(Place::ByName, "", "v1", "ConfigMap", "configmaps", Object::config_map);
    /// What Azure's agents have for Flux configurations.
    FluxConfig =>
        KindRow::new(Place::ByName, "clusterconfig.azure.com", "v1alpha1", "FluxConfig", "fluxconfigs", Object::flux_config)
            .in_other_versions();
    /// The last lines a container wrote before it ended.
    Log => KindRow::new(Place::ByName, "", "v1", "Pod", "pods", Object::log_line).below("log");
}

impl Kind {
    /// The resource, as RBAC and kubectl write it.
    pub fn resource(self) -> String {
        self.row().resource()
    }

    /// Whether an answer is a courtesy: what cannot be asked changes no standing, and is not listed as missing.
    pub fn is_optional(self) -> bool {
        matches!(self, Kind::Log | Kind::SourceEvent | Kind::GitSecret | Kind::Node | Kind::FluxConfig)
    }

    /// The kinds that are looked for at a place.
    pub fn at(place: Place) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(move |kind| kind.row().place == place)
    }

    /// The kind of a workload.
    pub fn of_workload(kind: WorkloadKind) -> Self {
        match kind {
            WorkloadKind::Deployment => Kind::Deployment,
            WorkloadKind::StatefulSet => Kind::StatefulSet,
            WorkloadKind::DaemonSet => Kind::DaemonSet,
        }
    }

    /// The kind of a source.
    pub fn of_source(kind: SourceKind) -> Self {
        match kind {
            SourceKind::GitRepository => Kind::GitRepository,
            SourceKind::OciRepository => Kind::OciRepository,
            SourceKind::Bucket => Kind::Bucket,
            SourceKind::HelmRepository => Kind::HelmRepository,
            SourceKind::HelmChart => Kind::HelmChart,
            SourceKind::ExternalArtifact => Kind::ExternalArtifact,
        }
    }

    /// The kind that objects of this name are of.
    pub fn named(name: &str) -> Option<Self> {
        let is_object = |kind: &Kind| {
            let row = kind.row();
            row.subresource.is_none() && row.field_selector.is_none() && !row.is_metadata_only
        };
        Kind::ALL.iter().copied().find(|kind| is_object(kind) && kind.row().name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_what_rbac_calls_them() {
        for (kind, resource) in [
            (Kind::Namespace, "namespaces"),
            (Kind::GitRepository, "gitrepositories.source.toolkit.fluxcd.io"),
            (Kind::Deployment, "deployments.apps"),
            (Kind::Job, "jobs.batch"),
            (Kind::Warning, "events"),
            (Kind::FluxConfig, "fluxconfigs.clusterconfig.azure.com"),
            (Kind::Log, "pods/log"),
        ] {
            assert_eq!(kind.resource(), resource);
        }
    }

    #[test]
    fn names_of_kinds_are_found() {
        assert_eq!(Kind::named("HelmRelease"), Some(Kind::HelmRelease));
        assert_eq!(Kind::named("Pod"), Some(Kind::Pod));
        assert_eq!(Kind::named("Event"), None, "only some of them are asked for");
        assert_eq!(Kind::named("Secret"), None);
    }
}
