//! HTTPS servers on loopback: the world behind its lock as its clock moves it, and recordings as they are played.

mod azure_routes;
mod certificate;
mod clock;
mod credentials;
mod error;
mod fault_effects;
mod git_process;
mod git_push;
mod git_request;
mod git_routes;
mod git_server;
mod kubernetes_routes;
mod lab;
mod lab_routes;
mod middleware;
mod playback;
mod random;
mod releases;
mod replay;
mod replay_routes;
mod server;
mod shared_world;
mod startup;

pub use clock::Clock;
pub use credentials::Credentials;
pub use error::ServingError;
pub use git_server::GitServer;
pub use lab::{Lab, Settings};
pub use replay::{Pace, Replay, ReplayOptions};
