//! The thin shell around both rooms: an HTTPS server on loopback, a clock that plays recordings, and the lab's
//! cluster behind a lock.

mod certificate;
mod clock;
mod journal;
mod lab;
mod playback;
mod recorded;
mod replay;
mod running;
mod served;
mod server;
mod simulation;

pub use clock::Clock;
pub use lab::{Lab, Settings};
pub use replay::{Options, Pace, Replay, ServingError};
