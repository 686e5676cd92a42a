//! Kubernetes objects as this suite sees them: small, owned, and read so that nothing in an object can make
//! reading fail. A field that is missing, of another type or not understood is simply not there.
//!
//! Typed API structs were rejected: one wrong field in one object would cost the whole list, and what is
//! used here is a fraction of what they hold.

mod conditions;
mod event;
mod flux_config;
mod git_secret;
mod helm_release;
mod helm_snapshot;
mod job;
mod kustomization;
mod meta;
mod namespace;
mod node;
mod pod;
mod pod_event;
mod read;
mod reference;
mod source;
mod source_reference;
mod workload;

pub use conditions::{Condition, Conditions};
pub use event::Event;
pub use flux_config::FluxConfig;
pub use git_secret::GitSecret;
pub use helm_release::{DriftDetection, HelmRelease, ReleaseAction, ValuesReference};
pub use helm_snapshot::Snapshot;
pub use job::{CronJob, Job};
pub use kustomization::{Kustomization, Reconciled};
pub use meta::{Managed, Meta};
pub use namespace::{Namespace, Quota};
pub use node::Node;
pub use pod::{Container, ContainerRole, Pod};
pub use pod_event::PodEventSubject;
pub(super) use read::text_map;
pub use reference::Reference;
pub use source::{Source, SourceKind};
pub use source_reference::{ReferenceField, SourceReference};
pub use workload::{ReplicaSet, Workload, WorkloadKind};
