//! Kubernetes objects as this suite sees them: small, owned, and read so that nothing in an object can make
//! reading fail. A field that is missing, of another type or not understood is simply not there.
//!
//! Typed API structs were rejected: one wrong field in one object would cost the whole list, and what is
//! used here is a fraction of what they hold.

mod conditions;
mod git_secret;
mod helm_release;
mod helm_snapshot;
mod kustomization;
mod meta;
mod pod;
mod read;
mod reference;
mod source;
mod source_reference;
mod workload;

pub use conditions::{Condition, Conditions};
pub use git_secret::GitSecret;
pub use helm_release::{DriftDetection, HelmRelease, ReleaseAction, ValuesReference};
pub use helm_snapshot::Snapshot;
pub use kustomization::{Kustomization, Reconciled};
pub use meta::{Managed, Meta};
pub use pod::{BACK_OFF, Container, PROBE_FAILED, Pod};
pub(super) use read::text_map;
pub use reference::Reference;
pub use source::{Source, SourceKind};
pub use source_reference::{ReferenceField, SourceReference};
pub use workload::{Event, Job, Namespace, Quota, ReplicaSet, Workload, WorkloadKind};
