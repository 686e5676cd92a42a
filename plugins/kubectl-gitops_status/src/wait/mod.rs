//! `--wait`: the post-deployment gate.

mod args;
mod request;
mod run;
mod text;

pub(crate) use args::WaitArgs;
pub(crate) use run::run;
