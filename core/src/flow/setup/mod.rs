//! Set-up of a pipeline: observes what exists, checks what could be in the way, and carries the plan out.

mod cluster_writes;
mod credentials;
mod error;
mod github_writes;
mod observe_clusters;
mod observe_github;
mod preflight;
mod preparation;
mod writes;

pub use credentials::SetupCredentials;
pub use error::SetupError;
pub use preparation::{PreparedSetup, SetupStart, prepare_setup};
