//! What an archive holds: the programs, the licence, and what is generated for its users: man pages and completions.

use std::path::{Path, PathBuf};

use crate::archive::platform::Platform;
use crate::cargo::workspace;
use crate::error::XtaskError;
use crate::generated::{generated, is_program};

const PROGRAM: u32 = 0o755;
const TEXT: u32 = 0o644;

/// Where the checkout has generated files that are shipped, and where the archive has them.
const GENERATED: [(&str, &str); 2] = [("docs/man", "man"), ("completions", "completions")];

/// The programs of an archive, wherever they were built.
#[derive(Debug)]
pub struct Programs {
    /// The suite.
    pub front: PathBuf,
    /// The lab, which the suite finds beside itself.
    pub lab: PathBuf,
}

/// A file that is packed.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) mode: u32,
    pub(super) content: Content,
}

/// What is in it.
pub(super) enum Content {
    /// What is in another file.
    File(PathBuf),
    /// This.
    Text(String),
}

/// Everything, in the order of names.
///
/// # Errors
/// A command cannot be documented.
pub(super) fn entries(programs: &Programs, platform: &Platform) -> Result<Vec<Entry>, XtaskError> {
    let file =
        |name: String, mode, file: &Path| Entry { name, mode, content: Content::File(file.to_owned()) };
    let mut entries = vec![
        file(platform.program("kubectl-gitops"), PROGRAM, &programs.front),
        file(platform.program("kubectl-gitops_lab"), PROGRAM, &programs.lab),
        file("LICENSE".to_owned(), TEXT, &workspace().join("LICENSE")),
    ];
    for (path, text) in generated(&crate::suite::command())? {
        if let Some(name) = packed_name(&path) {
            let mode = if is_program(&path) { PROGRAM } else { TEXT };
            entries.push(Entry { name, mode, content: Content::Text(text) });
        }
    }
    entries.sort_by(|first, second| first.name.cmp(&second.name));
    Ok(entries)
}

/// What a generated file is called in the archive, if it is shipped. Names there have slashes on every system.
fn packed_name(path: &Path) -> Option<String> {
    let name = |(folder, packed): &(&str, &str)| {
        path.strip_prefix(folder).ok().map(|file| format!("{packed}/{}", file.display()))
    };
    GENERATED.iter().find_map(name)
}
