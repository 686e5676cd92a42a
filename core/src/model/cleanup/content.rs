//! Everything that is in a namespace, of whatever kind, as far as its metadata tells.

use crate::model::objects::Meta;

/// An object of any kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentObject {
    /// Its API group; empty for the core group.
    pub group: String,
    /// The version that it is served at.
    pub version: String,
    /// Its kind.
    pub kind: String,
    /// The plural of its kind, as paths of the API write it.
    pub plural: String,
    /// Its metadata.
    pub meta: Meta,
}

/// What is in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamespaceContent {
    /// The objects that may be read.
    pub objects: Vec<ContentObject>,
    /// The resources that may not be read, or do not answer, each with why.
    pub unread: Vec<(String, String)>,
}

impl ContentObject {
    /// `ConfigMap settings`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind, self.meta.name)
    }

    /// As kubectl takes it: `configmaps/settings`, `kustomizations.kustomize.toolkit.fluxcd.io/apps`.
    pub fn argument(&self) -> String {
        match self.group.as_str() {
            "" => format!("{}/{}", self.plural, self.meta.name),
            group => format!("{}.{group}/{}", self.plural, self.meta.name),
        }
    }
}
