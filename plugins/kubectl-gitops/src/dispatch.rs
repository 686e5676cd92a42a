//! Which command is meant: a plugin, a program of its own, or the front itself.

use std::env::consts::EXE_SUFFIX;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::Command;
use clap::error::{ContextKind, ContextValue};
use gitops_core::cli::{CompletionQuestion, REFRESH, answer_refresh, fail, refuse};
use gitops_core::model::{printable, shell_word};

use crate::command::command;
use crate::completion;
use crate::error::FrontError;
use crate::own_command::{OwnCommand, own_commands};
use crate::plugins::{Plugin, plugins};
use crate::program;

/// Runs what the program's name, else the first word, says.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run(&plugins(), arguments)
}

/// The same for given plugins.
fn run(plugins: &[Plugin], mut arguments: Vec<OsString>) -> ExitCode {
    if arguments.get(1).is_some_and(|word| word == REFRESH) {
        return answer_refresh(arguments.split_off(2));
    }
    let plugin = arguments.first().and_then(|name| by_program(plugins, name));
    // Before everything that can fail: a shell shows what a program says in the middle of the line.
    if let Some(question) = CompletionQuestion::read(&arguments) {
        let plugin = question.plugin.or_else(|| plugin.map(Plugin::word));
        return completion::answer(plugins, &arguments[0], CompletionQuestion { plugin, ..question });
    }
    if let Some(plugin) = plugin {
        return plugin.run(arguments);
    }
    let word = arguments.get(1).map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(command) = Known::find(plugins, &word) {
        arguments.remove(1);
        return command.run(arguments);
    }
    match word.as_str() {
        "help" => help(plugins, arguments),
        "" => own(plugins, vec![arguments.into_iter().next().unwrap_or_default(), "--help".into()]),
        word => match program::find_external(word, &arguments[0]) {
            Some(program) => program::run(program, &arguments[2..])
                .unwrap_or_else(|error| fail(error, &command(plugins), &arguments)),
            None => own(plugins, arguments),
        },
    }
}

/// A command that this program runs itself.
enum Known<'a> {
    Plugin(&'a Plugin),
    Own(OwnCommand),
}

impl<'a> Known<'a> {
    fn find(plugins: &'a [Plugin], word: &str) -> Option<Self> {
        let own = || own_commands().into_iter().find(|own| own.word() == word);
        by_word(plugins, word).map(Self::Plugin).or_else(|| own().map(Self::Own))
    }

    fn run(&self, arguments: Vec<OsString>) -> ExitCode {
        match self {
            Self::Plugin(plugin) => plugin.run(arguments),
            Self::Own(own) => own.run(arguments),
        }
    }
}

/// The plugin that a program's name names, as kubectl calls it.
fn by_program<'a>(plugins: &'a [Plugin], name: &OsStr) -> Option<&'a Plugin> {
    let file = Path::new(name).file_name()?.to_str()?;
    let stem = file.strip_suffix(EXE_SUFFIX).unwrap_or(file);
    plugins.iter().find(|plugin| plugin.program() == stem)
}

/// The plugin of a word.
pub(crate) fn by_word<'a>(plugins: &'a [Plugin], word: &str) -> Option<&'a Plugin> {
    plugins.iter().find(|plugin| plugin.word() == word)
}

/// `help`, `help status`, `help lab replay`, `help extra`: a command's help is its own, whichever way it is asked for.
fn help(plugins: &[Plugin], mut arguments: Vec<OsString>) -> ExitCode {
    let word = arguments.get(2).map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(command) = Known::find(plugins, &word) {
        arguments.drain(1..3);
        arguments.push("--help".into());
        return command.run(arguments);
    }
    arguments.remove(1);
    match program::find_external(&word, &arguments[0]) {
        Some(program) => {
            arguments.push("--help".into());
            program::run(program, &arguments[2..])
                .unwrap_or_else(|error| fail(error, &command(plugins), &arguments))
        }
        None => {
            if arguments.len() == 1 {
                arguments.push("--help".into());
            }
            own(plugins, arguments)
        }
    }
}

/// What the front answers itself: its help, its version, and why there is no such command.
fn own(plugins: &[Plugin], arguments: Vec<OsString>) -> ExitCode {
    let command = command(plugins);
    let external = external_commands(&command, &arguments[0]);
    let all = command.clone().subcommands(external);
    match all.clone().try_get_matches_from(&arguments) {
        Ok(_) => refuse_word(plugins, &arguments, None),
        Err(error) if !error.use_stderr() => refuse(&error, &command, &arguments),
        Err(error) => refuse_word(plugins, &arguments, similar(&error).or_else(|| nearest(&all, &arguments))),
    }
}

/// Refuses the first word, with the command that is similar to it, one of another program too.
fn refuse_word(plugins: &[Plugin], arguments: &[OsString], similar: Option<String>) -> ExitCode {
    let word = arguments.get(1).map(|word| printable(&word.to_string_lossy())).unwrap_or_default();
    let failure = if word.starts_with('-') {
        FrontError::FlagBeforeCommand { flag: word, line: command_first(plugins, arguments) }
    } else {
        FrontError::UnknownCommand { word, similar }
    };
    fail(failure.into(), &command(plugins), arguments)
}

/// The words with the first command among them in front.
fn command_first(plugins: &[Plugin], arguments: &[OsString]) -> Option<String> {
    let mut words: Vec<String> =
        arguments.iter().skip(1).map(|word| printable(&word.to_string_lossy())).collect();
    let command = words.iter().position(|word| Known::find(plugins, word).is_some())?;
    let word = words.remove(command);
    words.insert(0, word);
    Some(words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" "))
}

fn similar(error: &clap::Error) -> Option<String> {
    match error.get(ContextKind::SuggestedSubcommand)? {
        ContextValue::String(command) => Some(command.clone()),
        // The most similar is the last.
        ContextValue::Strings(commands) => commands.last().cloned(),
        _ => None,
    }
}

/// The command that differs from the word in case and one letter at most, or two beside each other that changed places.
/// Of a short word clap finds none similar.
fn nearest(command: &Command, arguments: &[OsString]) -> Option<String> {
    let word = arguments.get(1)?.to_string_lossy().to_lowercase();
    let names = command.get_subcommands().map(Command::get_name);
    let distances = names.map(|name| (strsim::osa_distance(&word, &name.to_lowercase()), name));
    let (_, name) = distances.filter(|(distance, _)| *distance <= 1).min_by_key(|(distance, _)| *distance)?;
    Some(name.to_owned())
}

/// The commands of other programs, so that a word can be found similar to one.
fn external_commands(command: &Command, own_name: &OsStr) -> Vec<Command> {
    let names = program::external_words(own_name).into_iter();
    let names = names.filter(|word| command.find_subcommand(word).is_none());
    names.map(|word| Command::new(word).hide(true)).collect()
}

#[cfg(test)]
mod tests {
    use super::by_program;
    use crate::plugins::plugins;

    #[test]
    fn the_programs_name_says_which_plugin() {
        let plugins = plugins();
        let word = |name: &str| by_program(&plugins, name.as_ref()).map(crate::Plugin::word);
        assert_eq!(word("/usr/local/bin/kubectl-gitops_status"), Some("status".to_owned()));
        assert_eq!(
            word(&format!("kubectl-gitops_lab{}", std::env::consts::EXE_SUFFIX)),
            Some("lab".to_owned())
        );
        for name in ["kubectl-gitops", "kubectl-gitops_unheard", "gitops-under-test", "status", ""] {
            assert_eq!(word(name), None, "{name}");
        }
    }

    #[test]
    fn every_plugin_is_known_by_its_word_and_says_what_it_does() {
        for own in crate::own_commands() {
            let command = own.command();
            assert!(command.get_about().is_some(), "{}", own.word());
            assert_eq!(command.get_bin_name(), Some(command.get_name()), "{}", own.word());
        }
        for plugin in plugins() {
            let command = plugin.command();
            assert!(command.get_about().is_some(), "{}", plugin.word());
            assert_eq!(command.get_bin_name(), Some(command.get_name()), "{}", plugin.word());
            assert!(command.get_version().is_some(), "{}", plugin.word());
        }
    }

    #[test]
    fn the_tree_of_all_commands_is_well_formed() {
        crate::command::command(&plugins()).debug_assert();
    }
}
