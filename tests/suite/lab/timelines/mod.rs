//! Timelines that were recorded of real Flux, played on the lab: the same steps, and of every object of Flux's the
//! same states in the same order (`tests/golden/README.md`).

mod comparing;
mod git_server;
mod player;
mod sequences;
mod stories;
mod table;
