//! The thin shell around both rooms: HTTPS servers on loopback, a clock that plays recordings, and what the lab
//! simulates behind a lock, as its own clock moves it.

mod backstage;
mod certificate;
mod clock;
mod credentials;
mod faults;
mod fetching;
mod gate;
mod git;
mod git_server;
mod github;
mod journal;
mod lab;
mod mishap;
mod pack;
mod playback;
mod recorded;
mod releases;
mod replay;
mod running;
mod served;
mod server;
mod simulation;
mod starting;

pub use clock::Clock;
pub use credentials::Credentials;
pub use faults::{Answer, Effect, Fault, Host, Limited};
pub use git_server::GitServer;
pub use lab::{Lab, Settings};
pub use replay::{Options, Pace, Replay, ServingError};
