//! What a command gets from outside: environment, clock, streams, the program it is part of.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Environment, Streams};
use crate::wire::Clock;

/// One run of one command.
pub struct Session {
    /// The environment variables.
    pub environment: Environment,
    /// The clock.
    pub clock: Clock,
    /// The running program, for commands that start the suite as a process.
    pub program: PathBuf,
    streams: Mutex<Streams>,
}

impl Session {
    /// A session on given streams.
    pub fn new(environment: Environment, clock: Clock, program: PathBuf, streams: Streams) -> Self {
        Self { environment, clock, program, streams: Mutex::new(streams) }
    }

    /// The streams. Held for one write at a time.
    pub fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes data to stdout; the error says whether the reader went away.
    pub fn data(&self, text: &str) -> std::io::Result<()> {
        self.streams().data(text)
    }

    /// Writes talk to stderr.
    pub fn talk(&self, text: &str) {
        self.streams().talk(text);
    }
}
