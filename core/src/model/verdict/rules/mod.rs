//! The rules by which a kustomization is judged, one file a rule, in the order of `docs/verdict.md`.
//!
//! Each rule is a function that speaks or passes; their order, in `table`, is the order of what outranks what.

mod applied_revision;
mod awaited_dependency;
mod current_attempt;
mod deletion;
mod failed_attempt;
mod failed_fetch;
mod failed_release;
mod first_deployment;
mod missing_kustomization;
mod missing_source;
mod newer_revision;
pub(super) mod stopped_controller;
mod suspension;
mod table;
mod unfollowed_source;
mod unusable_artifact;

pub(super) use missing_kustomization::{missing_kustomization, orphans};
pub(super) use stopped_controller::by_deployment as stopped_controller;
pub(super) use table::decide;
