//! Completion of programs that are no plugins of the suite: which of them there are, and what their own completing
//! programs say. kubectl's convention: `kubectl_complete-gitops-<word>` completes `kubectl-gitops-<word>`.
//!
//! Nothing else of theirs is run: a program that was not made for it may do anything when it is called with half a line.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Stdio;

use gitops_core::cli::{COMPLETION_DEADLINE, Candidate, Completion, Session};
use tokio::io::AsyncReadExt;

use crate::program::{self, EXTERNAL_PREFIX};

/// The most that is read of an answer.
const LONGEST_ANSWER: u64 = 1 << 20;

/// The words of the programs beside this one and on PATH, as far as they are found in time.
pub(crate) async fn words(own_name: &OsStr, session: &Session) -> Vec<Candidate> {
    let own_name = own_name.to_owned();
    let looking = tokio::task::spawn_blocking(move || program::external_words(&own_name));
    let found = tokio::select! {
        found = looking => found.unwrap_or_default(),
        () = session.clock.sleep(COMPLETION_DEADLINE) => Vec::new(),
    };
    let candidate = |word: &String| Candidate::new(word, &format!("program {EXTERNAL_PREFIX}{word}"));
    found.iter().filter_map(candidate).collect()
}

/// What the program that completes a word's program says of `words`; nothing where there is none, where it fails or
/// where it is late.
pub(crate) async fn complete(
    word: &str,
    words: &[OsString],
    own_name: &OsStr,
    session: &Session,
) -> Completion {
    let (word, own_name) = (word.to_owned(), own_name.to_owned());
    let looking = tokio::task::spawn_blocking(move || program::find_external_completion(&word, &own_name));
    let answering = async {
        let program = looking.await.ok().flatten()?;
        run(&program, words).await
    };
    let answer = tokio::select! {
        answer = answering => answer,
        () = session.clock.sleep(COMPLETION_DEADLINE) => None,
    };
    answer.map(|text| Completion::read(&text)).unwrap_or_default()
}

/// The output of a program that succeeds. It is ended when nobody waits for it any more.
async fn run(program: &Path, words: &[OsString]) -> Option<String> {
    let mut command = tokio::process::Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().ok()?;
    let mut text = String::new();
    child.stdout.take()?.take(LONGEST_ANSWER).read_to_string(&mut text).await.ok()?;
    child.wait().await.ok()?.success().then_some(text)
}
