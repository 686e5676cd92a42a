//! What a use case tells while it is at work. `flow` hands these values to a callback; what a person sees of
//! them is the callback's affair.

use super::plan::StepResult;

/// Something that happened, or began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgressEvent {
    /// An answer is awaited: whose.
    Waiting(String),
    /// A step of a plan has begun.
    StepStarted {
        /// The step's name.
        name: String,
    },
    /// A step goes on: what it waits for now.
    StepProgress {
        /// The step's name.
        name: String,
        /// What it does or waits for.
        message: String,
    },
    /// A step has ended.
    StepEnded {
        /// The step's name.
        name: String,
        /// How.
        result: StepResult,
    },
}
