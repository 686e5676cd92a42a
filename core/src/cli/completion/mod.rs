//! Completion: what a shell offers for the word that is being typed, in kubectl's protocol.
//!
//! Everything comes from the command's own `clap` tree, so that a new command or flag needs nothing here.
//! `clap_complete`'s dynamic engine was rejected: it stands behind an unstable feature, completes paths itself instead
//! of leaving them to the shell, and does not tell who completes a value what the other flags say.

mod answer;
mod candidate;
mod candidates;
mod directive;
mod line;
mod question;

pub use answer::{COMPLETION_DEADLINE, Completion, answer_completion, complete};
pub use candidate::Candidate;
pub use directive::Directive;
pub use question::{COMPLETE, CompletionQuestion};
