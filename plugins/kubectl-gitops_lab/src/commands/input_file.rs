//! The files that are given to the lab, read as a whole. What is no regular file is refused: a pipe may never end, and
//! while it is waited for an interrupt would not be heard.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// A recording of a large cluster's day has a tenth of it.
const LARGEST_BYTES: u64 = 512 * 1024 * 1024;

/// The text of a file, without the mark of its encoding that editors on Windows put before it.
///
/// # Errors
/// It cannot be read, is no regular file, is too large, or holds no text.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    // Looked at before it is opened, because opening a pipe waits for whoever writes to it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut text = String::new();
    // Its size may have changed since, and files of /proc have none.
    File::open(path)?.take(LARGEST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_BYTES {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "larger than 512 MiB"));
    }
    Ok(without_byte_order_mark(text))
}

fn without_byte_order_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{read_text, without_byte_order_mark};

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        for text in ["\u{feff}{}", "{}"] {
            assert_eq!(without_byte_order_mark(text.to_owned()), "{}");
        }
    }

    #[test]
    fn regular_files_are_read_and_nothing_else_is() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(read_text(&manifest).unwrap().contains("[package]"));
        for path in [env!("CARGO_MANIFEST_DIR"), "/dev/zero", "/dev/null"] {
            assert!(read_text(Path::new(path)).is_err(), "{path}");
        }
    }
}
