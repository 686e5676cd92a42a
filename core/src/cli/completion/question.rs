//! How completion is asked for, and the words that are to be completed.
//!
//! Shells ask with `__complete <words…>`, as they ask every program made with cobra; kubectl runs
//! `kubectl_complete-gitops_status <words…>`. The last word is the one that is being typed, or an empty one. PowerShell
//! drops empty words, so it may come first: `__complete --last=<word> -- <words…>`.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// The first word that asks for completion.
pub const COMPLETE: &str = "__complete";

/// How kubectl calls a program that completes the words of a program `kubectl-…`, before the rest of that name.
pub const COMPLETION_PREFIX: &str = "kubectl_complete-";

/// How this suite is called behind that.
const SUITE: &str = "gitops";

/// Somebody asks for completion.
#[derive(Debug, PartialEq, Eq)]
pub struct CompletionQuestion {
    /// The plugin that the program's name names: `kubectl_complete-gitops_status`.
    pub plugin: Option<String>,
    /// The words behind the program's name. The last one is being typed.
    pub words: Vec<OsString>,
}

impl CompletionQuestion {
    /// The question of `arguments`, the program's name first; `None` where they ask for something else.
    pub fn read(arguments: &[OsString]) -> Option<Self> {
        let (name, rest) = arguments.split_first()?;
        if rest.first().is_some_and(|word| word == COMPLETE) {
            return Some(Self { plugin: None, words: words(&rest[1..]) });
        }
        let stem = Path::new(name).file_name()?.to_str()?;
        let stem = stem.strip_suffix(std::env::consts::EXE_SUFFIX).unwrap_or(stem);
        let plugin = match stem.strip_prefix(COMPLETION_PREFIX)?.strip_prefix(SUITE)? {
            "" => None,
            word => Some(word.strip_prefix('_')?.replace('_', "-")),
        };
        Some(Self { plugin, words: words(rest) })
    }
}

/// The words, of which there is always one that is being typed.
fn words(given: &[OsString]) -> Vec<OsString> {
    let apart = given.first().and_then(|word| word.to_str()?.strip_prefix("--last="));
    match (apart, given) {
        (Some(last), [_, escape, words @ ..]) if escape == "--" => {
            words.iter().cloned().chain([last.into()]).collect()
        }
        (_, []) => vec![OsStr::new("").to_owned()],
        (_, words) => words.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::CompletionQuestion;

    fn read(words: &[&str]) -> Option<(Option<String>, Vec<String>)> {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let question = CompletionQuestion::read(&words)?;
        let words = question.words.into_iter().map(|word| word.into_string().expect("UTF-8"));
        Some((question.plugin, words.collect()))
    }

    #[test]
    fn completion_is_asked_for_by_the_first_word_or_by_the_programs_name() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for (line, plugin, expected) in [
            (&["x", "__complete", "-n", ""][..], None, words(&["-n", ""])),
            (&["x", "__complete"], None, words(&[""])),
            (&["x", "__complete", "--last=de", "--", "-n"], None, words(&["-n", "de"])),
            (&["x", "__complete", "--last=", "--"], None, words(&[""])),
            (&["x", "__complete", "--last=a", "b"], None, words(&["--last=a", "b"])),
            (&["/bin/kubectl_complete-gitops", "st"], None, words(&["st"])),
            (&["/bin/kubectl_complete-gitops_lab", "up", ""], Some("lab".to_owned()), words(&["up", ""])),
        ] {
            assert_eq!(read(line), Some((plugin, expected)), "{line:?}");
        }
        for line in [&["x"][..], &["x", "status", "__complete"], &["kubectl_complete-gitopsy", ""], &[]] {
            assert_eq!(read(line), None, "{line:?}");
        }
    }
}
