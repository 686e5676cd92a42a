//! The thin shell around both rooms: an HTTPS server on loopback, a clock that plays recordings, and the lab's
//! cluster behind a lock.

mod certificate;
mod journal;
mod lab;
mod playback;
mod recorded;
mod replay;
mod server;

pub use lab::{Lab, Settings};
pub use replay::{Options, Pace, Replay, ServingError};
