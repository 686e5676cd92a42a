//! Everything that two plugins of the suite share.
//!
//! Imports run one way: `model ← wire ← {kubernetes, github, azure} ← flow ← cli ← plugins`. A test fences it.

pub mod azure;
pub mod cli;
pub mod flow;
pub mod github;
pub mod kubernetes;
pub mod model;
pub mod wire;
