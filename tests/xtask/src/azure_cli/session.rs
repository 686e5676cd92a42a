//! A shell in which `az` is typed: with the lab's `env.sh`, and nothing of whoever runs the check.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::lab::RunningLab;
use super::program::AzureCli;
use super::steps::Step;
use crate::cargo::not_runnable;
use crate::error::XtaskError;

/// What the lab's introduction has for `az` begins with this.
const TOLD: &str = "# az";

/// A shell beside a lab.
pub(super) struct Session<'a> {
    programs: PathBuf,
    lab: &'a RunningLab,
}

impl<'a> Session<'a> {
    /// A shell with this `az` on its path.
    pub(super) fn new(az: &AzureCli, lab: &'a RunningLab) -> Self {
        Self { programs: az.programs.clone(), lab }
    }

    /// Types a step, and compares what it says.
    pub(super) fn take(&self, step: &Step) -> Result<(), XtaskError> {
        // A configuration of its own: the lab is registered in it, and not yet known.
        let folder = "export AZURE_CONFIG_DIR=\"$HOME/az\" REQUESTS_CA_BUNDLE=\"$GITOPS_CA_FILE\"";
        let (code, output) = self.typed(&format!("{folder}\n{}", step.line))?;
        let is_as_expected = match step.fails {
            false => code == Some(0) && output.trim() == step.expected,
            true => code != Some(0) && output.contains(step.expected),
        };
        if is_as_expected {
            return Ok(());
        }
        let (line, expected) = (step.line.to_owned(), format!("{:?}", step.expected));
        Err(XtaskError::OtherAnswer { line, code, output, expected })
    }

    /// Types what the lab tells of `az`, line after line in one shell; the answer is the lines.
    pub(super) fn run_introduction(&self) -> Result<Vec<String>, XtaskError> {
        let told = self.lab.introduction.lines().skip_while(|line| !line.starts_with(TOLD)).skip(1);
        let lines: Vec<String> = told
            .take_while(|line| line.starts_with("az ") || line.starts_with("export "))
            .map(str::to_owned)
            .collect();
        let (code, output) = self.typed(&format!("set -e\n{}", lines.join("\n")))?;
        let is_complete =
            lines.len() > 1 && output.contains("fluxConfigurations") && output.contains("totalRecords");
        if code == Some(0) && is_complete {
            return Ok(lines);
        }
        let expected = "Flux configurations and what Resource Graph finds".to_owned();
        Err(XtaskError::OtherAnswer { line: lines.join("\n"), code, output, expected })
    }

    /// Types lines; the answer is how they ended, and what they said: on stdout, and where they failed on stderr too.
    fn typed(&self, lines: &str) -> Result<(Option<i32>, String), XtaskError> {
        let home = self.lab.home();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.programs.clone()).chain(std::env::split_paths(&path));
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!(". ./.gitops-lab/env.sh\n{lines}")])
            .current_dir(&home)
            .stdin(Stdio::null());
        shell.env_clear().env("HOME", &home).env("PATH", std::env::join_paths(folders).unwrap_or(path));
        let ended = shell.output().map_err(|source| not_runnable("sh", source))?;
        let mut said = String::from_utf8_lossy(&ended.stdout).into_owned();
        if !ended.status.success() {
            said += &String::from_utf8_lossy(&ended.stderr);
        }
        Ok((ended.status.code(), said))
    }
}
