//! What tests share: the program under test in a clean environment, and an API server that misbehaves on
//! request.

mod cluster;
pub(crate) mod contracts;
mod documents;
mod in_process;
mod program;
mod round_trip;
mod server;
mod signed_in;
mod sweep;
mod telling;
mod terminal;
mod tools;

pub(crate) use cluster::{connection, patch};
pub(crate) use documents::{require_valid_documents, schema_error, schema_folder};
pub(crate) use in_process::InProcess;
pub(crate) use program::{Ended, FRONT, LAB, Program, link_program};
pub(crate) use round_trip::round_trip;
pub(crate) use server::{Call, Reply, Server, listed, refused};
pub(crate) use signed_in::signed_in;
pub(crate) use sweep::{
    Faulty, Loss, Sample, fail_once_at_every_request, lose_everything_after_every_request,
};
pub(crate) use telling::say;
pub(crate) use terminal::Terminal;
pub(crate) use tools::{find_tool, has_tool, say_missing};
