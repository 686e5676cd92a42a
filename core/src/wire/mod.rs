//! What the worlds share: TLS roots, the transport and its one retry policy, the clock, secrets.

mod clock;
pub mod retry;
mod roots;
mod secret;
mod transport;
pub(crate) mod words;

pub use clock::Clock;
pub use roots::{Roots, RootsError};
pub use secret::Secret;
pub use transport::{Loss, Proxies, Settings, Transport, TransportError};
