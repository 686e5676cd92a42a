//! The way of a request through the API: who asks, whether they may, and how it is answered.

pub(super) mod admission;
pub(super) mod answer;
pub(super) mod body_fields;
pub(super) mod call;
pub(super) mod encoding;
mod exchange;
pub(super) mod limits;
pub(super) mod needs;
pub(super) mod refusal;
pub(super) mod reply;
pub(super) mod route;
pub(super) mod routes;
pub(super) mod timestamp;
