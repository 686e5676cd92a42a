//! The lab's Flux: source-controller and kustomize-controller as version 1.9.3 behave, on the lab's clock.
//!
//! Nothing here waits, asks the time or talks to a network. A git host is a function that is given
//! ([`Remote`]), the cluster is asked through the requests that a real controller would send, and what takes time
//! (a clone, a health check, an interval) is a time at which to come back. What it does is held to the recorded
//! timelines (`tests/golden/flux`).

mod api;
mod build;
mod conditions;
mod controllers;
mod durations;
mod events;
mod kustomization;
mod queue;
mod remote;
mod run;
mod source;
mod subject;
mod told_states;
mod watched;
mod work;

pub(crate) use controllers::Flux;
pub use remote::{Commit, Credential, Distrust, Failure, Fetched, Files, Reference, Remote, Wanted};
