//! What a contributor and the release do to this repository: run the demo, generate what comes from the command
//! line, pack what is shipped. A library, so that tests compare what is checked in with what it generates.

mod args;
mod cargo;
mod demo;
mod error;
mod guide;
mod rehearsal;
mod suite;

pub use args::main;
pub use error::XtaskError;
pub use guide::Guide;
pub use suite::{command, plugins};
