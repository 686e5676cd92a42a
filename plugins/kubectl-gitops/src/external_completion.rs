//! Completion of programs that are no plugins of the suite: which of them there are, and what their own completing
//! programs say. kubectl's convention: `kubectl_complete-gitops-<word>` completes `kubectl-gitops-<word>`.
//!
//! Nothing else of theirs is run: a program that was not made for it may do anything when it is called with half a line.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
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
    let folders = program::search_folders(own_name);
    let reading = tokio::task::spawn_blocking(move || {
        let programs = folders.iter().flat_map(|folder| programs(folder));
        programs.collect::<BTreeMap<String, String>>()
    });
    let found = tokio::select! {
        found = reading => found.unwrap_or_default(),
        () = session.clock.sleep(COMPLETION_DEADLINE) => BTreeMap::new(),
    };
    let found = found.iter().filter(|(word, _)| program::is_external_word(word));
    found.filter_map(|(word, name)| Candidate::new(word, &format!("program {name}"))).collect()
}

/// The words of the programs in a folder, with their file names.
fn programs(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let program = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let stem = name.strip_suffix(EXE_SUFFIX)?;
        let word = stem.strip_prefix(EXTERNAL_PREFIX)?.to_owned();
        let stem = stem.to_owned();
        program::is_program(&entry.path()).then_some((word, stem))
    };
    entries.filter_map(program).collect()
}

/// What the program that completes a word's program says of `words`; nothing where there is none, where it fails or
/// where it is late.
pub(crate) async fn complete(
    word: &str,
    words: &[OsString],
    own_name: &OsStr,
    session: &Session,
) -> Completion {
    let Some(program) = program::find_external_completion(word, own_name) else {
        return Completion::default();
    };
    let answer = tokio::select! {
        answer = run(&program, words) => answer,
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
