//! What a command is about to change: named, idempotent steps with what exists now, what will change and what is
//! left alone. Pure values: `flow` carries a plan out, `cli` shows it.
//!
//! A plan is made from what exists at the time. A command that was killed is resumed by running it again: what
//! it did then is left alone now.

mod document;
mod interruption;
mod report;
mod step;

pub use document::PlanDocument;
pub use interruption::StepsUnderWay;
pub use report::{Report, StepOutcome, StepResult};
pub use step::{Action, Plan, PlanStep};
