//! What a folder holds, as whoever reads it hands it over.

/// The largest file that is taken, in bytes: all of them go to GitHub within one request.
pub const LARGEST_FILE: u64 = 1_000_000;

/// Something in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Where it is, from the folder, with `/` between its parts.
    pub path: String,
    /// What it is.
    pub content: FolderEntryContent,
}

/// What an entry of a folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderEntryContent {
    /// A file.
    File {
        /// What is in it.
        content: Vec<u8>,
        /// Whether its owner may run it.
        is_executable: bool,
    },
    /// A file that is larger than any that is taken, and was not read.
    LargeFile {
        /// How large it is, in bytes.
        size: u64,
    },
    /// A symbolic link, which was not followed.
    Link,
    /// A pipe, a socket or a device.
    Special,
    /// A folder that is left out, with all that is in it, and was not read.
    UnreadFolder,
}

impl FolderEntry {
    /// A text that nobody runs.
    pub fn text(path: &str, text: &str) -> Self {
        let content = FolderEntryContent::File { content: text.as_bytes().to_vec(), is_executable: false };
        Self { path: path.to_owned(), content }
    }
}
