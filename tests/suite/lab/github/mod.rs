//! The lab's GitHub as its clients meet it, over HTTPS.

mod actions;
mod branch_moves;
mod content;
mod contracts;
mod objects;
mod people;
mod pipeline;
mod pulls;
mod pushes;
mod releases;
mod repositories;
mod rules;
mod runs;
mod scene;
mod tokens;
