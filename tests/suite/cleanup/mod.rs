//! `kubectl gitops-cleanup`: what it finds, what it refuses, what is gone after it, and how it goes on after a kill.

mod outcomes;
mod ownership;
mod refusals;
mod scene;
mod sweep;
mod transcripts;
