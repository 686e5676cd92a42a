//! `kubectl gitops version`: what of the suite is installed, where, and in which version.

mod args;
mod programs;
mod run;

pub(crate) use args::VersionArgs;
pub(crate) use run::main;
