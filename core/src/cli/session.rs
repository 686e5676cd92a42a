//! What a command gets from outside: environment variables, clock, streams, requests to
//! stop, the program it is part of.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{EnvVars, Signals, Streams, Terminals};
use crate::wire::Clock;
use crate::wire::retry::Patience;

/// One run of one command.
pub struct Session {
    /// The environment variables.
    pub env_vars: EnvVars,
    /// The clock.
    pub clock: Clock,
    /// The running program, for commands that start the suite as a process.
    pub program: PathBuf,
    /// The folder that a person stands in.
    pub folder: PathBuf,
    /// Requests to stop.
    pub signals: Signals,
    /// The first pause before a request is repeated, where it is not the usual one.
    pub retry_pause: Option<Duration>,
    streams: Mutex<Streams>,
    /// How long the command may take to end itself once it is asked to stop.
    parting: Mutex<Option<Duration>>,
}

impl Session {
    /// A session on given streams.
    pub fn new(
        env_vars: EnvVars,
        clock: Clock,
        program: PathBuf,
        streams: Streams,
        signals: Signals,
    ) -> Self {
        let folder = std::env::current_dir().unwrap_or_default();
        let streams = streams.in_environment(&env_vars);
        Self {
            env_vars,
            clock,
            program,
            folder,
            signals,
            retry_pause: None,
            streams: Mutex::new(streams),
            parting: Mutex::default(),
        }
    }

    /// The same session, standing in another folder.
    pub fn in_folder(self, folder: PathBuf) -> Self {
        Self { folder, ..self }
    }

    /// How patient requests are of a command that waits.
    pub(super) fn patience(&self) -> Patience {
        let usual = Patience::default();
        match self.retry_pause {
            Some(first) => Patience { first, longest: first, ..usual },
            None => usual,
        }
    }

    /// That the command hears of signals itself, and ends within this time of one. Without it a signal ends it at once.
    pub fn ends_itself(&self, within: Duration) {
        *self.parting.lock().unwrap_or_else(PoisonError::into_inner) = Some(within);
    }

    /// How long the command may take to end itself.
    pub(super) fn parting(&self) -> Option<Duration> {
        *self.parting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The streams, for one write: who holds them keeps everybody else from writing.
    pub(super) fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which streams are terminals, and how wide.
    pub fn terminals(&self) -> Terminals {
        self.streams().terminals()
    }

    /// Writes data to stdout.
    ///
    /// # Errors
    /// `BrokenPipe` where the reader went away.
    pub fn data(&self, text: &str) -> io::Result<()> {
        self.streams().data(text)
    }

    /// Writes a message to stderr.
    pub fn message(&self, text: &str) {
        self.streams().message(text);
    }

    /// Asks a person on stderr and reads a line of stdin, without its end; `None` at the end of input.
    ///
    /// Reads on a thread of its own, so that a signal is answered while the question stands.
    ///
    /// # Errors
    /// Stdin cannot be read.
    pub async fn ask(&self, question: &str) -> io::Result<Option<String>> {
        self.message(question);
        let input = self.streams().input();
        let (answer, answered) = oneshot::channel();
        std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
            let mut line = String::new();
            let read = input.lock().unwrap_or_else(PoisonError::into_inner).read_line(&mut line);
            // Nobody waits any more where the command was ended meanwhile.
            let _ = answer.send(read.map(|count| (count > 0).then_some(line)));
        })?;
        let line = answered.await.map_err(|_| io::Error::other("stdin was not read"))??;
        if line.is_none() {
            // Nobody typed the end of the line that the question stands on.
            self.message("\n");
        }
        Ok(line.map(|line| line.trim_end_matches(['\n', '\r']).to_owned()))
    }
}
