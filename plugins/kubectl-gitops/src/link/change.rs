//! What becomes of a name: decided by what stands there, then done. Others may do the same at the same time.

use std::fmt;
use std::fs;
use std::io;

use super::entry::Entry;
use super::link_kind::{LinkKind, is_race};
use super::links::Link;

/// How often a change begins again because somebody else changed the folder meanwhile.
const TRIES: usize = 20;

/// How a link is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Desired {
    /// That it is there.
    Present,
    /// That it is not there.
    Absent,
}

/// What is to be done with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Make a link where nothing is.
    Link,
    /// Make a link in place of an older one.
    Replace,
    /// Remove a link.
    Remove,
    /// Nothing: it is as it is wanted.
    Keep,
    /// Nothing: it is somebody else's.
    LeaveAlone,
}

/// What became of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) change: Change,
    /// What the name is made of, where it was made.
    pub(super) kind: Option<LinkKind>,
}

impl Change {
    /// What has to be done with what stands there.
    pub(super) fn decide(entry: Entry, desired: Desired) -> Self {
        match (desired, entry) {
            (Desired::Present, Entry::Absent) => Self::Link,
            (Desired::Present, Entry::Older) => Self::Replace,
            (Desired::Absent, Entry::Current | Entry::Older) => Self::Remove,
            (_, Entry::Foreign) => Self::LeaveAlone,
            (Desired::Present, Entry::Current | Entry::Program) => Self::Keep,
            (Desired::Absent, Entry::Absent | Entry::Program) => Self::Keep,
        }
    }

    /// What would be done.
    ///
    /// # Errors
    /// What stands there cannot be read.
    pub(super) fn plan(link: &Link, desired: Desired) -> io::Result<Self> {
        Ok(Self::decide(Entry::of(link)?, desired))
    }

    /// Does what has to be done, by the first of `kinds` that the folder allows.
    ///
    /// # Errors
    /// It cannot be done.
    pub(super) fn carry_out(link: &Link, desired: Desired, kinds: &[LinkKind]) -> io::Result<Outcome> {
        let mut tries = 0;
        loop {
            let change = Self::plan(link, desired)?;
            let made = match change {
                // What was put there since is looked at again, and is not replaced.
                Self::Link => LinkKind::make_new(kinds, link).map(Some),
                Self::Replace => LinkKind::replace(kinds, link).map(Some),
                Self::Remove => fs::remove_file(&link.path).map(|()| None),
                Self::Keep | Self::LeaveAlone => Ok(None),
            };
            tries += 1;
            match made {
                Ok(kind) => return Ok(Outcome { change, kind }),
                // Another run was quicker.
                Err(error) if tries < TRIES && is_race(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = match self.change {
            Change::Link => "linked",
            Change::Replace => "replaced",
            Change::Remove => "removed",
            Change::Keep => "up to date",
            Change::LeaveAlone => "left alone",
        };
        f.write_str(result)?;
        match self.kind {
            Some(LinkKind::Hard) => f.write_str(" (hard link)"),
            Some(LinkKind::Copy) => f.write_str(" (copy)"),
            Some(LinkKind::Symbolic) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Desired, Entry};

    #[test]
    fn only_what_the_suite_made_is_replaced_or_removed() {
        for (entry, present, absent) in [
            (Entry::Absent, Change::Link, Change::Keep),
            (Entry::Current, Change::Keep, Change::Remove),
            (Entry::Older, Change::Replace, Change::Remove),
            (Entry::Program, Change::Keep, Change::Keep),
            (Entry::Foreign, Change::LeaveAlone, Change::LeaveAlone),
        ] {
            let decided = (Change::decide(entry, Desired::Present), Change::decide(entry, Desired::Absent));
            assert_eq!(decided, (present, absent), "{entry:?}");
        }
    }
}
