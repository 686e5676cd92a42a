//! `status --fleet`: very many clusters, counted by Resource Graph and listed where they are not well.

mod counts;
mod pages;
mod rights;
mod scene;
mod size;
