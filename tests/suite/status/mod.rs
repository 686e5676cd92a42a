//! `kubectl gitops-status` as a process: what it prints, where, and its exit code.

mod answers;
mod azure;
mod command_line;
mod commands;
mod failed_fetch;
mod faults;
mod few_rights;
mod fifty;
mod fleet;
mod github;
mod github_requests;
mod github_watching;
mod hostile;
mod lab;
mod objects;
mod pipeline;
mod pipeline_documents;
mod pipeline_flags;
mod readiness;
mod recording;
mod refusals;
mod renamed;
mod screen;
mod speed;
mod transcripts;
mod unknown_revision;
mod watching;

pub(crate) use objects::pipeline;
