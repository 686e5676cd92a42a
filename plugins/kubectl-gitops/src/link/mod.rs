//! `kubectl gitops link`: makes the suite's other names, under which kubectl finds its commands and their completion,
//! and removes them again.

mod args;
mod change;
mod entry;
mod error;
mod links;
mod means;
mod run;

pub(crate) use args::Args;
pub(crate) use entry::is_same_program;
pub use links::names;
pub(crate) use run::main;
