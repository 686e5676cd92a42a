//! Runs a credential plugin: a program that prints credentials.
//!
//! It runs as a child of its own beside everything else, so that signals are answered while it waits for a person
//! or for nothing, and it is killed when nobody waits for it any more.

use std::path::PathBuf;
use std::process::Stdio;

use kube::config::{ExecConfig, ExecInteractiveMode};
use tokio::process::Command;

use super::error::CredentialsError;
use super::plugin_request::{ClusterInfo, api_version, document, is_interactive};
use super::source::{Credential, Host};
use super::{executable, plugin_answer};
use crate::kubernetes::kuberc::clean;

/// A plugin as a kubeconfig describes it, on this machine. No `Debug`: its arguments and variables may be secrets.
pub(super) struct Plugin {
    exec: ExecConfig,
    command: String,
    api_version: String,
    cluster: Option<ClusterInfo>,
    host: Host,
}

impl Plugin {
    pub(super) fn new(
        exec: &ExecConfig,
        cluster: &ClusterInfo,
        host: Host,
    ) -> Result<Self, CredentialsError> {
        Ok(Self {
            exec: exec.clone(),
            command: clean(exec.command.as_deref().unwrap_or_default()),
            api_version: api_version(exec)?,
            cluster: exec.provide_cluster_info.then(|| cluster.clone()),
            host,
        })
    }

    /// Runs it once.
    pub(super) async fn run(&self) -> Result<Credential, CredentialsError> {
        let is_interactive = is_interactive(&self.exec, &self.command, self.host.stdin_is_terminal)?;
        let program = executable::find(&self.command, self.host.search_path.as_deref(), &self.host.policy)?
            .ok_or_else(|| self.absent())?;
        tracing::debug!("credentials: running {}", program.display());
        let output = self.prepared(program, is_interactive).output().await;
        let output = output.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => self.absent(),
            _ => {
                CredentialsError::PluginUnstartable { command: self.command.clone(), why: error.to_string() }
            }
        })?;
        if !output.status.success() {
            let status = output.status.to_string();
            return Err(CredentialsError::PluginFailed { command: self.command.clone(), status });
        }
        plugin_answer::read(&output.stdout, &self.api_version)
            .map_err(|why| CredentialsError::PluginAnswer { command: self.command.clone(), why })
    }

    fn prepared(&self, program: PathBuf, is_interactive: bool) -> Command {
        let mut command = Command::new(program);
        command.args(self.exec.args.iter().flatten());
        for entry in self.exec.env.iter().flatten() {
            if let (Some(name), value) = (entry.get("name"), entry.get("value")) {
                command.env(name, value.map_or("", String::as_str));
            }
        }
        let document = document(&self.api_version, is_interactive, self.cluster.as_ref());
        command.env("KUBERNETES_EXEC_INFO", document);
        // What a plugin has to say to a person is shown to one, and goes into no log.
        let may_talk = self.exec.interactive_mode != Some(ExecInteractiveMode::Never);
        let talks = may_talk && self.host.stderr_is_terminal;
        command
            .stdin(if is_interactive { Stdio::inherit() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(if talks { Stdio::inherit() } else { Stdio::null() })
            .kill_on_drop(true);
        command
    }

    fn absent(&self) -> CredentialsError {
        let install_hint = self.exec.install_hint.clone().filter(|hint| !hint.trim().is_empty());
        CredentialsError::PluginAbsent { command: self.command.clone(), install_hint }
    }
}
