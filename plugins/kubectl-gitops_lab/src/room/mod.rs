//! The command line: rooms of the lab, and how a command is run in one.

mod arguments;
mod command;
mod demo;
mod failure;
mod folder;
mod replay;
mod surroundings;
mod up;

use gitops_core::cli::Session;
use gitops_core::model::{Exit, Failure};

pub use arguments::Args;
use arguments::Room;

/// Runs what the command line asks for.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    match args.room {
        Room::Replay(replay) => Ok(replay::run(replay, session).await?),
        Room::Up(up) => Ok(up::run(up, session).await?),
        Room::Demo(demo) => Ok(demo::run(&demo, session).await?),
    }
}
