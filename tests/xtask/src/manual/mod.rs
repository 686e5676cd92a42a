//! What the command line says of itself, read once: its commands, their flags, and the sections of their help. Man
//! pages and the reference are two ways to print it.

mod command;
mod flag;
mod help_sections;
mod shared_flag;
mod tree;

pub use command::CommandPage;
pub use flag::Flag;
pub use help_sections::{Example, Section, SectionError, help_sections};
pub(crate) use shared_flag::SharedFlag;
pub use tree::{Manual, ManualError};
