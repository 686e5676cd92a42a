//! A source or a kustomization, as far as reconciling it now depends on it.

use crate::model::cluster::Kind;
use crate::model::contract::RECONCILE_ANNOTATION;
use crate::model::objects::{Conditions, Kustomization, Meta, Source};

/// An object of Flux that can be reconciled.
#[derive(Clone, Copy, Debug)]
pub enum ReconcileObject<'a> {
    /// A source, which is fetched.
    Source(&'a Source),
    /// A kustomization, which is built and applied.
    Kustomization(&'a Kustomization),
}

impl<'a> ReconcileObject<'a> {
    pub(super) fn kind(self) -> Kind {
        match self {
            ReconcileObject::Source(source) => Kind::of_source(source.kind),
            ReconcileObject::Kustomization(_) => Kind::Kustomization,
        }
    }

    pub(super) fn meta(self) -> &'a Meta {
        match self {
            ReconcileObject::Source(source) => &source.meta,
            ReconcileObject::Kustomization(kustomization) => &kustomization.meta,
        }
    }

    /// `GitRepository flux-system/hello-dev`.
    pub(super) fn name(self) -> String {
        let kind = match self {
            ReconcileObject::Source(source) => source.kind.name(),
            ReconcileObject::Kustomization(_) => "Kustomization",
        };
        format!("{kind} {}", self.meta().key())
    }

    /// Its kind, as kubectl takes it.
    pub(super) fn resource(self) -> String {
        match self {
            ReconcileObject::Source(source) => source.kind.name().to_lowercase(),
            ReconcileObject::Kustomization(_) => "kustomization".to_owned(),
        }
    }

    pub(super) fn is_suspended(self) -> bool {
        match self {
            ReconcileObject::Source(source) => source.suspended,
            ReconcileObject::Kustomization(kustomization) => kustomization.suspended,
        }
    }

    pub(super) fn conditions(self) -> &'a Conditions {
        match self {
            ReconcileObject::Source(source) => &source.conditions,
            ReconcileObject::Kustomization(kustomization) => &kustomization.conditions,
        }
    }

    /// The request that its controller handled last.
    pub(super) fn handled(self) -> Option<&'a str> {
        match self {
            ReconcileObject::Source(source) => source.handled_request.as_deref(),
            ReconcileObject::Kustomization(kustomization) => kustomization.handled_request.as_deref(),
        }
    }

    /// The request that stands on it, handled or not.
    pub(super) fn requested(self) -> Option<&'a str> {
        self.meta().annotations.get(RECONCILE_ANNOTATION).map(String::as_str)
    }

    /// What it has fetched, or applied.
    pub(super) fn revision(self) -> Option<&'a str> {
        match self {
            ReconcileObject::Source(source) => source.artifact.as_deref(),
            ReconcileObject::Kustomization(kustomization) => kustomization.applied.as_deref(),
        }
    }

    /// `fetched` or `applied`.
    pub(super) fn participle(self) -> &'static str {
        match self {
            ReconcileObject::Source(_) => "fetched",
            ReconcileObject::Kustomization(_) => "applied",
        }
    }
}
