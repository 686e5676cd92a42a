//! Reads the folder with an application from disk, for [`crate::model::application`] to judge.
//!
//! It follows no link, reads nothing that is left out or too large, and gives up on a folder with more files than any
//! application has, because somebody may have named their home.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::model::application::{FolderEntry, FolderEntryContent, LARGEST_FILE, why_left_out};
use crate::model::{Exit, Failure};

/// More files than any application has.
const MOST_FILES: usize = 10_000;

/// Why a folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationFolderError {
    /// Something in it cannot be read.
    #[error("{} cannot be read", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is none.
    #[error("{} is not a folder", .path.display())]
    NoFolder {
        /// What was named.
        path: PathBuf,
    },
    /// Its name is no text.
    #[error("the name of {} is not UTF-8", .path.display())]
    Name {
        /// The file or folder.
        path: PathBuf,
    },
    /// It holds too much.
    #[error("{} has more than {MOST_FILES} files", .path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
}

impl Failure for ApplicationFolderError {
    fn code(&self) -> &'static str {
        "ApplicationUnreadable"
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { .. } => None,
            Self::NoFolder { .. } | Self::TooMany { .. } => {
                Some("name the folder that holds the application and nothing else".to_owned())
            }
            Self::Name { .. } => Some("rename it".to_owned()),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { source, .. } if source.kind() != io::ErrorKind::NotFound => Exit::Failed,
            _ => Exit::Usage,
        }
    }
}

/// What a folder holds, in the order of paths.
///
/// # Errors
/// It is no folder, something in it cannot be read, or it holds too much.
pub fn read_application_folder(folder: &Path) -> Result<Vec<FolderEntry>, ApplicationFolderError> {
    let unreadable = |source| ApplicationFolderError::Unreadable { path: folder.to_owned(), source };
    if !fs::metadata(folder).map_err(unreadable)?.is_dir() {
        return Err(ApplicationFolderError::NoFolder { path: folder.to_owned() });
    }
    let mut entries = Vec::new();
    let mut later = vec![(folder.to_owned(), String::new())];
    while let Some((place, prefix)) = later.pop() {
        for (name, path) in names(&place)? {
            let metadata = fs::symlink_metadata(&path).map_err(|source| unread(&path, source))?;
            let is_beside = |other: &str| place.join(other).is_file();
            let is_left_out = why_left_out(&name, metadata.is_dir(), is_beside).is_some();
            let name = format!("{prefix}{name}");
            if metadata.is_dir() && !is_left_out {
                later.push((path, format!("{name}/")));
                continue;
            }
            let content = content(&path, &metadata, is_left_out)?;
            entries.push(FolderEntry { path: name, content });
            if entries.len() > MOST_FILES {
                return Err(ApplicationFolderError::TooMany { path: folder.to_owned() });
            }
        }
    }
    entries.sort_by(|first, second| first.path.cmp(&second.path));
    Ok(entries)
}

fn unread(path: &Path, source: io::Error) -> ApplicationFolderError {
    ApplicationFolderError::Unreadable { path: path.to_owned(), source }
}

/// What is directly in a folder.
fn names(folder: &Path) -> Result<Vec<(String, PathBuf)>, ApplicationFolderError> {
    let listed = fs::read_dir(folder).map_err(|source| unread(folder, source))?;
    let named = |entry: io::Result<fs::DirEntry>| {
        let path = entry.map_err(|source| unread(folder, source))?.path();
        match path.file_name().and_then(|name| name.to_str()) {
            Some(name) => Ok((name.to_owned(), path)),
            None => Err(ApplicationFolderError::Name { path }),
        }
    };
    listed.map(named).collect()
}

/// What something is. What is left out is not read: its content is nobody's concern.
fn content(
    path: &Path,
    metadata: &Metadata,
    is_left_out: bool,
) -> Result<FolderEntryContent, ApplicationFolderError> {
    let is_executable = is_executable(metadata);
    Ok(match metadata {
        _ if metadata.is_dir() => FolderEntryContent::UnreadFolder,
        _ if metadata.is_symlink() => FolderEntryContent::Link,
        _ if !metadata.is_file() => FolderEntryContent::Special,
        _ if is_left_out => FolderEntryContent::File { content: Vec::new(), is_executable },
        _ if metadata.len() > LARGEST_FILE => FolderEntryContent::LargeFile { size: metadata.len() },
        _ => {
            let content = fs::read(path).map_err(|source| unread(path, source))?;
            FolderEntryContent::File { content, is_executable }
        }
    })
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

/// Other systems keep no such mark.
#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A folder of this process's own, which is taken away at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("gitops-application-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).expect("a folder");
            Self(path)
        }

        fn write(&self, path: &str, content: &[u8]) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_folder_is_read_without_what_is_left_out_and_behind_no_link() {
        let folder = Folder::new("read");
        for path in
            ["helm/Chart.yaml", ".git/config", ".env", "Cargo.toml", "target/a", "docs/target/a", "run.sh"]
        {
            folder.write(path, b"text");
        }
        folder.write("large", &vec![0; usize::try_from(LARGEST_FILE).expect("small") + 1]);
        fs::set_permissions(folder.0.join("run.sh"), PermissionsExt::from_mode(0o755)).expect("permissions");
        symlink("/etc", folder.0.join("link")).expect("a link");
        symlink(&folder.0, folder.0.join("docs/circle")).expect("a link");
        let file = |content: &[u8], is_executable| FolderEntryContent::File {
            content: content.to_vec(),
            is_executable,
        };
        let expected = [
            (".env", file(b"", false)),
            (".git", FolderEntryContent::UnreadFolder),
            ("Cargo.toml", file(b"text", false)),
            ("docs/circle", FolderEntryContent::Link),
            ("docs/target/a", file(b"text", false)),
            ("helm/Chart.yaml", file(b"text", false)),
            ("large", FolderEntryContent::LargeFile { size: LARGEST_FILE + 1 }),
            ("link", FolderEntryContent::Link),
            ("run.sh", file(b"text", true)),
            ("target", FolderEntryContent::UnreadFolder),
        ]
        .map(|(path, content)| FolderEntry { path: path.to_owned(), content });
        assert_eq!(read_application_folder(&folder.0).expect("a folder"), expected);
    }

    #[test]
    fn what_is_no_folder_is_refused() {
        let folder = Folder::new("none");
        folder.write("a", b"");
        let refused = |path: &str| read_application_folder(&folder.0.join(path)).expect_err("refused");
        let (file, missing) = (refused("a"), refused("b"));
        assert!(file.to_string().ends_with("a is not a folder") && file.hint().is_some(), "{file}");
        assert!(missing.to_string().ends_with("b cannot be read"), "{missing}");
        assert_eq!((file.exit(), missing.exit()), (Exit::Usage, Exit::Usage));
    }
}
