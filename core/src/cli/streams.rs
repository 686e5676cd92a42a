//! The three standard streams, and what is known of the terminal behind them.

use std::io::{self, IsTerminal, Write};

/// Where a command writes. stdout is data, stderr is talk.
pub struct Streams {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    /// Whether stdout is a terminal that a person looks at.
    pub out_is_terminal: bool,
    /// Whether stderr is one.
    pub err_is_terminal: bool,
}

impl Streams {
    /// The process's own.
    pub fn of_process() -> Self {
        Self {
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
        }
    }

    /// Writes data to stdout and flushes it.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// Writes talk to stderr. A stderr that cannot be written to is nobody's problem.
    pub fn talk(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Columns of the terminal behind stdout; none where there is no terminal.
    pub fn width(&self) -> Option<usize> {
        self.out_is_terminal.then(terminal_width).flatten()
    }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}
