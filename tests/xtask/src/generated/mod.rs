//! The files of this checkout that are made of the command line and the version, and whether they are up to date.

mod checkout;
mod completions;
mod files;
mod task;

pub use checkout::{Difference, differences};
pub(crate) use completions::is_program;
pub use files::{Files, generated};
pub(crate) use task::{GenerateArgs, run};
