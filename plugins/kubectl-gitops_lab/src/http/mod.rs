//! The thin shell around both rooms: HTTPS servers on loopback, a clock that plays recordings, and what the lab
//! simulates behind a lock, as its own clock moves it.

mod certificate;
mod clock;
mod credentials;
mod fault_effects;
mod faults;
mod git_process;
mod git_routes;
mod git_server;
mod github_routes;
mod journal;
mod kubernetes_routes;
mod lab;
mod lab_routes;
mod middleware;
mod playback;
mod releases;
mod replay;
mod replay_routes;
mod server;
mod shared_world;
mod simulation;
mod source_fetch;
mod startup;

pub use clock::Clock;
pub use credentials::Credentials;
pub use faults::{Effect, Fault, FaultStatus, Host, Limited};
pub use git_server::GitServer;
pub use lab::{Lab, Settings};
pub use replay::{Pace, Replay, ReplayOptions, ServingError};
