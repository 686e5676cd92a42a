//! Nothing stands still for ever: each state that moves, just before its end and just after, and what ends none.

mod controllers;
mod dependencies;
mod ends;
mod objects;

pub(super) use objects::pictures;
