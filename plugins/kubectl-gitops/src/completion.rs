//! Completion behind `kubectl gitops`: the front's own words, and who completes the words behind each of them. A plugin
//! completes its own, linked in or not; a program that is no plugin has a completing one beside it, or none.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap::Command;
use gitops_core::cli::{Completion, CompletionQuestion, Session, answer_completion, complete};

use crate::command::command;
use crate::dispatch::by_word;
use crate::external_completion;
use crate::plugins::Plugin;

/// Answers what a shell asks; never fails and says nothing else.
pub(crate) fn answer(plugins: &[Plugin], own_name: &OsStr, question: CompletionQuestion) -> ExitCode {
    let CompletionQuestion { plugin, mut words } = question;
    let word = match plugin {
        Some(word) => word,
        None if words.len() > 1 => words.remove(0).to_string_lossy().into_owned(),
        None => {
            return answer_completion(async |session| first_word(plugins, own_name, words, session).await);
        }
    };
    if let Some(plugin) = by_word(plugins, &word) {
        return complete_plugin(plugin, own_name, words);
    }
    // The front's tree knows no more of the lab than what it is about.
    let beside = words.first().filter(|_| word == "help" && words.len() > 1).and_then(|name| name.to_str());
    if let Some(plugin) = beside.and_then(|name| by_word(plugins, name)).filter(|plugin| plugin.is_beside()) {
        words[0] = word.into();
        return complete_plugin(plugin, own_name, words);
    }
    let is_own = word.starts_with('-') || command(plugins).find_subcommand(&word).is_some() || word == "help";
    if is_own {
        let is_help = word == "help" && words.len() == 1;
        words.insert(0, word.into());
        return answer_completion(async |session| {
            let front = command(plugins);
            let completion = complete(&front, &words, session).await;
            if is_help {
                with_external(completion, &front, &words[1], own_name, session).await
            } else {
                completion
            }
        });
    }
    answer_completion(async |session| external_completion::complete(&word, &words, own_name, session).await)
}

/// What a plugin says; nothing where it is not there.
fn complete_plugin(plugin: &Plugin, own_name: &OsStr, words: Vec<OsString>) -> ExitCode {
    let completed = plugin.complete(own_name, words);
    completed.unwrap_or_else(|_| answer_completion(async |_| Completion::default()))
}

/// The first word: the front's own ones and plugins, then programs that are no plugins.
async fn first_word(
    plugins: &[Plugin],
    own_name: &OsStr,
    words: Vec<OsString>,
    session: &Session,
) -> Completion {
    let front = command(plugins);
    let completion = complete(&front, &words, session).await;
    let typed = words.first().cloned().unwrap_or_default();
    with_external(completion, &front, &typed, own_name, session).await
}

/// Adds the words of programs that are no plugins.
async fn with_external(
    mut completion: Completion,
    front: &Command,
    typed: &OsStr,
    own_name: &OsStr,
    session: &Session,
) -> Completion {
    let typed = typed.to_string_lossy();
    if !typed.starts_with('-') {
        let external = external_completion::words(own_name, session).await;
        completion.candidates.extend(external.into_iter().filter(|candidate| {
            candidate.word().starts_with(&*typed) && front.find_subcommand(candidate.word()).is_none()
        }));
    }
    completion
}
