//! Asking Flux to fetch and apply now: which objects are asked, what a plan says of each, and whether what was
//! asked for has happened.
//!
//! A controller is asked with the annotation `reconcile.fluxcd.io/requestedAt` and answers with the same value in
//! `status.lastHandledReconcileAt`, at the end of the attempt. A suspended object answers too, and does nothing:
//! so `spec.suspend` is looked at first.

mod object;
mod plan;
mod progress;

pub use object::ReconcileObject;
pub use plan::{ReconcileRequest, plan, requests};
pub use progress::{ReconcileProgress, progress};
