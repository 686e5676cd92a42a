//! The Kubernetes API that a recorded world is read through: what is asked, and what is answered, word for word
//! as a real server (1.36) does. All of it is pure but `watch`, which follows the playback.

mod answer;
mod discovery;
mod query;
mod refusal;
mod route;
mod selector;
mod watch;

pub(crate) use answer::{Answer, answer};
pub(crate) use refusal::Refusal;
pub(crate) use route::{Asked, route};
pub(crate) use watch::events;
