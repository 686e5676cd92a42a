//! Sources of every kind, in every state that they can be in, and what follows from what they follow.

mod kinds;
mod objects;
mod questions;
mod references;
