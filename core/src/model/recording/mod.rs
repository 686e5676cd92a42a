//! What a recording of a cluster holds, and what it must not hold: from answers to the lines of a file. Writing the
//! file is [`crate::flow`]'s.

mod document;
mod entry;
mod history;
mod redaction;

pub use document::{document_end, document_start};
pub use entry::Entry;
pub use history::{AnswerReport, History};
pub use redaction::Redactor;
pub(super) use redaction::without_credentials;
