//! What the bytes of a program say: whether it is of the suite, and whether another file holds the same. Files are read
//! in pieces, because a name may stand for a file of any size.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use gitops_core::cli::SUITE_MARK;
use memchr::memmem;

/// How much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

/// What executables of Linux, macOS and Windows begin with.
const MAGIC: [&[u8]; 7] = [
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    // Of several architectures.
    b"\xca\xfe\xba\xbe",
    b"MZ",
];

/// Whether a file is a front or a lab of some version.
pub(super) fn is_of_suite(path: &Path) -> bool {
    // A pipe would be waited for.
    path.is_file() && File::open(path).and_then(holds_mark).unwrap_or(false)
}

fn holds_mark(mut file: impl Read) -> io::Result<bool> {
    let finder = memmem::Finder::new(std::hint::black_box(SUITE_MARK));
    let mut bytes = Vec::new();
    read_piece(&mut file, &mut bytes)?;
    if !MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        return Ok(false);
    }
    while finder.find(&bytes).is_none() {
        // The mark may begin in this piece and end in the next.
        bytes.drain(..bytes.len().saturating_sub(SUITE_MARK.len() - 1));
        if read_piece(&mut file, &mut bytes)? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds what is read next; less than a piece only at the end.
fn read_piece(file: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<usize> {
    file.take(PIECE as u64).read_to_end(bytes)
}

/// Whether two paths lead to one file, or one file is a copy of the other.
pub(crate) fn is_same_program(first: &Path, second: &Path) -> bool {
    let (Ok(metadata), Ok(second_metadata)) = (first.metadata(), second.metadata()) else { return false };
    if is_same_file(&metadata, &second_metadata) {
        return true;
    }
    let may_be_copies =
        metadata.is_file() && second_metadata.is_file() && metadata.len() == second_metadata.len();
    may_be_copies && hold_the_same(first, second).unwrap_or(false)
}

fn hold_the_same(first: &Path, second: &Path) -> io::Result<bool> {
    let (mut first, mut second) = (File::open(first)?, File::open(second)?);
    let (mut bytes, mut second_bytes) = (Vec::new(), Vec::new());
    loop {
        bytes.clear();
        second_bytes.clear();
        read_piece(&mut first, &mut bytes)?;
        read_piece(&mut second, &mut second_bytes)?;
        if bytes != second_bytes {
            return Ok(false);
        }
        if bytes.is_empty() {
            return Ok(true);
        }
    }
}

#[cfg(unix)]
fn is_same_file(first: &Metadata, second: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (first.dev(), first.ino()) == (second.dev(), second.ino())
}

/// The standard library does not tell there: what they hold does.
#[cfg(not(unix))]
fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{MAGIC, PIECE, SUITE_MARK, holds_mark, is_same_program};

    fn is_of_suite(bytes: &[u8]) -> bool {
        holds_mark(bytes).expect("bytes can be read")
    }

    #[test]
    fn only_an_executable_with_the_mark_is_of_the_suite() {
        for magic in MAGIC {
            assert!(is_of_suite(&[magic, b" and ", SUITE_MARK.as_bytes(), b"\0"].concat()), "{magic:?}");
            assert!(!is_of_suite(&[magic, b" reads GITOPS_FRONT"].concat()), "{magic:?}");
        }
        for text in ["", "#!/bin/sh\n# ", "echo "] {
            assert!(!is_of_suite(format!("{text}{SUITE_MARK}").as_bytes()), "{text}");
        }
    }

    #[test]
    fn the_mark_is_found_where_pieces_meet() {
        for before in [PIECE - 1, PIECE - SUITE_MARK.len() / 2, PIECE, 3 * PIECE - 1] {
            let mut bytes = b"\x7fELF".to_vec();
            bytes.resize(before, 0);
            bytes.extend(SUITE_MARK.as_bytes());
            assert!(is_of_suite(&bytes), "{before}");
        }
    }

    #[test]
    fn a_copy_holds_the_same_to_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let [first, copy, another] = ["first", "copy", "another"].map(|name| folder.path().join(name));
        let mut bytes = vec![7; 2 * PIECE + 1];
        std::fs::write(&first, &bytes).expect("a file");
        std::fs::write(&copy, &bytes).expect("a file");
        bytes[2 * PIECE] = 8;
        std::fs::write(&another, &bytes).expect("a file");
        assert!(is_same_program(&first, &copy));
        assert!(!is_same_program(&first, &another));
    }
}
