//! The client against the lab's GitHub: every operation, refusals, and interrupted runs.

mod changes;
mod idempotency;
mod refusals;
mod scene;
mod tour;
