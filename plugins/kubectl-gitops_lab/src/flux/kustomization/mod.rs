//! kustomize-controller: Kustomizations.

mod adopting;
mod applying;
mod controller;
mod dependencies;
mod health;
mod history;
mod inventory;
mod reconcile;
mod stages;
mod standing;

pub(super) use controller::KustomizeController;
