//! The Kubernetes API that a recorded world is read through: what is asked, and what is answered, word for word
//! as a real server (1.36) does. All of it is pure but `watch`, which follows the playback. The cluster that can
//! be written to (`kubernetes`) takes its selectors, queries, refusals and watches from here.

mod answer;
mod discovery;
mod query;
mod refusal;
mod review;
mod route;
mod selector;
mod watch;

pub(crate) use answer::{Answer, answer, item, recorded_refusal};
pub(crate) use query::{Listed, Many, Version, Watched, many};
pub(crate) use refusal::{Refusal, Told, object_details};
pub(crate) use review::{review, reviewed};
pub(crate) use route::{Asked, route};
pub(crate) use selector::Filter;
pub(crate) use watch::{Bookmark, Follower, News, Pause, events, line};
