//! Completion: what a shell offers for the word that is being typed, in kubectl's protocol.
//!
//! Everything comes from the command's own `clap` tree, so that a new command or flag needs nothing here.
//! `clap_complete`'s dynamic engine was rejected: it stands behind an unstable feature, completes paths itself instead
//! of leaving them to the shell, and does not tell who completes a value what the other flags say.

mod answer;
mod cache;
mod candidate;
mod candidates;
mod cluster_answer;
mod cluster_question;
mod directive;
mod line;
mod live_value;
mod question;
mod refresh;

pub use answer::{Completion, answer_completion, complete};
pub use candidate::Candidate;
pub use cluster_answer::COMPLETION_DEADLINE;
pub use directive::Directive;
pub use question::{COMPLETE, COMPLETION_PREFIX, CompletionQuestion};
pub use refresh::{REFRESH, answer_refresh, refresh};
