//! Nothing of the lab's world waits: neither for the machine's clock nor for a program. A clock that is stepped moves
//! everything, and whoever holds the world's lock holds it shortly.

use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

use super::files::{read, rust_files, tokens, workspace};

const SOURCE: &str = "plugins/kubectl-gitops_lab/src";

/// Words with which a program waits by the machine's clock, or reads it.
const CLOCK: [&str; 7] =
    ["sleep", "sleep_until", "timeout", "timeout_at", "interval_at", "Instant", "SystemTime"];

/// Those who may, and why: the program around a lab waits for people and programs, and these have no other clock.
const WAITING: [(&str, &str); 5] = [
    ("commands/", "the program around a lab"),
    ("http/clock.rs", "the lab's clock itself"),
    ("http/playback.rs", "recordings are played by a clock of their own"),
    ("recording/watch.rs", "and so are their watches"),
    ("http/server.rs", "a port that takes no connection for now, whatever time it is"),
];

/// What is moved behind the lock.
const BEHIND_THE_LOCK: [&str; 8] = ["access", "arc", "azure", "flux", "git", "github", "kubernetes", "world"];

/// The words of a text that are outside of its tests.
fn words(stream: TokenStream, found: &mut Vec<String>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "mod" => {
                if matches!(tokens.peek(), Some(TokenTree::Ident(name)) if name == "tests") {
                    tokens.next();
                    tokens.next();
                }
            }
            TokenTree::Ident(word) => found.push(word.to_string()),
            TokenTree::Group(group) => words(group.stream(), found),
            _ => {}
        }
    }
}

fn words_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    words(tokens(text), &mut found);
    found
}

/// Each file of the lab, by its path in the sources, with its words.
fn files() -> Vec<(String, Vec<String>)> {
    let source = workspace().join(SOURCE);
    let path = |file: &Path| {
        let parts = file.strip_prefix(&source).expect("a file of the lab").iter();
        parts.map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    rust_files(&source).iter().map(|file| (path(file), words_of(&read(file)))).collect()
}

#[test]
fn whatever_waits_in_a_lab_waits_by_its_clock() {
    // Flux has a function that is called so; a call of tokio's brings its path.
    let is_own = |path: &str, word: &str| path.starts_with("flux/") && word == "timeout";
    for (path, words) in files() {
        if WAITING.iter().any(|(waiting, _)| path.starts_with(waiting)) {
            continue;
        }
        let found: Vec<_> =
            words.iter().filter(|word| CLOCK.contains(&word.as_str()) && !is_own(&path, word)).collect();
        assert!(found.is_empty(), "{path}: {found:?}");
    }
}

#[test]
fn nothing_behind_the_lock_starts_a_program() {
    for (path, words) in files() {
        if BEHIND_THE_LOCK.iter().any(|module| path.starts_with(&format!("{module}/"))) {
            assert!(!words.iter().any(|word| word == "process" || word == "Command"), "{path}");
        }
    }
}

#[test]
fn what_tests_of_a_file_do_is_their_own_affair() {
    let text =
        "use tokio::time::sleep; fn a() { b(Instant::now()) } mod tests { use std::process::Command; }";
    let found = words_of(text);
    assert!(["sleep", "Instant"].iter().all(|word| found.iter().any(|found| found == word)));
    assert!(!found.iter().any(|word| word == "process"));
}
