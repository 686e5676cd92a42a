//! The lab's Flux: source-controller and kustomize-controller as version 1.9.3 behave, on the lab's clock.
//!
//! Nothing here waits, asks the time or talks to a network. A git host is a function that is given
//! ([`Remote`]), the cluster is asked through the requests that a real controller would send, and what takes time
//! (a clone, a health check, an interval) is a time at which to come back. What it does is held to the recorded
//! timelines (`tests/golden/flux`).

mod build;
mod client;
mod conditions;
mod controller;
mod controllers;
mod durations;
mod events;
mod informer;
mod kustomization;
mod object;
mod queue;
mod reconciliation;
mod remote;
mod rest;
mod scripted_states;
mod source;

pub(crate) use client::{ApiClient, ApiRefusal, ObjectId};
pub(crate) use controllers::{Flux, is_running};
pub(crate) use durations::format as format_duration;
pub(crate) use object::difference;
pub use remote::{
    Commit, Credential, Distrust, FetchFailure, FetchRequest, Fetched, Files, Reference, Remote,
};
