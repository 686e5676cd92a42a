//! Kubernetes objects as this suite sees them: small, owned, and read so that nothing in an object can make
//! reading fail. A field that is missing, of another type or not understood is simply not there.
//!
//! Typed API structs were rejected: one wrong field in one object would cost the whole list, and what is
//! used here is a fraction of what they hold.

mod flux;
mod meta;
mod pod;
mod read;
mod workload;

pub use flux::{
    Condition, Conditions, GitRepository, GitSecret, HelmRelease, Kustomization, Reconciled, Reference,
};
pub use meta::{Managed, Meta};
pub use pod::{BACK_OFF, Container, PROBE_FAILED, Pod};
pub(super) use read::text_map;
pub use workload::{Event, Job, Namespace, Quota, ReplicaSet, Workload, WorkloadKind};
