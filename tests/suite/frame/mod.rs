//! What every command stands on: several clusters, a stream of pictures and its end, a command run in process.

mod clusters;
mod discovery;
mod following;
mod printed_commands;
mod sign_in;
mod time;
