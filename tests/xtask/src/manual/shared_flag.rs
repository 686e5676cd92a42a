//! A flag that several commands have: one spelling, and what it means of each.

use super::{CommandPage, Flag};

/// A flag that several commands have.
#[derive(Clone, Debug)]
pub(crate) struct SharedFlag<'a> {
    /// The flag as one or more commands have it.
    pub(crate) forms: Vec<(&'a Flag, Vec<&'a CommandPage>)>,
}

impl<'a> SharedFlag<'a> {
    /// As the first command has it.
    pub(super) fn new(flag: &'a Flag, command: &'a CommandPage) -> Self {
        Self { forms: vec![(flag, vec![command])] }
    }

    /// Another command has it too. The group that help shows it in is no part of what it means.
    pub(super) fn add(&mut self, flag: &'a Flag, command: &'a CommandPage) {
        let is_same = |known: &Flag| Flag { heading: flag.heading.clone(), ..known.clone() } == *flag;
        match self.forms.iter_mut().find(|(known, _)| is_same(known)) {
            Some((_, commands)) => commands.push(command),
            None => self.forms.push((flag, vec![command])),
        }
    }

    /// The commands that have it.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &'a CommandPage> {
        self.forms.iter().flat_map(|(_, commands)| commands.iter().copied())
    }

    /// The spelling that is told where one is enough.
    pub(crate) fn name(&self) -> &'a str {
        self.forms[0].0.name()
    }

    /// The group that help shows it in, of the first command.
    pub(crate) fn heading(&self) -> Option<&'a str> {
        self.forms[0].0.heading.as_deref()
    }
}
