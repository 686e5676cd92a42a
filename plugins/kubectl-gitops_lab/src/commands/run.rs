//! Runs the subcommand that the command line names.

use gitops_core::cli::{SUITE_MARK, Session};
use gitops_core::model::{Exit, Failure};

use super::arguments::{Args, LabCommand};
use super::{demo, replay, up};

/// Runs what the command line asks for.
pub async fn run(args: Args, session: &Session) -> Result<Exit, Box<dyn Failure>> {
    // The front knows a lab of another version by it.
    std::hint::black_box(SUITE_MARK);
    match args.command {
        LabCommand::Replay(replay) => Ok(replay::run(replay, session).await?),
        LabCommand::Up(up) => Ok(up::run(up, session).await?),
        LabCommand::Demo(demo) => Ok(demo::run(&demo, session).await?),
    }
}
