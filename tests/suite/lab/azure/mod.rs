//! The lab's Azure, over the wire: who is let in, what is refused and how, what goes on after an answer, and whether all
//! of it is as Azure's own descriptions and recordings have it.

pub(crate) mod contracts;
mod extensions;
mod flux_configurations;
mod graph;
mod operations;
mod refusals;
mod roles;
mod scene;
mod sign_in;
mod tenants;
