//! A recorded timeline and what it says of any second: values and functions of values, no clock, no network.

mod catalogue;
mod compiled_in;
mod resource;
mod shift;
mod timeline;
mod world;

pub(crate) use catalogue::Catalogue;
pub use compiled_in::{Recording, recordings};
pub(crate) use resource::{Definition, OWN, Resource, Row};
pub(crate) use shift::Shift;
pub(crate) use timeline::Change;
pub use timeline::{Timeline, TimelineError};
pub(crate) use world::{Matching, World};
