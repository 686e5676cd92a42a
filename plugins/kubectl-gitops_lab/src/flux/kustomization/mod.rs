//! kustomize-controller: Kustomizations.

mod apply;
mod controller;
mod dependencies;
mod events;
mod field_migration;
mod finalizer;
mod health_check;
mod health_result;
mod history;
mod inventory;
mod kstatus;
mod order;
mod outcome;
mod prune;
mod reconcile;
mod stages;

pub(super) use controller::{KIND as KUSTOMIZATION, KustomizeController};
