//! What clients ask of the API server, from the path and the body of a request to its answer.

pub(super) mod accept;
pub(super) mod apply;
pub(super) mod body;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod discovery;
mod dispatch;
pub(super) mod events_v1;
pub(super) mod follower;
mod go_values;
pub(super) mod json_patch;
pub(super) mod list;
pub(super) mod list_document;
pub(super) mod options;
mod patch;
pub(super) mod path;
pub(super) mod presentation;
pub(super) mod query;
pub(super) mod scale;
pub(super) mod selector;
pub(super) mod stream;
pub(super) mod update;
pub(super) mod watch;
pub(super) mod watch_cursor;
