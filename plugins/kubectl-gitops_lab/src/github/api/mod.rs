//! The way of a request through the API: who asks, whether they may, and how it is answered.

pub(super) mod admission;
pub(super) mod answer;
pub(super) mod call;
pub(super) mod encoding;
pub(super) mod limits;
pub(super) mod needs;
pub(super) mod refusal;
pub(super) mod reply;
pub(super) mod route;
