//! Use cases over the worlds.

mod apply;
mod azure_answers;
mod azure_connection;
mod azure_question;
mod context;
mod discover;
mod discover_error;
mod follow;
mod github_answers;
mod github_connection;
mod github_memory;
mod github_question;
mod known_namespaces;
mod observe;
mod other_worlds;
mod reconcile;
mod recording;
mod recording_error;
mod selector;
mod status;
mod status_error;

pub use apply::apply;
pub(crate) use azure_answers::AZURE_TIME_LIMIT;
pub use context::Context;
pub use discover::{PipelineStart, discover};
pub use discover_error::DiscoverError;
pub use follow::{Cadence, Until, follow, until};
pub use known_namespaces::{KnownNamespaces, NamedEnvironment, known_namespaces};
pub use observe::observe;
pub use reconcile::{Reconciliation, reconciliation};
pub use recording::Recording;
pub use recording_error::RecordingError;
pub use selector::{EnvironmentSelector, Namespaces};
pub use status::status;
pub use status_error::StatusError;
