//! The thin shell around the recorded world: a clock that plays it and an HTTPS server on loopback.

mod certificate;
mod playback;
mod replay;
mod server;

pub use replay::{Options, Pace, Replay, ReplayError};
