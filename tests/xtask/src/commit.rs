//! The commit that this checkout is at.

use std::process::Command;

use crate::cargo::workspace;

/// The commit, if the checkout is one of git's and holds exactly that: a program that was built from something else
/// does not name it.
pub(crate) fn commit() -> Option<String> {
    // Where this folder is not the top of the checkout, as a source archive unpacked in somebody's repository is not,
    // a line with its name stands before the commit.
    let commit = ask(&["rev-parse", "--show-prefix", "HEAD"])?;
    // Files that git does not know do not count, as for `git describe --dirty`.
    let changes = ask(&["status", "--porcelain", "--untracked-files=no"])?;
    changes.is_empty().then_some(commit).filter(|commit| is_commit(commit))
}

fn is_commit(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What git says; nothing where there is no git or it refuses.
fn ask(words: &[&str]) -> Option<String> {
    let output = Command::new("git").args(words).current_dir(workspace()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
