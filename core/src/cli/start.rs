//! From `main` to a command and back to an exit code.
//!
//! Order matters: ring is installed as the TLS provider before anything can build a client; arguments are
//! parsed before a runtime exists, so that `--help` and `--version` load nothing.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Command, Parser};

use super::command_line::{CommandLine, command, parse};
use super::completion::{CompletionQuestion, REFRESH, answer_completion, answer_refresh, complete};
use super::report::report;
use super::usage::UsageError;
use super::{EnvVars, Session, Signals, Streams};
use crate::model::{Exit, Failure};
use crate::wire::Clock;

/// Parses `arguments` (the program's name first), runs the command on the process's own session and reports how
/// it ended.
pub fn start<A, F>(arguments: Vec<OsString>, run: F) -> ExitCode
where
    A: Parser,
    F: AsyncFnOnce(A, &Session) -> Result<Exit, Box<dyn Failure>>,
{
    if arguments.get(1).is_some_and(|word| word == REFRESH) {
        return answer_refresh(arguments.into_iter().skip(2).collect());
    }
    if let Some(CompletionQuestion { words, .. }) = CompletionQuestion::read(&arguments) {
        return answer_completion(async |session| complete(&command::<A>(), &words, session).await);
    }
    prepare_process();
    let parsed = match parse::<A>(&arguments) {
        Ok(parsed) => parsed,
        Err(error) => return refuse(&error, &command::<A>(), &arguments),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(source) => return fail(StartError::Runtime { source }.into(), &command::<A>(), &arguments),
    };
    runtime.block_on(async {
        match session_of_process() {
            Ok(session) => run_parsed(parsed, &arguments, &session, run).await.into(),
            Err(failure) => fail(failure, &command::<A>(), &arguments),
        }
    })
}

/// Parses `arguments` (the program's name first), runs the command on a session that the caller made and reports
/// there how it ended: a command as a function, for tests and for commands made of others.
pub async fn run_command<A, F>(arguments: &[OsString], session: &Session, run: F) -> Exit
where
    A: Parser,
    F: AsyncFnOnce(A, &Session) -> Result<Exit, Box<dyn Failure>>,
{
    match parse::<A>(arguments) {
        Ok(parsed) => run_parsed(parsed, arguments, session, run).await,
        Err(error) => refuse_on(&mut session.streams(), &error, &command::<A>(), arguments),
    }
}

/// Runs a command until it ends or the session is asked to stop.
async fn run_parsed<A, F>(parsed: A, arguments: &[OsString], session: &Session, run: F) -> Exit
where
    A: Parser,
    F: AsyncFnOnce(A, &Session) -> Result<Exit, Box<dyn Failure>>,
{
    let mut running = std::pin::pin!(run(parsed, session));
    let outcome = tokio::select! {
        outcome = &mut running => outcome,
        exit = session.signals.received() => match session.parting() {
            // Whatever the command does until then, it was asked to stop.
            Some(limit) => tokio::time::timeout(limit, running).await.map_or(Ok(exit), |ended| ended.and(Ok(exit))),
            None => Ok(exit),
        },
    };
    outcome.unwrap_or_else(|failure| {
        let format = CommandLine::read(&command::<A>(), arguments).format;
        report(&mut session.streams(), format, failure)
    })
}

/// Answers a command line of `command` that clap did not let pass: help and version are data, everything else
/// is a usage error.
pub fn refuse(error: &clap::Error, command: &Command, arguments: &[OsString]) -> ExitCode {
    refuse_on(&mut Streams::of_process(), error, command, arguments).into()
}

fn refuse_on(streams: &mut Streams, error: &clap::Error, command: &Command, arguments: &[OsString]) -> Exit {
    let line = CommandLine::read(command, arguments);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader that went away is nobody's failure.
            let _ = streams.data(&rendered(error, streams.out_is_terminal));
            Exit::Done
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !line.expects_document() => {
            streams.message(&rendered(error, streams.err_is_terminal));
            Exit::Usage
        }
        _ => report(streams, line.format, UsageError::new(error, command, arguments).into()),
    }
}

/// clap's text, with its styles on a terminal.
fn rendered(error: &clap::Error, on_terminal: bool) -> String {
    let text = error.render();
    let is_plain = !on_terminal || EnvVars::of_process().get("NO_COLOR").is_some();
    if is_plain { text.to_string() } else { text.ansi().to_string() }
}

/// Reports a failure to the person or program that typed `arguments`, in the format they ask for.
pub fn fail(failure: Box<dyn Failure>, command: &Command, arguments: &[OsString]) -> ExitCode {
    let format = CommandLine::read(command, arguments).format;
    report(&mut Streams::of_process(), format, failure).into()
}

/// What must be true of the process before anything else happens: one TLS provider, and no core dumps, which
/// would hold tokens. Windows writes dumps only where an administrator configured it for all programs.
pub(super) fn prepare_process() {
    // Refused where a provider stands already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A limit that cannot be lowered is no reason to refuse the command.
    #[cfg(unix)]
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
}

/// The process's own session. Signals are heard from here on, before the command's first step, which may start
/// other processes.
fn session_of_process() -> Result<Session, Box<dyn Failure>> {
    let env_vars = EnvVars::of_process();
    let clock = match env_vars.get("GITOPS_NOW") {
        None => Clock::system(),
        Some(text) => Clock::fixed(text.parse().map_err(|source| StartError::Now { source })?),
    };
    let program = std::env::current_exe().unwrap_or_default();
    Ok(Session::new(env_vars, clock, program, Streams::of_process(), Signals::of_process()))
}

/// Why a command could not even start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("GITOPS_NOW is not an RFC 3339 time")]
    Now { source: jiff::Error },
    #[error("no runtime for asynchronous work")]
    Runtime { source: std::io::Error },
}

impl Failure for StartError {
    fn code(&self) -> &'static str {
        match self {
            StartError::Now { .. } => "ClockInvalid",
            StartError::Runtime { .. } => "RuntimeUnavailable",
        }
    }

    fn hint(&self) -> Option<String> {
        matches!(self, StartError::Now { .. }).then(|| "unset GITOPS_NOW; only tests need it".into())
    }

    fn exit(&self) -> Exit {
        match self {
            StartError::Now { .. } => Exit::Usage,
            StartError::Runtime { .. } => Exit::Failed,
        }
    }
}
