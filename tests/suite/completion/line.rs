//! A command line to complete in this process, on a clock that the test moves. What asks the cluster is the front's own
//! process, as everywhere.

use std::ffi::OsString;

use clap::Command;
use gitops_core::cli::{Completion, Session, complete};
use gitops_xtask::command;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::support::{FRONT, InProcess};

/// A session whose home is its own.
pub(super) struct Typist {
    pub(super) session: Session,
    pub(super) home: TempDir,
}

impl Typist {
    /// With a kubeconfig; the processes that are started show the same time as the session's clock.
    pub(super) fn new(kubeconfig: &str, now: Timestamp) -> Self {
        Self::with_variables(kubeconfig, now, &[])
    }

    /// With further variables.
    pub(super) fn with_variables(kubeconfig: &str, now: Timestamp, variables: &[(&str, &str)]) -> Self {
        let time = now.to_string();
        let variables = [&[("GITOPS_NOW", time.as_str())], variables].concat();
        let (mut session, home) = InProcess::with_variables(kubeconfig, now, &variables).into_session();
        session.program = FRONT.into();
        Self { session, home }
    }

    /// What the whole suite's tree offers behind a line, whose last word is being typed.
    pub(super) async fn completion(&self, line: &str) -> Completion {
        self.completion_of(&command(), line).await
    }

    /// The same for another tree.
    pub(super) async fn completion_of(&self, command: &Command, line: &str) -> Completion {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        complete(command, &words, &self.session).await
    }

    /// The words that are offered, with one blank between them.
    pub(super) async fn words(&self, line: &str) -> String {
        words(&self.completion(line).await)
    }
}

/// The words of a completion, with one blank between them.
pub(super) fn words(completion: &Completion) -> String {
    completion.candidates.iter().map(|candidate| candidate.word()).collect::<Vec<_>>().join(" ")
}
