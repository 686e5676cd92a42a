//! Cargo, as the one that runs this program sees it: its workspace, and where it puts what it builds.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::error::XtaskError;

/// What the archive holds, and `cargo demo` runs: the front and the lab beside it.
pub(crate) const PROGRAMS: [&str; 2] = ["kubectl-gitops", "kubectl-gitops_lab"];

/// The top of this checkout.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned()
}

/// Builds [`PROGRAMS`] and gives the folder that they lie in.
///
/// # Errors
/// cargo does not run or does not succeed.
pub(crate) fn build() -> Result<PathBuf, XtaskError> {
    let mut command = cargo();
    command.current_dir(workspace()).args(["build", "--quiet"]);
    for program in PROGRAMS {
        command.args(["--package", program, "--bin", program]);
    }
    run(&mut command)?;
    own_folder()
}

/// The folder of everything that cargo builds.
///
/// # Errors
/// The system does not say where this program lies.
pub(crate) fn target_folder() -> Result<PathBuf, XtaskError> {
    own_folder().map(|folder| folder.parent().unwrap_or(&folder).to_owned())
}

/// `target/debug`, where this program lies beside what else was built.
fn own_folder() -> Result<PathBuf, XtaskError> {
    let own = std::env::current_exe().map_err(|source| not_runnable("xtask", source))?;
    Ok(own.parent().unwrap_or(Path::new(".")).to_owned())
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// What a program writes to stdout; what it says on stderr is let through.
///
/// # Errors
/// It does not run or does not succeed.
pub(crate) fn output(command: &mut Command) -> Result<String, XtaskError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let ended = command.stderr(Stdio::inherit()).output().map_err(|source| not_runnable(&program, source))?;
    require_success(command, ended.status)?;
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}

/// Runs a program that says itself what it does.
///
/// # Errors
/// It does not run or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<(), XtaskError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|source| not_runnable(&program, source))?;
    require_success(command, status)
}

fn require_success(command: &Command, status: ExitStatus) -> Result<(), XtaskError> {
    if status.success() {
        return Ok(());
    }
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let command = words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
    Err(XtaskError::Failed { command, status })
}

pub(crate) fn not_runnable(program: &str, source: std::io::Error) -> XtaskError {
    XtaskError::NotRunnable { program: program.to_owned(), source }
}
