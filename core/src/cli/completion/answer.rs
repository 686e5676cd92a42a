//! The answer to a question for completion. It always ends with its directive and always succeeds: a shell shows
//! whatever else a program says in the middle of the line that somebody types.

use std::ffi::OsString;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;

use clap::{Arg, Command};

use super::super::{EnvVars, Session, Signals, Streams};
use super::candidate::Candidate;
use super::candidates::{flag_candidates, subcommand_candidates, value_candidates};
use super::cluster_answer::{Deadline, live_candidates};
use super::directive::Directive;
use super::line::{Line, WordPosition};
use super::live_value::LiveValue;
use crate::model::Exit;
use crate::wire::Clock;

/// What a shell offers for a word. Rendered, it is what kubectl and the scripts of shells read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The words to offer.
    pub candidates: Vec<Candidate>,
    /// What else the shell does.
    pub directive: Directive,
}

impl Default for Completion {
    /// Nothing, and no files.
    fn default() -> Self {
        Self { candidates: Vec::new(), directive: Directive::NO_FILES }
    }
}

impl Completion {
    /// What another program offers, as far as it may be offered. Its directive may be missing, as kubectl lets it.
    pub fn read(text: &str) -> Self {
        let lines = text.trim_end();
        let (before, last) = lines.rsplit_once('\n').unwrap_or(("", lines));
        let directive = last.trim_end().strip_prefix(':').and_then(|bits| bits.parse().ok());
        let lines = if directive.is_some() { before } else { lines };
        let candidate = |line: &str| {
            let line = line.trim_end_matches('\r');
            let (word, description) = line.split_once('\t').unwrap_or((line, ""));
            Candidate::flag(word, description)
        };
        let directive = directive.map_or(Directive::FILES, Directive::from_bits);
        // With these directives cobra's lines are endings of files or a folder to look in, not words.
        let are_words = directive != Directive::FOLDERS && directive != Directive::FILES_BY_ENDING;
        let candidates = lines.lines().filter(|_| are_words).filter_map(candidate).collect();
        let directive = if directive == Directive::FILES_BY_ENDING { Directive::FILES } else { directive };
        Self { candidates, directive }
    }
}

impl fmt::Display for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for candidate in &self.candidates {
            writeln!(f, "{candidate}")?;
        }
        writeln!(f, "{}", self.directive)
    }
}

/// Completes the last of the words that stand behind the program's name of `command`. What a cluster has not said by
/// [`super::COMPLETION_DEADLINE`] is left out.
pub async fn complete(command: &Command, words: &[OsString], session: &Session) -> Completion {
    let deadline = Deadline::new(session);
    let mut command = command.clone();
    command.build();
    let words: Vec<&str> = words.iter().map(|word| word.to_str().unwrap_or_default()).collect();
    let line = Line::read(&command, &words);
    match line.position {
        WordPosition::Flag { typed } => {
            Completion { candidates: flag_candidates(&line, typed), ..Completion::default() }
        }
        WordPosition::Value { argument, before, typed } => {
            let values = values(&line, argument, typed, &deadline).await;
            let candidates = values.candidates.into_iter().filter_map(|candidate| candidate.behind(before));
            Completion { candidates: candidates.collect(), ..values }
        }
        WordPosition::Word { is_escaped: true, .. } if line.runs_program() => {
            Completion { candidates: Vec::new(), directive: Directive::FILES }
        }
        WordPosition::Word { typed, is_escaped } => {
            word_completion(&line, typed, is_escaped, &deadline).await
        }
        WordPosition::Unknown => Completion::default(),
    }
}

/// Subcommands where none was named yet, and the values of the positional argument that is next.
async fn word_completion(
    line: &Line<'_>,
    typed: &str,
    is_escaped: bool,
    deadline: &Deadline<'_>,
) -> Completion {
    let is_first = line.positionals.is_empty() && !is_escaped;
    let mut completion = Completion::default();
    if is_first {
        completion.candidates = subcommand_candidates(line.command, typed);
    }
    let argument = line.positional(line.positionals.len()).filter(|argument| line.allows(argument));
    if let Some(argument) = argument {
        let mut values = values(line, argument, typed, deadline).await;
        let given = line.values_of(argument);
        values.candidates.retain(|value| !given.contains(&value.word()));
        completion.candidates.append(&mut values.candidates);
        completion.directive = values.directive;
    }
    completion
}

/// The values of an argument: those that its parser names, else those that a kubeconfig or a cluster does.
async fn values(line: &Line<'_>, argument: &Arg, typed: &str, deadline: &Deadline<'_>) -> Completion {
    let Some(live) = LiveValue::of(argument) else {
        let (candidates, directive) = value_candidates(argument, typed);
        return Completion { candidates, directive };
    };
    let mut candidates = live_candidates(live, line, deadline).await;
    let given: Vec<&str> = line.values_of(argument);
    candidates.retain(|value| value.word().starts_with(typed) && !given.contains(&value.word()));
    Completion { candidates, directive: Directive::NO_FILES | Directive::KEEP_ORDER }
}

/// Prints the answer of `complete` for this process. What goes wrong in it, a panic too, is no answer.
pub fn answer_completion(complete: impl AsyncFnOnce(&Session) -> Completion) -> ExitCode {
    set_hook(Box::new(|_| {}));
    let completion = in_runtime(async || complete(&session_of_process()).await).unwrap_or_default();
    // A reader that went away is nobody's failure.
    let _ = Streams::of_process().data(&completion.to_string());
    Exit::Done.into()
}

/// What `work` gives, or nothing where it panics.
pub(super) fn in_runtime<T>(work: impl AsyncFnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let done = runtime.block_on(work());
        // What still runs is nobody's business any more.
        runtime.shutdown_background();
        Some(done)
    }));
    done.ok().flatten()
}

/// The process's own session. A time that cannot be read is no reason to fail, and a signal ends the process.
pub(super) fn session_of_process() -> Session {
    let env_vars = EnvVars::of_process();
    let given = env_vars.get("GITOPS_NOW").and_then(|text| text.parse().ok());
    let clock = given.map_or_else(Clock::system, Clock::fixed);
    let program = std::env::current_exe().unwrap_or_default();
    Session::new(env_vars, clock, program, Streams::of_process(), Signals::manual().1)
}

#[cfg(test)]
mod tests {
    use super::{Completion, in_runtime};

    #[test]
    fn a_panic_is_no_answer() {
        assert_eq!(in_runtime(async || 1), Some(1));
        assert_eq!(in_runtime(async || -> u8 { panic!("on purpose") }), None);
    }

    #[test]
    fn the_answer_of_another_program_is_read_as_kubectl_reads_it() {
        for (text, expected) in [
            ("a\tan A\n--b\n$(c)\n:6\n", "a\tan A\n--b\n:6\n"),
            ("a\nb\n", "a\nb\n:0\n"),
            (":2", ":2\n"),
            ("", ":0\n"),
            ("a\n:many\n", "a\n:many\n:0\n"),
            ("a\r\n:4\r\n", "a\n:4\n"),
            ("yaml\njson\n:8\n", ":0\n"),
            ("charts\n:16\n", ":16\n"),
            ("a\n:129\n", "a\n:1\n"),
        ] {
            assert_eq!(Completion::read(text).to_string(), expected, "{text:?}");
        }
    }
}
