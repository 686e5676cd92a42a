//! Which links the suite has, and what each is a link to.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::Plugin;
use crate::installation::{FRONT, Installation, front_file};
use crate::program;

/// A name of the suite in a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it is.
    pub(super) path: PathBuf,
    /// What a symbolic link says.
    pub(super) text: PathBuf,
    /// The file that runs under this name: that of a hard link or a copy.
    pub(super) program: PathBuf,
    /// Whether that is the front. The lab runs under its own name only.
    pub(super) is_front: bool,
}

/// The file names, without suffix, by which kubectl finds the commands and their completion.
pub fn names(plugins: &[Plugin]) -> Vec<String> {
    let completion = [Plugin::completion_of(FRONT)];
    let programs = plugins.iter().map(Plugin::program);
    let completions = plugins.iter().map(|plugin| Plugin::completion_of(&plugin.program()));
    programs.chain(completion).chain(completions).collect()
}

/// The links of an installation in a folder.
pub(super) fn links(plugins: &[Plugin], installation: &Installation, folder: &Path) -> Vec<Link> {
    let text = text(installation, folder);
    let link = |name: String| {
        // A hard link to the front under the lab's name would look for the lab and find itself.
        let beside = plugins.iter().find(|plugin| plugin.is_beside() && plugin.program() == name);
        let lab = beside.and_then(|plugin| lab(plugin, installation));
        let is_front = lab.is_none();
        let program = lab.unwrap_or_else(|| installation.file.clone());
        Link { path: folder.join(format!("{name}{EXE_SUFFIX}")), text: text.clone(), program, is_front }
    };
    names(plugins).into_iter().map(link).collect()
}

/// The program of a plugin that is not linked in.
fn lab(plugin: &Plugin, installation: &Installation) -> Option<PathBuf> {
    let front: &OsStr = installation.stable.as_os_str();
    program::find_beside(&plugin.program(), front).ok()
}

/// What a symbolic link in a folder says: a name where the front is in the folder too, so that both can be moved.
fn text(installation: &Installation, folder: &Path) -> PathBuf {
    let beside = folder.join(front_file());
    if beside.canonicalize().is_ok_and(|beside| beside == installation.file) {
        return front_file().into();
    }
    let is_same = match (installation.folder().canonicalize(), folder.canonicalize()) {
        (Ok(own), Ok(folder)) => own == folder,
        _ => false,
    };
    match installation.stable.file_name() {
        Some(name) if is_same => name.into(),
        _ => installation.stable.clone(),
    }
}
