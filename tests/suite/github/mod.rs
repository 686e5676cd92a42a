//! The GitHub client.

mod client;
mod connections;
mod contracts;
mod lab;
mod redirects;
mod refusals;
mod requests;
mod secrets;
mod server_clock;
mod writing;

pub(crate) use client::lab_client;
