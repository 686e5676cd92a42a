//! Stock git as a process: what it does with bodies of requests.
//!
//! `git upload-pack` speaks the whole of its half of the protocol. Of a push git reads the objects alone, into a
//! quarantine: no process of git's ever moves a ref, so none that is killed leaves one locked.
//!
//! The only programs that a lab starts are started here. Nothing waits for one while it holds the lock of the world: a
//! child is awaited by the task of its request, and what comes of it reaches the world when that task asks it again. So
//! will what workflows start: results come back as requests.

use std::io;
use std::path::Path;
use std::process::{Output, Stdio};

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// What git answers to whoever fetches. Errors of git's own are inside the protocol: they, too, are answers.
pub(super) async fn upload_pack(
    is_advertisement: bool,
    repository: &Path,
    protocol: &str,
    body: &[u8],
) -> io::Result<Vec<u8>> {
    // Version 2 begins with its capabilities; earlier ones name the service first.
    let mut told = Vec::new();
    if is_advertisement && !protocol.contains("version=2") {
        told.extend(b"001e# service=git-upload-pack\n0000");
    }
    let mut command = git(repository);
    command.args(["upload-pack", "--stateless-rpc"]);
    if is_advertisement {
        command.arg("--http-backend-info-refs");
    }
    command.arg(repository).env("GIT_PROTOCOL", protocol);
    told.extend(fed(command, body).await?.stdout);
    Ok(told)
}

/// Puts the objects of a pack into a quarantine; what they build upon is in the repository. Whether they are good.
pub(super) async fn index_pack(repository: &Path, quarantine: &Path, pack: &[u8]) -> io::Result<bool> {
    let mut command = git(repository);
    command
        .args(["index-pack", "--stdin", "--fix-thin", "--strict"])
        .env("GIT_DIR", repository)
        .env("GIT_OBJECT_DIRECTORY", quarantine)
        .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", repository.join("objects"));
    Ok(fed(command, pack).await?.status.success())
}

/// git without anything of whoever's repository the lab was started in, and of what they configured.
fn git(repository: &Path) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let mut command = Command::new("git");
    command.env_clear().env("PATH", path).env("HOME", repository).env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// Runs it over `body`.
async fn fed(mut command: Command, body: &[u8]) -> io::Result<Output> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let feed = async move {
        // git may answer before it has read everything; then the rest is not wanted.
        let _ = input.write_all(body).await;
    };
    let ((), output) = tokio::join!(feed, child.wait_with_output());
    output
}
