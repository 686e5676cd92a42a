//! What the worlds share: TLS roots, the clock, secrets.

mod clock;
mod roots;
mod secret;

pub use clock::Clock;
pub use roots::{Roots, RootsError};
pub use secret::Secret;
