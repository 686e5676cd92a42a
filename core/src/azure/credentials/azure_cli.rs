//! Runs `az` for `azure_identity`: as a child that is killed with all it started when nobody waits for it any more, and
//! within a limit. The SDK's own executor leaves it running and waits for ever.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use azure_identity::Executor;
use tokio::process::Command;

/// The exit code of a shell that does not find a program.
const NOT_FOUND: i32 = 127;

/// Starts `az` through the shell that the SDK names.
#[derive(Debug)]
pub(super) struct AzureCli {
    /// Where it is looked for; where this process looks without it.
    pub(super) search_path: Option<OsString>,
    /// How long it may take: it may ask Entra ID itself.
    pub(super) limit: Duration,
}

#[async_trait::async_trait]
impl Executor for AzureCli {
    async fn run(&self, program: &OsStr, arguments: &[&OsStr]) -> io::Result<Output> {
        tracing::debug!("credentials: running az");
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(search_path) = &self.search_path {
            command.env("PATH", search_path);
        }
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        #[cfg(unix)]
        let _group = ProcessGroup::of(&child);
        let output = tokio::time::timeout(self.limit, child.wait_with_output()).await;
        let output = output.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        // `az` lies beneath a shell, which reports that it is not there.
        match output.status.code() {
            Some(NOT_FOUND) => Err(io::Error::from(io::ErrorKind::NotFound)),
            _ => Ok(output),
        }
    }
}

/// The shell and what it started, which are killed together: `az` is a script that starts another program.
#[cfg(unix)]
struct ProcessGroup(Option<rustix::process::Pid>);

#[cfg(unix)]
impl ProcessGroup {
    fn of(child: &tokio::process::Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(rustix::process::Pid::from_raw))
    }
}

#[cfg(unix)]
impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // Where all of it has ended there is nobody left to kill.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
