//! The compiler, as it describes itself.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{output, workspace};
use crate::error::XtaskError;

/// What the compiler says of itself.
pub(crate) struct RustCompiler {
    /// The target of this machine.
    pub(crate) host: String,
    /// The commit that it and the standard library were built from.
    pub(crate) commit: String,
    /// Where the standard library lies.
    pub(crate) sysroot: PathBuf,
}

impl RustCompiler {
    /// Asks the one that this checkout names.
    ///
    /// # Errors
    /// It does not run.
    pub(crate) fn ask() -> Result<Self, XtaskError> {
        let version = output(rustc().arg("-vV"))?;
        let field = |name: &str| {
            let value = version.lines().find_map(|line| line.strip_prefix(name));
            value.map(str::to_owned).ok_or_else(|| XtaskError::Unexpected {
                command: "rustc -vV".to_owned(),
                expected: name.to_owned(),
                output: version.clone(),
            })
        };
        Ok(Self {
            host: field("host: ")?,
            commit: field("commit-hash: ")?,
            sysroot: PathBuf::from(output(rustc().args(["--print", "sysroot"]))?.trim_end()),
        })
    }
}

fn rustc() -> Command {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.current_dir(workspace());
    command
}
