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
    /// The file that runs under this name: that of a hard link or a copy. The front, where the lab is missing.
    pub(super) program: PathBuf,
    /// Whether this is the lab's own name, under which alone it runs.
    pub(super) is_lab: bool,
    /// Whether what the name calls is installed: the lab may not be.
    pub(super) has_program: bool,
}

/// The file names, without suffix, by which kubectl finds the commands and their completion.
pub fn names(plugins: &[Plugin]) -> Vec<String> {
    let completion = [Plugin::completion_of(FRONT)];
    let programs = plugins.iter().map(Plugin::program);
    let completions = plugins.iter().map(|plugin| Plugin::completion_of(&plugin.program()));
    programs.chain(completion).chain(completions).collect()
}

/// The links of an installation in a folder, those of a missing lab too, which are only removed.
pub(super) fn links(plugins: &[Plugin], installation: &Installation, folder: &Path) -> Vec<Link> {
    let text = text(installation, folder);
    let beside = plugins.iter().filter(|plugin| plugin.is_beside());
    let labs: Vec<_> = beside.map(|plugin| (plugin.program(), lab(plugin, installation))).collect();
    let link = |name: String| {
        let lab = labs.iter().find(|(lab, _)| *lab == name || Plugin::completion_of(lab) == name);
        let has_program = lab.is_none_or(|(_, file)| file.is_some());
        let is_lab = lab.is_some_and(|(lab, _)| *lab == name);
        // A hard link to the front under the lab's name would look for the lab and find itself.
        let file = lab.filter(|_| is_lab).and_then(|(_, file)| file.clone());
        let program = file.unwrap_or_else(|| installation.file.clone());
        let path = folder.join(format!("{name}{EXE_SUFFIX}"));
        Link { path, text: text.clone(), program, is_lab, has_program }
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
