//! A cluster in memory that can be written to: storage, watches, discovery and refusals of a Kubernetes API
//! server (1.36), the controllers without which its objects make no sense, and workloads that run as it is said of them.
//!
//! A request goes in and a reply comes out, with the time as an argument: no clock, no async, no I/O. What it
//! answers is held to what a real server was recorded answering (`tests/golden/kubernetes`). Nothing here
//! resembles etcd but the one growing version: there is one writer, so that no write needs to be retried.

mod access;
mod applying;
mod cluster;
mod collecting;
mod controllers;
mod creating;
mod decoding;
mod defaults;
mod definitions;
mod deleting;
mod discovery;
mod events;
mod expressions;
mod form;
mod keeping;
mod kinds;
mod labels;
mod logs;
mod node;
mod openapi;
mod options;
mod ownership;
mod patching;
mod place;
mod presentation;
mod protobuf;
mod reading;
mod refusals;
mod relations;
mod reply;
mod scaling;
mod schema;
mod services;
mod store;
mod strategic;
mod table;
#[cfg(test)]
mod testing;
mod timers;
mod validation;
mod watching;
mod workloads;
mod writing;

pub(crate) use access::Tokens;
pub(crate) use cluster::Cluster;
pub(crate) use decoding::document;
pub(crate) use kinds::known;
pub(crate) use logs::{Following, LogNews};
pub(crate) use patching::json as patch_json;
pub(crate) use presentation::Presentation;
pub(crate) use reply::{Document, Reply, Request};
pub(crate) use store::Event;
pub(crate) use strategic::patch_strategically;
pub(crate) use watching::Watching;
