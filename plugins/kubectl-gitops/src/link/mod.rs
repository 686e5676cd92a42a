//! `kubectl gitops link`: makes the suite's other names, under which kubectl finds its commands and their completion,
//! and removes them again.

mod args;
mod change;
mod entry;
mod error;
mod executable;
mod link_kind;
mod links;
mod run;

pub(crate) use args::LinkArgs;
pub(crate) use executable::is_same_program;
pub use links::names;
pub use run::link_into;
pub(crate) use run::main;
