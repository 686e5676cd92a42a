//! `status --fleet`: very many clusters, counted by Resource Graph and listed where they are not well.

mod azure;
mod counts;
mod pages;
mod properties;
mod refusals;
mod rights;
mod scene;
mod size;
mod transcripts;
