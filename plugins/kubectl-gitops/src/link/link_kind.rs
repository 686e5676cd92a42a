//! How a second name of a program is made: a symbolic link, else a hard link, else a copy. Whoever looks finds the
//! old name or the new one, never a part of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::links::Link;

/// What a name is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkKind {
    /// It leads to whatever is at a path.
    Symbolic,
    /// It is the file itself, under another name.
    Hard,
    /// It is a file that holds the same.
    Copy,
}

/// How what was made gets its name.
type Naming = fn(&Path, &Path) -> io::Result<()>;

impl LinkKind {
    /// All, the best first.
    pub(super) const ALL: [Self; 3] = [Self::Symbolic, Self::Hard, Self::Copy];

    /// Makes a link by the first of `kinds` that the folder allows, where nothing is.
    ///
    /// # Errors
    /// None can be made; something is there by now ([`is_race`]).
    pub(super) fn make_new(kinds: &[Self], link: &Link) -> io::Result<Self> {
        Self::make(kinds, link, rename_to_free_name)
    }

    /// Makes a link by the first of `kinds` that the folder allows, in place of what is there.
    ///
    /// # Errors
    /// None can be made.
    pub(super) fn replace(kinds: &[Self], link: &Link) -> io::Result<Self> {
        Self::make(kinds, link, |unfinished, path| fs::rename(unfinished, path))
    }

    fn make(kinds: &[Self], link: &Link, name: Naming) -> io::Result<Self> {
        let unfinished = unfinished(&link.path);
        let mut refused = io::Error::from(io::ErrorKind::Unsupported);
        for kind in kinds {
            match kind.make_at(link, &unfinished).and_then(|()| name(&unfinished, &link.path)) {
                Ok(()) => return Ok(*kind),
                // Nothing is refused: another run took away what was unfinished, or the name.
                Err(error) if is_race(&error) => {
                    refused = error;
                    break;
                }
                Err(error) => refused = error,
            }
        }
        // Whatever is left of the last try. It may not be there.
        let _ = fs::remove_file(&unfinished);
        Err(refused)
    }

    fn make_at(self, link: &Link, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        match self {
            Self::Symbolic => symbolic_link(&link.text, path),
            Self::Hard => fs::hard_link(&link.program, path),
            Self::Copy => fs::copy(&link.program, path).map(drop),
        }
    }
}

/// Gives what was made a name that is free, in one step: whoever takes the name first has it.
fn rename_to_free_name(unfinished: &Path, path: &Path) -> io::Result<()> {
    let named = TempPath::try_from_path(unfinished)?.persist_noclobber(path);
    named.map_err(|error| error.error)
}

/// Whether an error says that somebody else changed the folder meanwhile.
pub(super) fn is_race(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists)
}

#[cfg(unix)]
fn symbolic_link(text: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(text, path)
}

#[cfg(windows)]
fn symbolic_link(text: &Path, path: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(text, path)
}

/// Where a link is made before it gets its name: a process has its own.
fn unfinished(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}{UNFINISHED}", std::process::id()))
}

/// What the names of unfinished links end with.
const UNFINISHED: &str = ".new";

/// Removes what killed runs left unfinished. A run that is still at it begins again.
pub(super) fn remove_unfinished(folder: &Path, links: &[Link]) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_of = |link: &Link| {
            let file = link.path.file_name().unwrap_or_default().to_string_lossy();
            let rest = name.strip_prefix('.').and_then(|name| name.strip_prefix(&*file));
            let process = rest.and_then(|rest| rest.strip_prefix('.')?.strip_suffix(UNFINISHED));
            process.is_some_and(|process| process.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if links.iter().any(is_of) {
            // What cannot be removed harms nobody.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use gitops_core::cli::SUITE_MARK;
    use tempfile::TempDir;

    use super::super::change::{Change, Desired};
    use super::super::entry::Entry;
    use super::{Link, LinkKind, is_race, remove_unfinished};

    /// A folder with a front, and a link of it.
    fn scene() -> (TempDir, Link) {
        let folder = TempDir::new().expect("a folder");
        let program = folder.path().join("kubectl-gitops");
        fs::write(&program, format!("\u{7f}ELF {SUITE_MARK} 1")).expect("a file");
        let path = folder.path().join("kubectl-gitops_status");
        (folder, Link { path, text: "kubectl-gitops".into(), program, is_lab: false, has_program: true })
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).expect("a folder").count()
    }

    /// Where no symbolic link can be made, what stands in for one is known again, replaced when the program is
    /// another, and removed.
    #[test]
    fn hard_links_and_copies_are_known_again() {
        for kind in [LinkKind::Hard, LinkKind::Copy] {
            let (folder, link) = scene();
            let change = |desired| Change::carry_out(&link, desired, &[kind]).expect("done").change;
            assert_eq!(change(Desired::Present), Change::Link, "{kind:?}");
            assert_eq!(Entry::of(&link).expect("read"), Entry::Current, "{kind:?}");
            assert_eq!(fs::read(&link.path).expect("read"), fs::read(&link.program).expect("read"));
            assert_eq!(change(Desired::Present), Change::Keep, "{kind:?}");
            // An upgrade puts another file in the place of the program.
            fs::remove_file(&link.program).expect("removed");
            fs::write(&link.program, format!("\u{7f}ELF {SUITE_MARK} 2, longer")).expect("a file");
            assert_eq!(Entry::of(&link).expect("read"), Entry::Older, "{kind:?}");
            assert_eq!(change(Desired::Present), Change::Replace, "{kind:?}");
            assert_eq!(Entry::of(&link).expect("read"), Entry::Current, "{kind:?}");
            assert_eq!(change(Desired::Absent), Change::Remove, "{kind:?}");
            assert_eq!(files(folder.path()), 1, "{kind:?}");
        }
    }

    #[test]
    fn the_next_kind_is_tried_where_one_is_refused() {
        let (_folder, mut link) = scene();
        // No file system takes a link that says so much.
        link.text = "a".repeat(100_000).into();
        let outcome = Change::carry_out(&link, Desired::Present, &LinkKind::ALL).expect("done");
        assert_eq!(outcome.to_string(), "linked (hard link)");
        fs::remove_file(&link.path).expect("removed");
        let outcome = Change::carry_out(&link, Desired::Present, &[LinkKind::Symbolic, LinkKind::Copy]);
        assert_eq!(outcome.expect("done").to_string(), "linked (copy)");
    }

    #[test]
    fn somebody_elses_program_is_not_taken_for_a_copy() {
        let (_folder, link) = scene();
        let with_mark = format!("echo {SUITE_MARK}\n");
        for text in ["\u{7f}ELF reads GITOPS_FRONT", "#!/bin/sh\n# GITOPS_FRONT\n", &with_mark, ""] {
            fs::write(&link.path, text).expect("a file");
            assert_eq!(Entry::of(&link).expect("read"), Entry::Foreign, "{text}");
        }
    }

    /// Somebody's program takes the name after it was found free.
    #[test]
    fn a_name_that_was_taken_meanwhile_is_not_replaced() {
        for kind in LinkKind::ALL {
            let (folder, link) = scene();
            fs::write(&link.path, "mine").expect("a file");
            let error = LinkKind::make_new(&[kind], &link).expect_err("the name is taken");
            assert!(is_race(&error), "{kind:?}: {error}");
            assert_eq!(fs::read(&link.path).expect("read"), b"mine", "{kind:?}");
            assert_eq!(files(folder.path()), 2, "{kind:?}");
        }
    }

    #[test]
    fn what_a_killed_run_left_goes_and_nothing_else() {
        let (folder, link) = scene();
        for name in
            [".kubectl-gitops_status.123.new", ".kubectl-gitops_status.new", "kubectl-gitops_status.1.new"]
        {
            fs::write(folder.path().join(name), "").expect("a file");
        }
        remove_unfinished(folder.path(), &[link]);
        assert_eq!(files(folder.path()), 3, "the front and the two that are nobody's");
    }
}
