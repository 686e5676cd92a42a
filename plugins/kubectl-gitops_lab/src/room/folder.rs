//! The folder that a lab leaves for whoever wants to use it: a kubeconfig, the authority, and a file for the
//! shell. Only its owner may read it, for there are tokens inside.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// All that may lie in it. A folder with anything else is somebody's, and stays as it is.
const FILES: [&str; 4] = [".gitignore", "ca.pem", "env.sh", "kubeconfig"];

/// Why a folder was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FolderError {
    #[error("folder {} holds something else: {}", .folder.display(), .found)]
    Taken { folder: PathBuf, found: String },
    #[error("cannot write folder {}", .folder.display())]
    Unwritable { folder: PathBuf, source: io::Error },
}

/// Writes the folder, and over what an earlier lab left in it.
pub(super) fn write(folder: &Path, kubeconfig: &str, authority: &str) -> Result<(), FolderError> {
    if let Some(found) = stranger(folder) {
        return Err(FolderError::Taken { folder: folder.to_owned(), found });
    }
    fill(folder, kubeconfig, authority)
        .map_err(|source| FolderError::Unwritable { folder: folder.to_owned(), source })
}

/// Something in the folder that no lab has left there.
fn stranger(folder: &Path) -> Option<String> {
    let names = std::fs::read_dir(folder).ok()?.flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| !FILES.contains(&name.as_str()))
}

fn fill(folder: &Path, kubeconfig: &str, authority: &str) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    let folder = folder.canonicalize()?;
    let environment = format!(
        "export KUBECONFIG={}\nexport GITOPS_CA_FILE={}\n",
        quoted(&folder.join("kubeconfig")),
        quoted(&folder.join("ca.pem"))
    );
    for (name, text) in
        [(".gitignore", "*\n"), ("ca.pem", authority), ("env.sh", &environment), ("kubeconfig", kubeconfig)]
    {
        let path = folder.join(name);
        // A new file each time: an old one may have been opened to others.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{FolderError, quoted, write};

    #[test]
    fn the_folder_is_its_owners_alone_and_can_be_written_again() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/lab");
        for text in ["one", "two"] {
            write(&folder, text, "authority").unwrap();
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&folder), 0o700);
            for name in super::FILES {
                assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
            }
            assert_eq!(std::fs::read_to_string(folder.join("kubeconfig")).unwrap(), text);
        }
    }

    #[test]
    fn somebody_elses_folder_stays_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("thesis.tex"), "").unwrap();
        let refused = write(home.path(), "", "").unwrap_err();
        assert!(matches!(refused, FolderError::Taken { ref found, .. } if found == "thesis.tex"));
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new("/a b/it's")), "'/a b/it'\\''s'");
    }
}
