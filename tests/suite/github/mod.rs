//! The client of GitHub.

mod asking;
mod contracts;
mod finding;
mod refusals;
mod secrets;
mod writing;
