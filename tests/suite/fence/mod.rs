//! The rules of the source tree: who may import whom, and what a file of each name may hold.

mod circles;
mod env_vars;
mod files;
mod imports;
mod lab_waits;
mod names;
mod order;
mod packages;
mod refs;
mod shape;
