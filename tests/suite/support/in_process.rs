//! A command run in this process, on a session of the test's own: captured streams, variables, a clock that the
//! test moves and signals that it sends.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use gitops_core::cli::{Captured, EnvVars, Session, SignalSender, Signals, Streams, run_command};
use gitops_core::model::{Exit, Failure};
use gitops_core::wire::Clock;
use jiff::Timestamp;
use tempfile::TempDir;

use super::{Server, round_trip};

/// A session and what it is made of.
pub(crate) struct InProcess {
    session: Session,
    captured: Captured,
    pub clock: Clock,
    pub signals: SignalSender,
    home: TempDir,
}

impl InProcess {
    /// With a kubeconfig and an answer to questions. None of its streams is a terminal.
    pub(crate) fn new(kubeconfig: &str, now: Timestamp) -> Self {
        Self::with_streams(kubeconfig, now, Streams::captured(""), &[])
    }

    /// With further variables.
    pub(crate) fn with_variables(kubeconfig: &str, now: Timestamp, variables: &[(&str, &str)]) -> Self {
        Self::with_streams(kubeconfig, now, Streams::captured(""), variables)
    }

    /// On a terminal of 80 columns, where `input` is typed.
    pub(crate) fn on_terminal(kubeconfig: &str, now: Timestamp, input: &str) -> Self {
        let (streams, captured) = Streams::captured(input);
        Self::with_streams(kubeconfig, now, (streams.on_terminal(80, 24), captured), &[])
    }

    pub(crate) fn with_streams(
        kubeconfig: &str,
        now: Timestamp,
        (streams, captured): (Streams, Captured),
        further: &[(&str, &str)],
    ) -> Self {
        // Refused where a test before has installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let home = TempDir::new().expect("a folder");
        let file = home.path().join("kubeconfig");
        std::fs::write(&file, kubeconfig).expect("a file");
        let home_folder = home.path().as_os_str().to_owned();
        let variables: [(&str, OsString); 4] = [
            ("HOME", home_folder),
            ("KUBECONFIG", file.into_os_string()),
            ("PATH", "/usr/bin:/bin".into()),
            ("NO_COLOR", "1".into()),
        ];
        let further = further.iter().map(|(name, value)| (*name, OsString::from(value)));
        let env_vars: EnvVars = variables.into_iter().chain(further).collect();
        let clock = Clock::manual(now);
        let (sender, signals) = Signals::manual();
        let session = Session::new(env_vars, clock.clone(), PathBuf::new(), streams, signals);
        Self { session, captured, clock, signals: sender, home }
    }

    /// The same, where nobody has time to wait before a request is repeated.
    pub(crate) fn hasty(mut self) -> Self {
        self.session.retry_pause = Some(Duration::from_millis(1));
        self
    }

    /// The session itself, standing in a folder of its own.
    pub(crate) fn into_session(self) -> (Session, TempDir) {
        let folder = self.home.path().to_owned();
        (self.session.in_folder(folder), self.home)
    }

    /// Lets time pass as soon as the command waits for it, and the server hear what it is asked then.
    pub(crate) async fn pass(&self, server: &Server, time: Duration) {
        while self.clock.waiting() == 0 {
            round_trip(server).await;
        }
        self.clock.advance(time);
        round_trip(server).await;
    }

    /// Watches every environment while `passing` lets time pass, and is interrupted then.
    pub(crate) async fn watch(&self, passing: impl Future<Output = ()>) {
        let watching = self.run(&["-A", "--watch", "-o", "json"], kubectl_gitops_status::run);
        let passing = async {
            passing.await;
            self.signals.interrupt();
        };
        let (exit, ()) = tokio::join!(watching, passing);
        assert_eq!(exit, Exit::Interrupted, "{}", self.err());
    }

    /// Runs a command with these words behind the program's name.
    pub(crate) async fn run<A, F>(&self, words: &[&str], run: F) -> Exit
    where
        A: clap::Parser,
        F: AsyncFnOnce(A, &Session) -> Result<Exit, Box<dyn Failure>>,
    {
        let words: Vec<OsString> = ["kubectl-gitops"].iter().chain(words).map(OsString::from).collect();
        run_command(&words, &self.session, run).await
    }

    /// What was written to stdout.
    pub(crate) fn out(&self) -> String {
        self.captured.out()
    }

    /// What was written to stderr.
    pub(crate) fn err(&self) -> String {
        self.captured.err()
    }
}
