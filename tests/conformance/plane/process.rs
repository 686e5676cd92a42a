//! Child processes that never outlive this executable.
//!
//! Three nets: each server leads a process group that is killed on drop (so also on a panic and on a signal,
//! which `run.rs` turns into an ordinary end); a killed harness is seen by the kernel, which kills the child
//! (`setpriv --pdeathsig`, where util-linux provides it); and only groups that were started here are ever
//! signalled. The parent-death signal through `pre_exec` would have needed `unsafe`.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use crate::problem::{Context, Outcome};

/// `setpriv`, if this system has it.
static SETPRIV: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join("setpriv")).find(|candidate| candidate.is_file())
});

/// A command that dies with this process, with an empty environment and a group of its own, so that Ctrl-C
/// reaches the harness alone and the harness decides the order of the end.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = match SETPRIV.as_ref() {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL"]).arg(program);
            command
        }
        None => Command::new(program),
    };
    command.env_clear().process_group(0).stdin(Stdio::null());
    command
}

/// A server with a log.
pub(crate) struct Server {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Server {
    pub(crate) fn start(name: &str, mut command: Command, log: &Path) -> Outcome<Self> {
        let file = File::create(log).context(log.display())?;
        let also = file.try_clone().context(log.display())?;
        let child = command.stdout(file).stderr(also).spawn().context(format!("starting {name}"))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned() })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has ended by itself, which no server here should.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The end of its log, indented for a report.
    pub(crate) fn tail(&self) -> String {
        tail(&self.log)
    }

    /// Sends a signal by name to its group.
    pub(crate) fn signal(&self, signal: &str) {
        // The child leads its group, so the group bears its number.
        let group = format!("-{}", self.child.id());
        // Not `command`: the signal must be delivered before anything else happens, from this very process.
        let sent =
            Command::new("kill").args([&format!("-{signal}"), "--", &group]).stderr(Stdio::null()).status();
        if !sent.is_ok_and(|status| status.success()) && signal != "KILL" {
            eprintln!("{}: signal {signal} was not delivered", self.name);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.signal("KILL");
            // In case `kill` is not to be had.
            let _ = self.child.kill();
        }
        // Gone, not only told to go: its folder is removed next, and its port may be taken again.
        let _ = self.child.wait();
    }
}

/// The last lines of a file, each indented.
pub(crate) fn tail(file: &Path) -> String {
    const LINES: usize = 15;
    let text = fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    last.iter().map(|line| format!("    | {line}\n")).collect()
}
