//! A recorded timeline and what it says of any second: values and functions of values, no clock, no network.

mod answer;
mod compiled_in;
mod discovery;
mod kinds;
mod review;
mod route;
mod shift;
mod timeline;
mod watch;
mod world;

pub(crate) use answer::{RecordedAnswer, answer, recorded_refusal};
pub use compiled_in::{Recording, recordings};
pub(crate) use review::{review, reviewed};
pub(crate) use route::{RecordedRequest, route};
pub(crate) use shift::Shift;
pub(crate) use timeline::EventType;
pub use timeline::{Timeline, TimelineError};
pub(crate) use watch::events;
pub(crate) use world::RecordedCluster;
