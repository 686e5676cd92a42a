//! The client against the lab's GitHub: everything once, refusals, and what becomes of a run that is cut anywhere.

mod changes;
mod converging;
mod everything;
mod refused;
mod scene;
