//! The folder that a lab leaves for whoever wants to use it: a kubeconfig, the authority, and a file for the
//! shell. Only its owner may read it, for there are tokens inside.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::platform::{create_private_file, create_private_folder};

/// All that may lie in it. A folder with anything else is somebody's, and stays as it is.
const FILES: [&str; 6] = [".gitignore", "ca.pem", "curl", "env.sh", "git-credential", "kubeconfig"];

/// Why a folder was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FolderError {
    #[error("folder {} holds something else: {}", .folder.display(), .found)]
    Taken { folder: PathBuf, found: String },
    #[error("cannot write folder {}", .folder.display())]
    Unwritable { folder: PathBuf, source: io::Error },
}

/// What whoever uses a lab needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    pub(super) kubeconfig: &'a str,
    /// The authority to trust, PEM.
    pub(super) authority: &'a str,
    /// Where the git host is.
    pub(super) git_url: &'a str,
    /// What may do everything there, and on GitHub.
    pub(super) git_token: &'a str,
    /// Where GitHub's API is.
    pub(super) api_url: &'a str,
    /// The organisation that there are repositories of.
    pub(super) organisation: &'a str,
}

/// Writes the folder, and over what an earlier lab left in it.
pub(super) fn write(folder: &Path, keys: Keys<'_>) -> Result<(), FolderError> {
    if let Some(found) = stranger(folder) {
        return Err(FolderError::Taken { folder: folder.to_owned(), found });
    }
    fill(folder, keys).map_err(|source| FolderError::Unwritable { folder: folder.to_owned(), source })
}

/// Something in the folder that no lab has left there.
fn stranger(folder: &Path) -> Option<String> {
    let names = std::fs::read_dir(folder).ok()?.flatten();
    names
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| !FILES.contains(&name.as_str()))
}

fn fill(folder: &Path, keys: Keys<'_>) -> io::Result<()> {
    create_private_folder(folder)?;
    let folder = folder.canonicalize()?;
    let environment = environment(&folder, keys);
    let authority = folder.join("ca.pem").display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    let curl = format!("cacert = \"{authority}\"\nheader = \"Authorization: Bearer {}\"\n", keys.git_token);
    let credential = format!("username=lab\npassword={}\n", keys.git_token);
    for (name, text) in [
        (".gitignore", "*\n"),
        ("ca.pem", keys.authority),
        ("curl", &curl),
        ("env.sh", &environment),
        ("git-credential", &credential),
        ("kubeconfig", keys.kubeconfig),
    ] {
        let path = folder.join(name);
        // A new file each time: an old one may have been opened to others.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        create_private_file(&path)?.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// What a shell is told. git trusts the lab's authority and knows its token for the lab's host alone, so that others
/// are reached as before. GitHub is the lab's for whoever looks there, as in a workflow.
fn environment(folder: &Path, keys: Keys<'_>) -> String {
    let git_url = keys.git_url;
    let credential = quoted(&folder.join("git-credential"));
    let settings = [
        (format!("http.{git_url}.sslCAInfo"), folder.join("ca.pem").display().to_string()),
        (format!("credential.{git_url}.helper"), format!("!f() {{ cat {credential}; }}; f")),
    ];
    // GIT_SSL_CAINFO outranks all settings, and would hide the one for this host.
    let mut text = format!(
        "export KUBECONFIG={}\nexport GITOPS_CA_FILE={}\nunset GIT_SSL_CAINFO\nexport GIT_CONFIG_COUNT={}\n",
        quoted(&folder.join("kubeconfig")),
        quoted(&folder.join("ca.pem")),
        settings.len()
    );
    for (place, (name, value)) in settings.iter().enumerate() {
        text += &format!("export GIT_CONFIG_KEY_{place}={}\n", quoted(Path::new(name)));
        text += &format!("export GIT_CONFIG_VALUE_{place}={}\n", quoted(Path::new(value)));
    }
    for (name, value) in [
        ("GITHUB_API_URL", keys.api_url),
        ("GITHUB_SERVER_URL", git_url),
        ("GH_TOKEN", keys.git_token),
        ("GITOPS_ORG", keys.organisation),
    ] {
        text += &format!("export {name}={}\n", quoted(Path::new(value)));
    }
    text
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{FolderError, Keys, quoted, write};

    fn keys(kubeconfig: &str) -> Keys<'_> {
        Keys {
            kubeconfig,
            authority: "PEM",
            git_url: "https://127.0.0.1:1",
            git_token: "t0ken",
            api_url: "https://127.0.0.1:1/api/v3",
            organisation: "contoso",
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_its_owners_alone_and_can_be_written_again() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/lab");
        for text in ["one", "two"] {
            write(&folder, keys(text)).unwrap();
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
        let refused = write(home.path(), keys("")).unwrap_err();
        assert!(matches!(refused, FolderError::Taken { ref found, .. } if found == "thesis.tex"));
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new("/a b/it's")), "'/a b/it'\\''s'");
    }
}
