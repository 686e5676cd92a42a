//! All commands, in the order of help.

use super::command::subcommands;
use super::{CommandPage, Flag, SectionError, SharedFlag};

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

    /// Flags that more than one command has, each spelling once, those of one group together.
    pub(crate) fn shared_flags(&self) -> Vec<SharedFlag<'_>> {
        let mut shared: Vec<SharedFlag<'_>> = Vec::new();
        for command in &self.commands {
            for flag in command.flags.iter().filter(|flag| self.is_shared(flag)) {
                match shared.iter_mut().find(|shared| shared.name() == flag.name()) {
                    Some(known) => known.add(flag, command),
                    None => shared.push(SharedFlag::new(flag, command)),
                }
            }
        }
        let mut headings: Vec<Option<&str>> = shared.iter().map(SharedFlag::heading).collect();
        headings.dedup();
        shared.sort_by_key(|flag| headings.iter().position(|heading| *heading == flag.heading()));
        shared
    }

    /// Whether more than one command has a flag that is spelt so, those aside that clap gives to every one.
    pub(crate) fn is_shared(&self, flag: &Flag) -> bool {
        let has = |command: &&CommandPage| command.flags.iter().any(|own| own.name() == flag.name());
        !flag.is_everywhere() && !flag.spellings.is_empty() && self.commands.iter().filter(has).count() > 1
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
