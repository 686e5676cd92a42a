//! Stock git as a process: one half of its protocol over the body of a request.

use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// The two things that git does for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Upload,
    Receive,
}

impl Service {
    fn word(self) -> &'static str {
        match self {
            Service::Upload => "upload-pack",
            Service::Receive => "receive-pack",
        }
    }
}

/// What git answers to `body`. Errors of git's own are inside the protocol: they, too, are answers.
pub(super) async fn exchange(
    service: Service,
    is_advertisement: bool,
    repository: &Path,
    protocol: &str,
    body: &[u8],
) -> io::Result<Vec<u8>> {
    // Version 2 begins with its capabilities; earlier ones name the service first.
    let mut told = Vec::new();
    if is_advertisement && !protocol.contains("version=2") {
        let line = format!("# service=git-{}\n", service.word());
        told.extend(format!("{:04x}{line}0000", line.len() + 4).into_bytes());
    }
    let mut command = Command::new("git");
    command.arg(service.word()).arg("--stateless-rpc");
    if is_advertisement {
        command.arg("--http-backend-info-refs");
    }
    // Whoever's repository the lab was started in, and whatever they configured: it is none of these.
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let mut child = command
        .arg(repository)
        .env_clear()
        .env("PATH", path)
        .env("HOME", repository)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_PROTOCOL", protocol)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let feed = async move {
        // git may answer before it has read everything; then the rest is not wanted.
        let _ = input.write_all(body).await;
    };
    let ((), output) = tokio::join!(feed, child.wait_with_output());
    told.extend(output?.stdout);
    Ok(told)
}
