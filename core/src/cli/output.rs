//! Flags that choose how an answer looks and what is logged, and the answer as a document. What a table or a
//! page looks like is each command's own.

use std::io;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;

use super::hyperlinks::{hyperlink, shows_hyperlinks};
use super::{Format, Session};
use crate::model::verdict::Standing;
use crate::model::{Exit, Failure};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum When {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Output flags.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Output format: table, wide, json, yaml or name
    #[arg(
        short = 'o',
        long = "output",
        value_name = "FORMAT",
        value_enum,
        default_value_t,
        hide_possible_values = true
    )]
    pub format: Format,
    /// When to use colours and links: auto (on a terminal, unless NO_COLOR is set), always or never
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, hide_possible_values = true)]
    color: When,
    /// Do not show progress
    #[arg(long)]
    no_progress: bool,
    /// Log to stderr what is done; -vv logs every request and its outcome
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
}

/// Colours, and hyperlinks, for what stdout shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    has_colours: bool,
    has_hyperlinks: bool,
}

impl Paint {
    /// A standing in its colour.
    pub fn standing(self, standing: Standing) -> String {
        let colour = match standing {
            Standing::Failed => AnsiColor::Red,
            Standing::Suspended | Standing::Unknown | Standing::Held => AnsiColor::Magenta,
            Standing::Reconciling
            | Standing::Syncing
            | Standing::AwaitingApproval
            | Standing::Rendering
            | Standing::Building
            | Standing::NotDeployed => AnsiColor::Yellow,
            Standing::Deployed => AnsiColor::Green,
        };
        self.styled(&standing.to_string(), Style::new().fg_color(Some(colour.into())))
    }

    /// Something that matters less.
    pub fn faint(self, text: &str) -> String {
        self.styled(text, Style::new().dimmed())
    }

    /// A text that leads to an address, where the terminal shows hyperlinks and the address may become one.
    pub fn link(self, text: &str, address: &str) -> String {
        if self.has_hyperlinks { hyperlink(text, address) } else { text.to_owned() }
    }

    fn styled(self, text: &str, style: Style) -> String {
        if self.has_colours { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

impl OutputArgs {
    /// The colours that fit flags, environment and terminal. Hyperlinks are for a terminal alone.
    pub fn paint(&self, session: &Session) -> Paint {
        let (is_terminal, env_vars) = (session.terminals().out, &session.env_vars);
        let is_dumb = env_vars.get("TERM") == Some("dumb");
        let is_plain = env_vars.get("NO_COLOR").is_some() || is_dumb;
        let has_colours = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && !is_plain,
        };
        let has_hyperlinks = has_colours && is_terminal && !is_plain && shows_hyperlinks(env_vars);
        Paint { has_colours, has_hyperlinks }
    }

    /// Whether what is waited for is shown, where there is a terminal.
    pub fn shows_progress(&self) -> bool {
        !self.no_progress
    }

    /// Logs to stderr, as verbose as asked, until the guard is dropped.
    pub fn log(&self) -> tracing::subscriber::DefaultGuard {
        let level = match self.verbose {
            0 => LevelFilter::WARN,
            1 => LevelFilter::INFO,
            _ => LevelFilter::DEBUG,
        };
        // Of this crate alone: libraries may log headers and bodies.
        let wanted = Targets::new().with_target("gitops_core", level);
        let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false).without_time();
        tracing::subscriber::set_default(tracing_subscriber::registry().with(wanted).with(lines))
    }

    /// Whether stdout takes the format's documents rather than text for people.
    pub fn is_document(&self) -> bool {
        self.format.is_document()
    }

    /// A document in the chosen format. One of a stream of documents takes one line of JSON, or is separated
    /// from the one before by YAML's `---`.
    pub fn document(&self, document: &impl Serialize, in_stream: bool) -> Result<String, OutputError> {
        let text = match self.format {
            Format::Yaml => serde_saphyr::to_string(document).map_err(OutputError::document)?,
            _ if in_stream => serde_json::to_string(document).map_err(OutputError::document)?,
            _ => serde_json::to_string_pretty(document).map_err(OutputError::document)?,
        };
        let separator = if in_stream && self.format == Format::Yaml { "---\n" } else { "" };
        Ok(format!("{separator}{}\n", text.trim_end()))
    }
}

/// Why an answer cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader went away, which ends a command without an error.
    #[error("the reader of the output went away")]
    Closed,
    /// stdout cannot be written to.
    #[error("stdout cannot be written to")]
    Write(#[source] io::Error),
    /// The document cannot be put into the format.
    #[error("the document cannot be written: {0}")]
    Document(String),
}

impl OutputError {
    fn document(error: impl std::error::Error) -> Self {
        Self::Document(error.to_string())
    }
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            OutputError::Closed
        } else {
            OutputError::Write(error)
        }
    }
}

impl Failure for OutputError {
    fn code(&self) -> &'static str {
        match self {
            OutputError::Closed => "OutputClosed",
            OutputError::Write(_) => "OutputFailed",
            OutputError::Document(_) => "DocumentFailed",
        }
    }

    fn hint(&self) -> Option<String> {
        matches!(self, OutputError::Write(_)).then(|| "see whether the disk is full: df -h".to_owned())
    }

    fn exit(&self) -> Exit {
        if matches!(self, OutputError::Closed) { Exit::Done } else { Exit::Failed }
    }
}
