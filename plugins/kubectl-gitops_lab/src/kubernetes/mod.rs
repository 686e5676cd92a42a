//! A cluster in memory that can be written to: storage, watches, discovery and refusals of a Kubernetes API
//! server (1.36), the controllers without which its objects make no sense, and workloads that run as it is said of them.
//!
//! A request goes in and a reply comes out, with the time as an argument: no clock, no async, no I/O. What it
//! answers is held to what a real server was recorded answering (`tests/golden/kubernetes`). Nothing here
//! resembles etcd but the one growing version: there is one writer, so that no write needs to be retried.

mod access;
mod cluster;
mod controllers;
mod defaults;
mod definitions;
mod logs;
mod openapi;
mod ownership;
mod protobuf;
mod refusal;
mod refusals;
mod requests;
mod schema;
mod seed;
mod storage;
mod table;
#[cfg(test)]
mod testing;
mod timestamp;
mod workloads;

pub(crate) use crate::kubernetes::requests::watch_cursor::WatchCursor;
pub(crate) use crate::kubernetes::storage::event::Event;
pub(crate) use access::{IMPERSONATE_USER, Tokens};
pub(crate) use cluster::Cluster;
pub(crate) use definitions::known;
pub(crate) use logs::{Following, LogNews};
pub(crate) use refusal::{StatusError, StatusMessage, object_details};
pub(crate) use requests::body::document;
pub(crate) use requests::follower::{Bookmark, Follower, Pause, WatchNews, line};
pub(crate) use requests::json_patch::json as patch_json;
pub(crate) use requests::presentation::Presentation;
pub(crate) use requests::query::{CollectionQuery, ListQuery, Version, WatchQuery, is_watch, many};
pub(crate) use requests::selector::{Filter, Matching};
pub(crate) use requests::stream::{Reply, Stream};
pub(crate) use schema::catalogue::{Catalogue, names};
pub(crate) use schema::resource::{ADVISED, Definition, FLUX, OWN, Resource, ResourceRow};
pub(crate) use schema::strategic_merge::patch_strategically;
pub(crate) use seed::Seed;
