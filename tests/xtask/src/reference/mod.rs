//! The command reference in Markdown: every command, flag, exit code and environment variable once.

mod command;
mod document;
mod env_vars;
mod exit_codes;
mod flags;
mod markdown;

pub(crate) use document::reference;
pub use markdown::anchor;
