//! All commands, in the order of help.

use super::command::subcommands;
use super::{CommandPage, Flag, SectionError};

/// All commands, the front first.
#[derive(Clone, Debug)]
pub struct Manual {
    /// Each before its subcommands.
    pub commands: Vec<CommandPage>,
}

/// A command whose help cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the help of {command} cannot be documented")]
pub struct ManualError {
    command: String,
    source: SectionError,
}

impl Manual {
    /// Reads the tree of all commands.
    ///
    /// # Errors
    /// The text below the flags of one is not made of sections.
    pub fn read(tree: &clap::Command) -> Result<Self, ManualError> {
        let mut tree = tree.clone();
        tree.build();
        let mut commands = Vec::new();
        collect(&tree, None, &mut commands)?;
        Ok(Self { commands })
    }

    /// The page of this name.
    pub fn command(&self, name: &str) -> Option<&CommandPage> {
        self.commands.iter().find(|command| command.name == name)
    }

    /// The commands that have this very flag.
    pub fn commands_with<'a>(&'a self, flag: &'a Flag) -> impl Iterator<Item = &'a CommandPage> {
        self.commands.iter().filter(move |command| command.flags.contains(flag))
    }

    /// Flags that more than one command has with the same meaning, each once, those of one group together.
    pub fn shared_flags(&self) -> Vec<&Flag> {
        let mut shared: Vec<&Flag> = Vec::new();
        for flag in self.commands.iter().flat_map(|command| &command.flags) {
            if self.is_shared(flag) && !shared.contains(&flag) {
                shared.push(flag);
            }
        }
        let mut headings: Vec<&Option<String>> = shared.iter().map(|flag| &flag.heading).collect();
        headings.dedup();
        let place = |flag: &&Flag| headings.iter().position(|heading| **heading == flag.heading);
        shared.sort_by_key(place);
        shared
    }

    /// Whether more than one command has a flag with the same meaning.
    pub fn is_shared(&self, flag: &Flag) -> bool {
        !flag.is_everywhere() && !flag.spellings.is_empty() && self.commands_with(flag).count() > 1
    }
}

fn collect(
    command: &clap::Command,
    parent: Option<&CommandPage>,
    commands: &mut Vec<CommandPage>,
) -> Result<(), ManualError> {
    let error = |source| {
        let command = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
        ManualError { command, source }
    };
    let page = CommandPage::read(command, parent).map_err(error)?;
    commands.push(page.clone());
    subcommands(command).try_for_each(|subcommand| collect(subcommand, Some(&page), commands))
}
