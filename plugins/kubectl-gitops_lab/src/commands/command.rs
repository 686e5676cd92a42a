//! A command in the lab: how it is started, accompanied and stopped.

use std::ffi::OsString;
use std::io;
use std::ops::Range;
use std::time::Duration;

use gitops_core::cli::FRONT_VARIABLE;
use gitops_core::model::Exit;
use gitops_core::wire::PROXY_VARIABLES;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::command_folder::CommandFolder;
use super::failure::CommandError;
use crate::http::Replay;
use crate::platform::{exit_of, interrupt};

/// How long watchers have to catch the last event.
const AFTERMATH: Duration = Duration::from_secs(2);
/// How long a command has to end once it is interrupted.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A command in its command_folder, found and not yet started.
pub(super) struct Prepared {
    name: String,
    command: Command,
}

/// Variables that a command does not get, besides those of proxies: they lead to other clusters, to GitHub, or to the front of this lab alone.
const CLEARED: [&str; 11] = [
    FRONT_VARIABLE,
    "GITOPS_CA_FILE",
    "GITOPS_GITHUB_TOKEN",
    "GITOPS_ORG",
    "GH_TOKEN",
    "GH_HOST",
    "GITHUB_TOKEN",
    "TOKEN",
    "GITHUB_API_URL",
    "GITHUB_SERVER_URL",
    "KUBERC",
];

/// Finds the program of `words` in `command_folder`. `variables` are told to it besides the kubeconfig and the PATH.
pub(super) fn prepare(
    words: &[OsString],
    command_folder: &CommandFolder,
    variables: &[(&str, OsString)],
) -> Result<Prepared, CommandError> {
    let name = words.first().cloned().unwrap_or_default();
    let told = name.to_string_lossy().into_owned();
    let Some(program) = command_folder.find(&name) else {
        return Err(CommandError::NotFound { command: told });
    };
    let mut command = Command::new(program);
    command.args(words.iter().skip(1)).kill_on_drop(true);
    for name in CLEARED.into_iter().chain(PROXY_VARIABLES) {
        command.env_remove(name);
    }
    command
        .env("KUBECONFIG", command_folder.kubeconfig())
        .env("PATH", command_folder.path())
        // gh is asked for a token where no variable has one: here it knows nobody.
        .env("GH_CONFIG_DIR", command_folder.gh_folder())
        .envs(variables.iter().map(|(name, value)| (name, value)));
    Ok(Prepared { name: told, command })
}

impl Prepared {
    /// Starts it. It is killed when the handle goes.
    pub(super) fn spawn(mut self) -> Result<Child, CommandError> {
        self.command.spawn().map_err(|source| CommandError::NotRunnable { command: self.name, source })
    }
}

/// Waits until the command ends or, unless `hold`, until the recording has: then it is interrupted, and counts
/// as done. `tell` gets the entries as they are played.
pub(super) async fn accompany(
    child: &mut Child,
    replay: &Replay,
    hold: bool,
    tell: impl Fn(Range<usize>),
) -> io::Result<Exit> {
    let mut positions = replay.positions();
    let mut played = *positions.borrow_and_update();
    let length = replay.timeline().length();
    loop {
        tokio::select! {
            biased;
            status = child.wait() => return status.map(exit_of),
            moved = positions.changed(), if played < length => {
                if moved.is_ok() {
                    let position = *positions.borrow_and_update();
                    tell(played..position);
                    played = position;
                }
            }
            () = sleep(AFTERMATH), if played >= length && !hold => break,
        }
    }
    interrupt(child);
    if timeout(PATIENCE, child.wait()).await.is_err() {
        child.kill().await?;
    }
    Ok(Exit::Done)
}
