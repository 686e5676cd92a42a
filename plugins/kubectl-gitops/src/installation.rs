//! Where this front lies: the file that runs, and the path to it that outlives an upgrade. Krew keeps every version
//! in a folder of its own and removes it with the next one; what outlives that is its link.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use gitops_core::cli::Session;

use crate::search_path::SearchPath;

/// The front's file name, without what an operating system adds to a program's.
pub(crate) const FRONT: &str = "kubectl-gitops";

/// How the running front was installed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Installation {
    /// The file that runs, behind every link.
    pub(crate) file: PathBuf,
    /// The path to it that outlives an upgrade.
    pub(crate) stable: PathBuf,
    /// The folder of the Krew that keeps it.
    pub(crate) krew_root: Option<PathBuf>,
}

impl Installation {
    /// That of the front which runs in `session` and was called `called`.
    pub(crate) fn find(session: &Session, called: &OsStr) -> Self {
        let file = session.program.canonicalize().unwrap_or_else(|_| session.program.clone());
        let path = called_path(session, Path::new(called), &file);
        match krew_root(session, &file, &path) {
            Some(root) => Self { file, stable: root.join("bin").join(front_file()), krew_root: Some(root) },
            None => Self { file, stable: path, krew_root: None },
        }
    }

    /// That of a front which nothing is known of but where it lies.
    pub(crate) fn at(front: &Path) -> Self {
        let file = front.canonicalize().unwrap_or_else(|_| front.to_owned());
        Self { file, stable: front.to_owned(), krew_root: None }
    }

    /// The folder where the front is found.
    pub(crate) fn folder(&self) -> &Path {
        self.stable.parent().unwrap_or(Path::new("."))
    }
}

/// The file name of the front on this operating system.
pub(crate) fn front_file() -> String {
    format!("{FRONT}{EXE_SUFFIX}")
}

/// The path by which the program was called: as it was typed, or where PATH has it.
fn called_path(session: &Session, called: &Path, file: &Path) -> PathBuf {
    let is_this = |path: &PathBuf| path.canonicalize().is_ok_and(|found| found == file);
    let name = called.file_name().unwrap_or_default();
    let mut with_suffix = name.to_owned();
    with_suffix.push(EXE_SUFFIX);
    let folders = if called.components().count() > 1 {
        vec![session.folder.join(called.parent().unwrap_or(Path::new("")))]
    } else {
        SearchPath::of_session(session).folders()
    };
    let candidates = folders.iter().flat_map(|folder| [folder.join(name), folder.join(&with_suffix)]);
    let found = candidates.into_iter().find(is_this).and_then(|path| std::path::absolute(path).ok());
    found.unwrap_or_else(|| file.to_owned())
}

/// The folder of the Krew in whose store `file` is: the one that is configured, else the one that the paths show. What
/// only looks like one (`/nix/store/…/bin`) has no link to the front.
fn krew_root(session: &Session, file: &Path, called: &Path) -> Option<PathBuf> {
    let variable = |name| session.env_vars.get_os(name).map(PathBuf::from);
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    let configured = [variable("KREW_ROOT"), home.map(|home| home.join(".krew"))];
    // `bin/kubectl-gitops` is linked to `store/gitops/v0.1.0/kubectl-gitops`.
    let shown = [called.ancestors().nth(2), file.ancestors().nth(4)];
    let keeps = |root: &PathBuf| root.join("store").canonicalize().is_ok_and(|store| file.starts_with(store));
    let links = |root: &PathBuf| root.join("bin").join(front_file()).is_file();
    let mut configured = configured.into_iter().flatten();
    let shown = shown.into_iter().flatten().map(Path::to_owned);
    configured.find(keeps).or_else(|| shown.into_iter().find(|root| keeps(root) && links(root)))
}
