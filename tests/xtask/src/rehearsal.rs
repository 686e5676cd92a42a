//! `cargo xtask rehearse`: does what `docs/adding-a-command.md` says, in a copy of this checkout, and looks whether
//! the command is there in every way that the page promises.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build_cache::share_dependencies;
use crate::cargo::{cargo, output, target_folder, workspace};
use crate::error::XtaskError;
use crate::guide::Guide;

/// The package that the page makes.
const PACKAGE: &str = "kubectl-gitops_applied";

/// What must be said after each of the page's commands, in their order.
const EXPECTED: [&str; 3] = ["Usage: kubectl gitops-applied ", "\njson", "docs/man/kubectl-gitops-applied.1"];

/// Follows the page.
pub(crate) fn run() -> Result<(), XtaskError> {
    let copy = tempfile::tempdir().map_err(|source| XtaskError::unwritable(std::env::temp_dir(), source))?;
    copy_checkout(copy.path())?;
    let built = target_folder()?;
    let target = built.join("rehearsal");
    share_dependencies(&built, &target)?;
    let page = read(&workspace().join("docs/adding-a-command.md"))?;
    let guide = Guide::parse(&page);
    for (path, text) in &guide.files {
        write(&copy.path().join("plugins").join(PACKAGE).join(path), text)?;
    }
    let manifest = copy.path().join("plugins/kubectl-gitops/Cargo.toml");
    let text = read(&manifest)?.replacen("[dependencies]\n", &format!("[dependencies]\n{}\n", guide.line), 1);
    write(&manifest, &text)?;
    let links = copy.path().join("links");
    let link = format!("cargo run -q -p kubectl-gitops -- link --dir {}", links.display());
    fs::create_dir(&links).map_err(|source| XtaskError::unwritable(&links, source))?;
    let commands = guide.commands.iter().map(String::as_str).chain([link.as_str()]);
    for (line, expected) in commands.zip(EXPECTED.into_iter().chain(["kubectl-gitops_applied"])) {
        let output = typed(line, copy.path(), &target)?;
        if !output.contains(expected) {
            return Err(XtaskError::Unexpected {
                command: line.to_owned(),
                expected: expected.to_owned(),
                output,
            });
        }
    }
    Ok(())
}

/// The files that git knows.
fn copy_checkout(copy: &Path) -> Result<(), XtaskError> {
    let mut git = Command::new("git");
    let listed = output(git.current_dir(workspace()).args(["ls-files", "-z", "--cached"]))?;
    let paths = listed.split('\0').filter(|path| !path.is_empty());
    for path in paths {
        let (from, to) = (workspace().join(path), copy.join(path));
        make_folder(&to)?;
        fs::copy(&from, &to).map_err(|source| XtaskError::unwritable(&to, source))?;
    }
    Ok(())
}

/// What a line of the page says when it is typed in the copy, and built in `target`.
fn typed(line: &str, copy: &Path, target: &Path) -> Result<String, XtaskError> {
    let words = line.split_whitespace().skip(1).map(|word| word.trim_matches('"'));
    let mut command = cargo();
    command.current_dir(copy).args(words);
    command.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
    output(&mut command)
}

fn read(path: &Path) -> Result<String, XtaskError> {
    fs::read_to_string(path).map_err(|source| XtaskError::unreadable(path, source))
}

fn write(path: &PathBuf, text: &str) -> Result<(), XtaskError> {
    make_folder(path)?;
    fs::write(path, text).map_err(|source| XtaskError::unwritable(path, source))
}

fn make_folder(file: &Path) -> Result<(), XtaskError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|source| XtaskError::unwritable(folder, source))
}
