//! Which plugin is meant.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use gitops_core::model::Exit;

use crate::{external, plugins};

/// Runs what the program's name, else the first word, says.
pub fn main(mut arguments: Vec<OsString>) -> ExitCode {
    if let Some(plugin) = arguments.first().and_then(|name| called_as(name)) {
        return (plugin.main)(arguments);
    }
    let word = arguments.get(1).cloned().unwrap_or_default();
    match word.to_str() {
        None | Some("" | "-h" | "--help") => help(),
        Some("help") => help_of(&arguments[2..]),
        Some("-V" | "--version" | "version") => {
            say(&format!("kubectl-gitops {}\n", env!("CARGO_PKG_VERSION")))
        }
        Some(word) => match plugins::by_word(word) {
            Some(plugin) => {
                arguments.remove(1);
                (plugin.main)(arguments)
            }
            None => external::run(word, &arguments[2..]),
        },
    }
}

/// The plugin that `kubectl-gitops_<word>` names, as kubectl calls it; on Windows with `.exe`.
fn called_as(name: &OsString) -> Option<&'static plugins::Plugin> {
    let stem = Path::new(name).file_name()?.to_str()?;
    plugins::by_word(stem.trim_end_matches(".exe").strip_prefix("kubectl-gitops_")?)
}

/// `help`, `help status`, `help lab replay`.
fn help_of(words: &[OsString]) -> ExitCode {
    let Some(word) = words.first().map(|word| word.to_string_lossy()) else { return help() };
    match plugins::by_word(&word) {
        Some(plugin) => {
            let mut arguments = vec![OsString::from(plugin.word)];
            arguments.extend(words[1..].iter().cloned());
            arguments.push("--help".into());
            (plugin.main)(arguments)
        }
        None => external::unknown(&word),
    }
}

fn help() -> ExitCode {
    let mut text = String::from(
        "GitOps promotion on Azure Arc clusters: one picture of where every change stands and why\n\n",
    );
    text += "Usage: kubectl gitops <command> [flags]\n       kubectl gitops-<command> [flags]\n\nCommands:\n";
    for plugin in &plugins::PLUGINS {
        text += &format!("  {:<10} {}\n", plugin.word, plugin.about);
    }
    text +=
        "  help       This text, or a command's: kubectl gitops help status\n  version    The version\n\n";
    text +=
        "Any other word runs kubectl-gitops-<word> from beside this program or from PATH.\n\nExit codes:\n";
    for (exit, meaning) in Exit::TABLE {
        text += &format!("  {:>3}  {meaning}\n", exit.code());
    }
    say(&text)
}

/// A closed pipe ends quietly.
fn say(text: &str) -> ExitCode {
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::from(Exit::Done.code())
}

#[cfg(test)]
mod tests {
    use super::called_as;

    #[test]
    fn the_programs_name_says_which_plugin() {
        let word = |name: &str| called_as(&name.into()).map(|plugin| plugin.word);
        assert_eq!(word("/usr/local/bin/kubectl-gitops_status"), Some("status"));
        assert_eq!(word("kubectl-gitops_lab.exe"), Some("lab"));
        for name in ["kubectl-gitops", "kubectl-gitops_unheard", "gitops-under-test", "status", ""] {
            assert_eq!(word(name), None, "{name}");
        }
    }
}
