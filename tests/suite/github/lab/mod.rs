//! The client against the lab's GitHub.

mod changes;
mod refused;
mod scene;
