//! The folder that a lab leaves for whoever wants to use it: a kubeconfig, the authority, and a file for the
//! shell. Only its owner may read it, for there are tokens inside.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::azure_shell;
use super::lock::{Holder, LOCK, Lock, Taken};
use super::state::{LabState, STATE, StateError};
use crate::azure::AzureIdentity;
use crate::platform::{create_private_file, create_private_folder};

/// All that may lie in it. A folder with anything else is somebody's, and stays as it is.
const FILES: [&str; 10] = [
    ".gitignore",
    "azure-secret",
    "ca.pem",
    "curl",
    "curl-azure",
    "env.sh",
    "git-credential",
    "kubeconfig",
    LOCK,
    STATE,
];
/// The folder in it in which `az` keeps what it knows: whatever it likes.
const AZ_FOLDER: &str = "azure";
/// What a file ends in that is not wholly written.
const PARTIAL: &str = ".new";

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum FolderError {
    #[error("folder {} holds something else: {}", .folder.display(), .found)]
    Taken { folder: PathBuf, found: String },
    #[error("{} is not a folder", .folder.display())]
    NotAFolder { folder: PathBuf },
    #[error("folder {} is in use by another lab{}", .folder.display(), describe_holder(.holder.as_ref()))]
    InUse { folder: PathBuf, holder: Option<Holder> },
    #[error("cannot use {}, which an earlier lab left", .path.display())]
    State { path: PathBuf, source: StateError },
    #[error("cannot write folder {}", .folder.display())]
    Unwritable { folder: PathBuf, source: io::Error },
}

/// `: process 12, which serves https://127.0.0.1:1 and https://127.0.0.1:2`, as far as it is known.
fn describe_holder(holder: Option<&Holder>) -> String {
    let Some(holder) = holder else { return String::new() };
    match holder.addresses.join(" and ") {
        addresses if addresses.is_empty() => format!(": process {}, which is about to serve", holder.process),
        addresses => format!(": process {}, which serves {addresses}", holder.process),
    }
}

/// What whoever uses a lab needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    pub(super) kubeconfig: &'a str,
    /// Where the Kubernetes APIs are.
    pub(super) urls: &'a [&'a str],
    /// The authority to trust, PEM.
    pub(super) authority: &'a str,
    /// Where the git host is.
    pub(super) git_url: &'a str,
    /// What may do everything there, and on GitHub.
    pub(super) git_token: &'a str,
    /// Where GitHub's API is.
    pub(super) api_url: &'a str,
    /// Where Azure is.
    pub(super) azure_url: &'a str,
    /// Who may do everything there.
    pub(super) azure: &'a AzureIdentity,
    /// The organisation that there are repositories of.
    pub(super) organisation: &'a str,
}

/// A folder that no other lab uses as long as this is there.
#[derive(Debug)]
pub(super) struct Folder {
    /// From the root, without links: what is written into files and told to people works from everywhere.
    path: PathBuf,
    /// Whether it was made for this lab.
    is_new: bool,
    lock: Lock,
}

impl Folder {
    /// Makes the folder, or takes the one that an earlier lab left.
    pub(super) fn take(folder: &Path) -> Result<Self, FolderError> {
        let named = || folder.to_owned();
        if let Some(found) = stranger(folder) {
            return Err(FolderError::Taken { folder: named(), found });
        }
        if folder.exists() && !folder.is_dir() {
            return Err(FolderError::NotAFolder { folder: named() });
        }
        let is_new = !folder.exists();
        let unwritable = |source| FolderError::Unwritable { folder: named(), source };
        create_private_folder(folder).map_err(unwritable)?;
        let path = folder.canonicalize().map_err(unwritable)?;
        match Lock::take(&path).map_err(unwritable)? {
            Taken::Here(lock) => Ok(Self { path, is_new, lock }),
            Taken::Elsewhere(holder) => Err(FolderError::InUse { folder: named(), holder }),
        }
    }

    /// The path of a file in it, from the root.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What an earlier lab left.
    pub(super) fn state(&self) -> Result<Option<LabState>, FolderError> {
        LabState::read(&self.path).map_err(|source| FolderError::State { path: self.file(STATE), source })
    }

    /// Writes what users and the next lab need, over what an earlier lab left.
    pub(super) fn write(&self, keys: Keys<'_>, state: &LabState) -> Result<(), FolderError> {
        let addresses: Vec<String> =
            keys.urls.iter().chain([&keys.git_url]).map(|url| (*url).to_owned()).collect();
        let written = self.fill(keys, state).and_then(|()| self.lock.tell(&addresses));
        written.map_err(|source| FolderError::Unwritable { folder: self.path.clone(), source })
    }

    /// Gives it up: a lab that is not served leaves nothing where nothing was.
    pub(super) fn abandon(self) {
        if self.is_new {
            // What cannot be removed does no harm.
            let _ = std::fs::remove_file(self.file(LOCK)).and_then(|()| std::fs::remove_dir(&self.path));
        }
    }

    fn fill(&self, keys: Keys<'_>, state: &LabState) -> io::Result<()> {
        let environment = environment(&self.path, keys);
        let authority = self.file("ca.pem").display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
        let curl =
            format!("cacert = \"{authority}\"\nheader = \"Authorization: Bearer {}\"\n", keys.git_token);
        let credential = format!("username=lab\npassword={}\n", keys.git_token);
        create_private_folder(&self.file(AZ_FOLDER))?;
        for (name, text) in [
            (".gitignore", "*\n"),
            ("azure/clouds.config", &azure_shell::az_clouds(keys.azure_url)),
            ("azure/config", azure_shell::AZ_CONFIG),
            ("azure-secret", keys.azure.secret.expose()),
            (STATE, &state.text()),
            ("ca.pem", keys.authority),
            ("curl", &curl),
            ("curl-azure", &azure_shell::curl_sign_in(&authority, keys.azure_url, keys.azure)),
            ("env.sh", &environment),
            ("git-credential", &credential),
            ("kubeconfig", keys.kubeconfig),
        ] {
            write_private(&self.file(name), text)?;
        }
        Ok(())
    }
}

/// Writes a file that only its owner may read, in the place of an old one that may have been opened to others. Who reads
/// it meanwhile reads all of the old one or all of the new one.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(PARTIAL);
    match std::fs::remove_file(&partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create_private_file(Path::new(&partial))?.write_all(text.as_bytes())?;
    std::fs::rename(&partial, path)
}

/// Something in the folder that no lab has left there. A kubeconfig beside nothing else that tells of a lab may be
/// anybody's.
fn stranger(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let has = |name: &str| names.iter().any(|other| other == name);
    let is_labs = has(LOCK) || has("ca.pem");
    let is_strange = |name: &&String| {
        let name = name.strip_suffix(PARTIAL).unwrap_or(name);
        !FILES.contains(&name) && name != AZ_FOLDER || name == "kubeconfig" && !is_labs
    };
    names.iter().find(is_strange).cloned()
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
    text += &format!("export AZURE_CONFIG_DIR={}\n", quoted(&folder.join(AZ_FOLDER)));
    for (name, value) in azure_shell::variables(keys.azure_url, keys.azure) {
        text += &format!("export {name}={}\n", quoted(Path::new(&value)));
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

    use super::super::state::{LabState, Ports, STATE};
    use super::{AzureIdentity, Folder, FolderError, Keys, quoted};
    use crate::http::Credentials;

    fn azure() -> &'static AzureIdentity {
        Box::leak(Box::new(AzureIdentity::of_owner("s3cret")))
    }

    fn keys(kubeconfig: &str) -> Keys<'_> {
        Keys {
            kubeconfig,
            urls: &["https://127.0.0.1:2"],
            authority: "PEM",
            git_url: "https://127.0.0.1:1",
            git_token: "t0ken",
            api_url: "https://127.0.0.1:1/api/v3",
            azure_url: "https://127.0.0.1:3",
            azure: azure(),
            organisation: "contoso",
        }
    }

    fn ports() -> Ports {
        Ports { port: 2, git_port: 1, azure_port: 3, further_ports: Vec::new() }
    }

    fn state(before: Option<&LabState>) -> LabState {
        let provider = rustls::crypto::ring::default_provider();
        LabState::after(before, ports(), Credentials::generate(&provider).unwrap())
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_its_owners_alone_and_can_be_written_again() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/lab");
        let mut known: Option<LabState> = None;
        for text in ["one", "two"] {
            let taken = Folder::take(&folder).unwrap();
            assert_eq!(taken.state().unwrap(), known);
            let next = state(known.as_ref());
            assert!(next.last_version() > known.map_or(0, |before| before.last_version()));
            taken.write(keys(text), &next).unwrap();
            known = Some(next);
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&folder), 0o700);
            for name in super::FILES {
                assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
            }
            assert_eq!(std::fs::read_to_string(folder.join("kubeconfig")).unwrap(), text);
            std::fs::write(folder.join("env.sh.new"), "half of").unwrap();
        }
    }

    #[test]
    fn a_folder_is_one_labs_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("lab");
        let taken = Folder::take(&folder).unwrap();
        taken.write(keys(""), &state(None)).unwrap();
        let refused = Folder::take(&folder).unwrap_err().to_string();
        let process = std::process::id();
        let told = format!("process {process}, which serves https://127.0.0.1:2 and https://127.0.0.1:1");
        assert!(refused.ends_with(&told), "{refused}");
        drop(taken);
        Folder::take(&folder).unwrap();
    }

    #[test]
    fn what_cannot_be_used_stays_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("thesis.tex"), "").unwrap();
        let refused = Folder::take(home.path()).unwrap_err();
        assert!(matches!(refused, FolderError::Taken { ref found, .. } if found == "thesis.tex"));
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
        let own = home.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("kubeconfig"), "of a real cluster").unwrap();
        let refused = Folder::take(&own).unwrap_err();
        assert!(matches!(refused, FolderError::Taken { ref found, .. } if found == "kubeconfig"));
        assert_eq!(std::fs::read_to_string(own.join("kubeconfig")).unwrap(), "of a real cluster");
        let refused = Folder::take(&home.path().join("thesis.tex")).unwrap_err();
        assert!(matches!(refused, FolderError::NotAFolder { .. }), "{refused}");
    }

    #[test]
    fn a_state_that_is_not_understood_is_refused_and_kept() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::take(&home.path().join("lab")).unwrap();
        for (text, why) in [
            ("{\"form\": 1, \"starts", "not what a lab wrote"),
            ("{\"form\": 1}", "not what a lab wrote"),
            ("{\"form\": 2, \"more\": []}", "written by another version of this program"),
        ] {
            std::fs::write(folder.file(STATE), text).unwrap();
            let refused = folder.state().unwrap_err();
            assert_eq!(std::error::Error::source(&refused).unwrap().to_string(), why, "{text}");
            assert_eq!(std::fs::read_to_string(folder.file(STATE)).unwrap(), text);
        }
    }

    #[test]
    fn a_lab_that_is_not_served_leaves_what_was_there() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("lab");
        Folder::take(&folder).unwrap().abandon();
        assert!(!folder.exists());
        std::fs::create_dir(&folder).unwrap();
        Folder::take(&folder).unwrap().abandon();
        assert!(folder.exists());
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new("/a b/it's")), "'/a b/it'\\''s'");
    }
}
