//! What a contributor and the release do to this repository: run the demo, generate what comes from the command
//! line, pack what is shipped. A library, so that tests compare what is checked in with what it generates.

mod args;
mod cargo;
mod demo;
mod error;
mod generated;
mod guide;
mod man_page;
mod manual;
mod reference;
mod rehearsal;
mod suite;

pub use args::main;
pub use error::XtaskError;
pub use generated::{Difference, Files, differences, generated};
pub use guide::Guide;
pub use manual::{CommandPage, Example, Flag, Manual, ManualError, Section, UnreadHelp, help_sections};
pub use reference::anchor;
pub use suite::{command, plugins};
