//! kustomize-controller: Kustomizations.

mod adopting;
mod applying;
mod checking;
mod controller;
mod deleting;
mod dependencies;
mod finalizing;
mod health;
mod history;
mod inventory;
mod order;
mod outcome;
mod reconcile;
mod stages;
mod standing;
mod telling;

pub(super) use controller::{KIND as KUSTOMIZATION, KustomizeController};
