//! What containers write, line by line, for as long as they write.

mod error;
mod follow;
mod position;

pub use error::LogError;
pub use follow::LogOptions;
