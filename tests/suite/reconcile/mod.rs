//! `kubectl gitops-reconcile`: its plan, its question, what it asks of Flux and how it goes on after a kill.

mod outcomes;
mod refusals;
mod scene;
mod transcripts;
