//! Helm releases, each state as helm-controller writes it, with a kustomization above or without one.

mod charts;
mod dependencies;
mod failures;
mod missing_objects;
mod namespaces;
mod objects;
mod states;
