//! Where a command writes and reads: stdout for data, stderr for messages to people, stdin for answers to
//! questions, and what is known of the terminals behind them.

use std::borrow::Cow;
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::EnvVars;
use super::workflow_log::{is_workflow_log, without_commands};

/// The three standard streams of a command: the process's own, or a test's.
pub struct Streams {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    input: Arc<Mutex<dyn BufRead + Send>>,
    /// Whether stdout is a terminal that a person looks at.
    pub(super) out_is_terminal: bool,
    /// Whether stderr is one.
    pub(super) err_is_terminal: bool,
    /// Whether a person can be asked through stdin.
    in_is_terminal: bool,
    size: Size,
    /// Whether what is written goes into the log of a workflow's run.
    is_workflow_log: bool,
}

/// Which streams are terminals, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminals {
    /// Whether a person can be asked through stdin.
    pub input: bool,
    /// Whether a person looks at stdout.
    pub out: bool,
    /// Whether a person looks at stderr.
    pub err: bool,
    /// Columns of the terminal behind stdout; `None` where there is no terminal.
    pub width: Option<usize>,
    /// Rows of the terminal behind stdout; `None` where there is no terminal.
    pub height: Option<usize>,
}

/// How large the terminal behind stdout is.
enum Size {
    OfTerminal,
    Fixed { columns: usize, rows: usize },
}

impl Streams {
    /// The process's own streams.
    pub fn of_process() -> Self {
        Self {
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            in_is_terminal: io::stdin().is_terminal(),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            input: Arc::new(Mutex::new(io::BufReader::new(io::stdin()))),
            size: Size::OfTerminal,
            is_workflow_log: is_workflow_log(&EnvVars::of_process()),
        }
    }

    /// Streams whose output is kept in the returned [`Captured`] and whose input is `input`. None is a terminal.
    pub fn captured(input: &str) -> (Self, Captured) {
        let captured = Captured::default();
        let streams = Self {
            out: Box::new(captured.out.clone()),
            err: Box::new(captured.err.clone()),
            input: Arc::new(Mutex::new(io::Cursor::new(input.to_owned().into_bytes()))),
            out_is_terminal: false,
            err_is_terminal: false,
            in_is_terminal: false,
            size: Size::Fixed { columns: 80, rows: 24 },
            is_workflow_log: false,
        };
        (streams, captured)
    }

    /// The same streams, each taken for a terminal of so many columns and rows.
    pub fn on_terminal(self, columns: usize, rows: usize) -> Self {
        let size = Size::Fixed { columns, rows };
        Self { out_is_terminal: true, err_is_terminal: true, in_is_terminal: true, size, ..self }
    }

    /// The same streams of a process with these environment variables.
    pub(super) fn in_environment(self, env_vars: &EnvVars) -> Self {
        Self { is_workflow_log: is_workflow_log(env_vars), ..self }
    }

    /// A text as it is written.
    fn written<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_workflow_log { without_commands(text).into() } else { text.into() }
    }

    /// Writes data to stdout and flushes it.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        let text = self.written(text);
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// Writes a message to stderr. Ignores that it cannot be written.
    pub fn message(&mut self, text: &str) {
        let text = self.written(text);
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Which of them are terminals. The size is read anew: a window may have been resized.
    pub fn terminals(&self) -> Terminals {
        let of_terminal = || {
            let (width, height) = terminal_size::terminal_size()?;
            Some((usize::from(width.0), usize::from(height.0)))
        };
        let size = || match self.size {
            Size::OfTerminal => of_terminal(),
            Size::Fixed { columns, rows } => Some((columns, rows)),
        };
        let size = self.out_is_terminal.then(size).flatten();
        Terminals {
            input: self.in_is_terminal,
            out: self.out_is_terminal,
            err: self.err_is_terminal,
            width: size.map(|(columns, _)| columns),
            height: size.map(|(_, rows)| rows),
        }
    }

    /// Stdin, to be read on a thread of its own.
    pub(super) fn input(&self) -> Arc<Mutex<dyn BufRead + Send>> {
        self.input.clone()
    }
}

/// What was written to captured streams.
#[derive(Clone, Default)]
pub struct Captured {
    out: Buffer,
    err: Buffer,
}

impl Captured {
    /// Everything on stdout so far.
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// Everything on stderr so far.
    pub fn err(&self) -> String {
        self.err.text()
    }
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
