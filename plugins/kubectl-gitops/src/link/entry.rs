//! What stands where a link belongs, and whether it is one of the suite's.

use std::fs;
use std::io;
use std::path::Path;

use super::executable::{is_of_suite, is_same_program};
use super::links::Link;
use crate::installation::front_file;

/// What a name is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nothing.
    Absent,
    /// The link that is wanted, or a copy of its program.
    Current,
    /// A link or a copy of the suite's that is not the wanted one: of an earlier version or place.
    Older,
    /// The program itself, or a lab, which lies there.
    Program,
    /// Somebody else's.
    Foreign,
}

impl Entry {
    /// Looks at what stands there.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn of(link: &Link) -> io::Result<Self> {
        let found = match fs::symlink_metadata(&link.path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Absent),
            Err(error) => return Err(error),
        };
        // The file itself may have one of the names, and the front be a link to it.
        let is_program =
            (link.is_lab && link.has_program || found.is_file()) && is_same_path(&link.path, &link.program);
        match found {
            _ if is_program => Ok(Self::Program),
            found if found.is_symlink() => Self::of_symbolic_link(link),
            found if !found.is_file() => Ok(Self::Foreign),
            _ if is_same_program(&link.path, &link.program) => Ok(Self::Current),
            _ if !is_of_suite(&link.path) => Ok(Self::Foreign),
            // A lab of another version, which nothing tells from one that was installed by itself.
            _ if link.is_lab => Ok(Self::Program),
            _ => Ok(Self::Older),
        }
    }

    /// One that leads to a front is the suite's, wherever that lies: an upgrade may have moved it. One that leads
    /// nowhere is, if what it names is a front.
    fn of_symbolic_link(link: &Link) -> io::Result<Self> {
        let text = fs::read_link(&link.path)?;
        if text.as_os_str() == link.text.as_os_str() {
            return Ok(Self::Current);
        }
        let names_front = text.file_name().is_some_and(|name| name == front_file().as_str());
        let is_ours = match link.path.canonicalize() {
            Ok(file) => is_same_path(&file, &link.program) || names_front && is_of_suite(&file),
            Err(_) => names_front,
        };
        Ok(if is_ours { Self::Older } else { Self::Foreign })
    }
}

fn is_same_path(first: &Path, second: &Path) -> bool {
    first.canonicalize().is_ok_and(|first| second.canonicalize().is_ok_and(|second| first == second))
}
