//! `--wait`: the post-deployment gate.

mod args;
mod run;

pub(crate) use args::WaitArgs;
pub(crate) use run::run;
