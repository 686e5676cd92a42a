//! What Azure says, beside what the cluster says.

mod credentials;
mod pages;
mod refusals;
mod requests;
mod scene;
mod watching;
