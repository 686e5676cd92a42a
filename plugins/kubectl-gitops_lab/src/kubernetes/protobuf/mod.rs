//! Bodies in protobuf, as stock kubectl sends what it creates itself: read into the JSON that is kept.

mod fields;
mod message;
mod wire;

pub(super) use message::{Unreadable, read};
