//! The client of GitHub.

mod asking;
mod contracts;
mod finding;
mod lab;
mod refusals;
mod secrets;
mod writing;

pub(crate) use asking::lab_client;
