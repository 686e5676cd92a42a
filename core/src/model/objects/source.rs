//! Sources of Flux, of every kind: where they fetch from, and what they stored. Fields as in the CRDs of Flux 2.

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, Reference, SourceReference, read, source_reference};
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
    /// Where it fetches from: an address, a bucket at an endpoint, or a chart's name.
    pub url: String,
    /// The other source that it is made from: a chart's, or an external artifact's.
    pub origin: Option<Reference>,
    /// Whether it is an address alone, with neither artifact nor conditions: an index of charts in a container registry.
    pub is_static: bool,
    /// What its specification names to follow, in the order in which they count: the first is followed.
    pub references: Vec<SourceReference>,
    /// Whose identity it signs in with where no Secret is named: `azure`, `aws`, `gcp`; `generic` by default.
    pub provider: String,
    /// The Secret it authenticates with.
    pub secret: Option<String>,
    /// The Secret with the certificates that it trusts, where that is another.
    pub certificate_secret: Option<String>,
    /// The Secret with the keys whose signatures it trusts, where it names one.
    pub verification_secret: Option<String>,
    /// Whether fetching is suspended.
    pub suspended: bool,
    /// How long after a fetch the next begins, in seconds.
    pub interval: i64,
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
        let meta = Meta::read(object);
        let secret = |field: &str| read::optional(&spec[field], "name");
        // An external artifact says nothing of generations; its specification only names another object.
        let observed = match kind {
            SourceKind::ExternalArtifact => Some(meta.generation),
            _ => read::number(status, "observedGeneration"),
        };
        Self {
            kind,
            url: url(kind, spec),
            origin: spec["sourceRef"]
                .is_object()
                .then(|| Reference::read(&spec["sourceRef"], &meta.namespace)),
            is_static: kind == SourceKind::HelmRepository && spec["type"] == "oci",
            references: source_reference::references(kind, spec),
            provider: read::optional(spec, "provider").unwrap_or_else(|| "generic".to_owned()),
            secret: secret("secretRef"),
            certificate_secret: secret("certSecretRef"),
            verification_secret: read::optional(&spec["verify"]["secretRef"], "name"),
            suspended: read::flag(spec, "suspend"),
            interval: read::seconds(spec, "interval").unwrap_or_default(),
            timeout: read::seconds(spec, "timeout").unwrap_or(60).max(SHORTEST_TIMEOUT),
            artifact: read::optional(&status["artifact"], "revision"),
            stored: read::time(&status["artifact"], "lastUpdateTime"),
            handled_request: read::optional(status, "lastHandledReconcileAt"),
            observed_generation: observed.unwrap_or(-1),
            conditions: Conditions::read(status),
            meta,
        }
    }

    /// What it follows, where it names anything.
    pub fn followed(&self) -> Option<&SourceReference> {
        self.references.first()
    }

    /// The branch it follows; none where another reference outranks it.
    pub fn branch(&self) -> Option<&str> {
        self.followed()?.branch()
    }

    /// What it follows, in words: `branch dev`, `tag latest` where nothing else is named.
    pub fn followed_in_words(&self) -> String {
        match (self.followed(), self.kind) {
            (Some(reference), _) => reference.to_string(),
            (None, SourceKind::OciRepository) => "tag latest".to_owned(),
            (None, SourceKind::GitRepository) => "branch master".to_owned(),
            (None, SourceKind::HelmChart) => "any version".to_owned(),
            (None, _) => "reference".to_owned(),
        }
    }

    /// Whether a controller fetches it when asked to: an external artifact is another controller's, and an address alone
    /// has nothing to fetch.
    pub fn fetches_on_request(&self) -> bool {
        self.kind != SourceKind::ExternalArtifact && !self.is_static
    }

    /// `GitRepository flux-system/hello-dev`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.name(), self.meta.key())
    }

    /// `gitrepository/hello-dev`, as kubectl takes it.
    pub fn argument(&self) -> String {
        format!("{}/{}", self.kind.name().to_lowercase(), valid_name(&self.meta.name, "'<source>'"))
    }
}

/// Where a source of a kind fetches from.
fn url(kind: SourceKind, spec: &Value) -> String {
    match kind {
        SourceKind::Bucket => format!("{}/{}", read::text(spec, "endpoint"), read::text(spec, "bucketName")),
        SourceKind::HelmChart => read::text(spec, "chart"),
        _ => read::text(spec, "url"),
    }
}
