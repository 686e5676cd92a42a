//! What can be asked of a cluster: a kind, and where.

use super::Kind;
use crate::model::Question;

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
            resource: self.kind.resource(),
            namespace: namespace.filter(|namespace| !namespace.is_empty()).cloned(),
            name: name.cloned(),
        }
    }

    /// `list pods in dev-hello`.
    pub fn title(&self) -> String {
        self.question().to_string()
    }
}
