//! The client against the lab's Azure: every change, and changes that are cut anywhere and run again.

mod changes;
mod evidence;
mod idempotency;
mod scene;
