//! Sources of Flux, of every kind: where they fetch from, and what they stored. Fields as in the CRDs of Flux 2.

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, read};
use crate::model::argument::valid_name;

/// The kinds of source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// A branch, tag or commit of a git repository.
    #[default]
    GitRepository,
    /// An artifact in a container registry.
    OciRepository,
    /// Files of an object store.
    Bucket,
    /// An index of Helm charts.
    HelmRepository,
    /// A Helm chart that was taken from another source.
    HelmChart,
    /// An artifact that another controller provides.
    ExternalArtifact,
}

impl SourceKind {
    /// All of them.
    pub const ALL: [SourceKind; 6] = [
        SourceKind::GitRepository,
        SourceKind::OciRepository,
        SourceKind::Bucket,
        SourceKind::HelmRepository,
        SourceKind::HelmChart,
        SourceKind::ExternalArtifact,
    ];

    /// The kind's name, as objects write it.
    pub fn name(self) -> &'static str {
        match self {
            SourceKind::GitRepository => "GitRepository",
            SourceKind::OciRepository => "OCIRepository",
            SourceKind::Bucket => "Bucket",
            SourceKind::HelmRepository => "HelmRepository",
            SourceKind::HelmChart => "HelmChart",
            SourceKind::ExternalArtifact => "ExternalArtifact",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        SourceKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What a kustomization is built from, or a Helm release made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Metadata.
    pub meta: Meta,
    /// Where it fetches from.
    pub url: String,
    /// The branch it follows, where it follows one.
    pub branch: Option<String>,
    /// The Secret it authenticates with.
    pub secret: Option<String>,
    /// Whether fetching is suspended.
    pub suspended: bool,
    /// The limit of one fetch, in seconds.
    pub timeout: i64,
    /// The revision of the stored artifact.
    pub artifact: Option<String>,
    /// When that artifact was stored.
    pub stored: Option<Timestamp>,
    /// The reconcile request that was handled last.
    pub handled_request: Option<String>,
    /// The generation its status speaks of.
    pub observed_generation: i64,
    /// Its conditions.
    pub conditions: Conditions,
}

/// Timeouts below this count as this (source- and kustomize-controller).
pub(super) const SHORTEST_TIMEOUT: i64 = 30;

impl Source {
    /// Reads one of a kind.
    pub fn read(kind: SourceKind, object: &Value) -> Self {
        let (spec, status) = (&object["spec"], &object["status"]);
        Self {
            kind,
            meta: Meta::read(object),
            url: read::text(spec, "url"),
            branch: read::optional(&spec["ref"], "branch"),
            secret: read::optional(&spec["secretRef"], "name"),
            suspended: read::flag(spec, "suspend"),
            timeout: read::seconds(spec, "timeout").unwrap_or(60).max(SHORTEST_TIMEOUT),
            artifact: read::optional(&status["artifact"], "revision"),
            stored: read::time(&status["artifact"], "lastUpdateTime"),
            handled_request: read::optional(status, "lastHandledReconcileAt"),
            observed_generation: read::number(status, "observedGeneration").unwrap_or(-1),
            conditions: Conditions::read(status),
        }
    }

    /// `GitRepository flux-system/hello-dev`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.name(), self.meta.key())
    }

    /// `gitrepository/hello-dev`, as kubectl takes it.
    pub fn argument(&self) -> String {
        format!("{}/{}", self.kind.name().to_lowercase(), valid_name(&self.meta.name, "<source>"))
    }
}

/// The Secret that a source fetches with: its name and when it was written, never what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSecret {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last written, where the server keeps that.
    pub written: Option<Timestamp>,
}

impl GitSecret {
    /// Reads the metadata of one. Its annotations may hold what is in it, and are left alone.
    pub fn read(object: &Value) -> Self {
        let Meta { namespace, name, created, managed, .. } = Meta::read(object);
        let written = managed.iter().filter_map(|entry| entry.time).max().max(created);
        Self { namespace, name, created, written }
    }
}
