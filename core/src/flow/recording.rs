//! The file that a cluster's answers are recorded to. It is a whole document after every change: what ends it is
//! written with each entry and overwritten by the next one, so that a command that is killed leaves a file that can be
//! replayed. Lines of JSON without anything around them were rejected, because nothing else reads them as one document.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use super::context::Context;
use super::recording_error::RecordingError;
use super::selector::EnvironmentSelector;
use crate::kubernetes::Listener;
use crate::model::Failure;
use crate::model::recording::{Entry, History, Redactor, document_end, document_start};
use crate::wire::{Clock, ServerTime};

/// What the recording says that it is.
const SCENARIO: &str = "Recorded from a cluster by kubectl gitops-status";

/// A recording that is being written. The file goes with it where nothing was recorded.
pub struct Recording {
    shared: Arc<RecordingState>,
}

struct RecordingState {
    recorder: Mutex<Recorder>,
    has_failed: Notify,
}

struct Recorder {
    path: PathBuf,
    file: File,
    clock: Clock,
    history: History,
    namespace: String,
    /// The instant of second 0: while everything is asked for the first time, the newest answer.
    zero: Option<Timestamp>,
    is_following: bool,
    /// The second of the newest entry.
    second: f64,
    count: usize,
    /// Where the entries end.
    end: u64,
    failure: Option<io::Error>,
}

impl Recording {
    /// Makes the file, which only its owner may read.
    ///
    /// # Errors
    /// It is there already, or cannot be made, or is `-`; or environments of several clusters are selected.
    pub fn create(
        path: &Path,
        keeps_names: bool,
        selector: &EnvironmentSelector,
        clock: Clock,
    ) -> Result<Self, RecordingError> {
        if selector.contexts.len() > 1 {
            return Err(RecordingError::SeveralClusters);
        }
        if path == Path::new("-") {
            return Err(RecordingError::NoFile);
        }
        let file = new_file(path).map_err(|source| RecordingError::of_creation(path, source))?;
        let recorder = Recorder {
            path: path.to_owned(),
            file,
            clock,
            history: History::new(Redactor::new(keeps_names)),
            namespace: String::new(),
            zero: None,
            is_following: false,
            second: 0.0,
            count: 0,
            end: 0,
            failure: None,
        };
        let shared = RecordingState { recorder: Mutex::new(recorder), has_failed: Notify::new() };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Hears what is to be recorded.
    pub fn listener(&self) -> Listener {
        let shared = Arc::clone(&self.shared);
        Listener::new(move |scope, api_version, report, server_clock| {
            let mut recorder = shared.recorder();
            let entries = recorder.history.add(scope, api_version, report);
            let clock = &recorder.clock;
            let now = ServerTime::decide(clock.now(), clock.is_given(), server_clock.offset()).now;
            if recorder.failure.is_none() && !entries.is_empty() {
                let written = recorder.write(&entries, now);
                if let Err(error) = written {
                    recorder.failure = Some(error);
                    shared.has_failed.notify_one();
                }
            }
        })
    }

    /// Writes what stands before the first entry: which namespace commands of a replay are about.
    ///
    /// # Errors
    /// The kubeconfig cannot be used, or the file not be written to.
    pub async fn begin(
        &self,
        context: &Context,
        selector: &EnvironmentSelector,
    ) -> Result<(), Box<dyn Failure>> {
        let named = selector.namespaces.first().map(str::to_owned);
        let name = selector.contexts.first().cloned().flatten();
        let connection = context.cluster(name.as_deref()).await?;
        let mut recorder = self.shared.recorder();
        recorder.namespace = named.unwrap_or_else(|| connection.namespace().to_owned());
        let begun = recorder.start(context.now()).and_then(|()| recorder.write_end());
        let path = recorder.path.clone();
        Ok(begun.map_err(|source| RecordingError::Write { path, source })?)
    }

    /// From now on entries have seconds of their own: before, everything was asked for the first time.
    pub fn follow(&self) {
        self.shared.recorder().is_following = true;
    }

    /// Returns when something could not be written.
    pub async fn failure(&self) -> RecordingError {
        loop {
            if let Some(error) = self.shared.recorder().take_failure() {
                return error;
            }
            self.shared.has_failed.notified().await;
        }
    }

    /// Whether anything was recorded.
    pub fn has_entries(&self) -> bool {
        self.shared.recorder().count > 0
    }

    /// What was not answered in a way that can be recorded; and that everything else was written.
    ///
    /// # Errors
    /// Something could not be written.
    pub fn unrecorded(&self) -> Result<Vec<String>, RecordingError> {
        let mut recorder = self.shared.recorder();
        recorder.take_failure().map_or_else(|| Ok(recorder.history.unrecorded().collect()), Err)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let recorder = self.shared.recorder();
        if recorder.count == 0 {
            // It was made by this command. That it cannot be removed again hurts nobody.
            let _ = std::fs::remove_file(&recorder.path);
        }
    }
}

impl RecordingState {
    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder {
    fn take_failure(&mut self) -> Option<RecordingError> {
        let source = self.failure.take()?;
        Some(RecordingError::Write { path: self.path.clone(), source })
    }

    /// Writes the start of the document; it is as long for every time.
    fn start(&mut self, zero: Timestamp) -> io::Result<()> {
        let start = document_start(SCENARIO, &self.namespace, zero);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(start.as_bytes())?;
        self.end = self.end.max(start.len() as u64);
        Ok(())
    }

    /// Writes entries where the document ended, and its end behind them.
    fn write(&mut self, entries: &[Entry], now: Timestamp) -> io::Result<()> {
        let zero = match self.zero {
            Some(zero) if self.is_following => zero,
            _ => {
                self.zero = Some(now);
                self.start(now)?;
                now
            }
        };
        let second = now.duration_since(zero).as_secs_f64();
        self.second = self.second.max(second);
        let mut text = String::new();
        for entry in entries {
            text += if self.count == 0 && text.is_empty() { "\n" } else { ",\n" };
            text += &entry.line(self.second);
        }
        let length = text.len() as u64;
        text += document_end();
        let written = self.write_at(self.end, text.as_bytes());
        if written.is_err() {
            // What was written before is left as it was; that it cannot be is the same failure.
            let _ = self.write_end();
            return written;
        }
        self.end += length;
        self.count += entries.len();
        Ok(())
    }

    /// Ends the document behind the last whole entry.
    fn write_end(&mut self) -> io::Result<()> {
        self.file.set_len(self.end)?;
        self.write_at(self.end, document_end().as_bytes())
    }

    fn write_at(&mut self, place: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(place))?;
        self.file.write_all(bytes)?;
        self.file.flush()
    }
}

/// A file that was not there before. On Windows it has the rights of its folder.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
