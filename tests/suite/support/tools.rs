//! Programs that tests need and that not every machine has. Without one a test says `not run: needs …`; where
//! `GITOPS_REQUIRE_TOOLS` is 1 it fails.

use std::path::PathBuf;

use super::say;

/// The file of a program on PATH; nothing, and a word on it, where there is none.
pub(crate) fn find_tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let file = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if file.is_none() {
        say_missing(name);
    }
    file
}

/// Whether a program is on PATH; where it is not, a word on that.
pub(crate) fn has_tool(name: &str) -> bool {
    find_tool(name).is_some()
}

/// Says that something does not run without a tool, and fails where tools are required.
pub(crate) fn say_missing(tool: &str) {
    let is_required = std::env::var_os("GITOPS_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(!is_required, "{tool} is required and not on PATH");
    say(&format!("not run: needs {tool}"));
}
