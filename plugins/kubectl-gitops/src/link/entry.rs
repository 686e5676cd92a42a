//! What stands where a link belongs, and whether it is one of the suite's.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use memchr::memmem;

use super::links::Link;
use crate::installation::front_file;
use crate::program::FRONT_VARIABLE;

/// What a name is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nothing.
    Absent,
    /// The link that is wanted, or a copy of its program.
    Current,
    /// A link or a copy of the suite's that is not the wanted one: of an earlier version or place.
    Older,
    /// The lab itself, which lies or was linked there.
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
        let is_lab = !link.is_front && is_same_path(&link.path, &link.program);
        match found {
            _ if is_lab => Ok(Self::Program),
            found if found.is_symlink() => Self::of_symbolic_link(link),
            found if !found.is_file() => Ok(Self::Foreign),
            _ if is_same_program(&link.path, &link.program) => Ok(Self::Current),
            _ if is_of_suite(&link.path) => Ok(Self::Older),
            _ => Ok(Self::Foreign),
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

fn is_same_path(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// Whether two files are one, or one is a copy of the other.
pub(crate) fn is_same_program(one: &Path, other: &Path) -> bool {
    let (Ok(first), Ok(second)) = (one.metadata(), other.metadata()) else { return false };
    if is_same_file(&first, &second) {
        return true;
    }
    let read = |path: &Path| fs::read(path).ok();
    first.len() == second.len() && read(one).is_some_and(|first| read(other) == Some(first))
}

#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The standard library does not tell there: what they hold does.
#[cfg(not(unix))]
fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

/// Whether a program is a front or a lab of some version: both hold the name of the variable by which the one tells the
/// other where it is. A script is neither.
fn is_of_suite(path: &Path) -> bool {
    let holds = |bytes: Vec<u8>| {
        !bytes.starts_with(b"#!") && memmem::find(&bytes, FRONT_VARIABLE.as_bytes()).is_some()
    };
    fs::read(path).is_ok_and(holds)
}
