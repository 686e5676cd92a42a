//! Makes or removes every link, and says what became of each.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gitops_core::cli::{OutputError, Session, start};
use gitops_core::model::{Exit, Failure, printable, shell_word};

use super::args::LinkArgs;
use super::change::{Change, Desired, Outcome};
use super::error::LinkError;
use super::link_kind::{LinkKind, remove_unfinished};
use super::links::{Link, links};
use crate::installation::Installation;
use crate::plugins::{Plugin, plugins};
use crate::search_path::SearchPath;

/// Runs the command. The first argument is the program's name.
pub(crate) fn main(arguments: Vec<OsString>) -> ExitCode {
    let called = arguments.first().cloned().unwrap_or_default();
    start(arguments, async |args: LinkArgs, session: &Session| run(&args, session, &called))
}

fn run(args: &LinkArgs, session: &Session, called: &OsStr) -> Result<Exit, Box<dyn Failure>> {
    let installation = Installation::find(session, called);
    if !installation.stable.is_file() {
        let Installation { stable, krew_root, .. } = installation;
        return Err(match krew_root {
            Some(_) => LinkError::NotLinkedByKrew { stable },
            None => LinkError::FrontMissing { front: stable },
        }
        .into());
    }
    let folder = folder(args, session, &installation)?;
    let links = links(&plugins(), &installation, &folder);
    let desired = if args.remove { Desired::Absent } else { Desired::Present };
    if !args.dry_run {
        remove_unfinished(&folder, &links);
    }
    let mut lines = String::new();
    let taken = change_links(&links, desired, args.dry_run, &mut lines);
    match session.data(&lines).map_err(OutputError::from) {
        // What was asked has happened, or not, whoever reads of it.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    let taken = taken?;
    remark(args, session, &folder, lines.is_empty());
    if desired == Desired::Present && !taken.is_empty() {
        return Err(LinkError::Taken { taken }.into());
    }
    Ok(Exit::Done)
}

/// Makes the links of `plugins` to a front in a folder; gives a line on each.
///
/// # Errors
/// A link cannot be made, or another program has one of the names.
pub fn link_into(folder: &Path, plugins: &[Plugin], front: &Path) -> Result<String, Box<dyn Failure>> {
    let mut lines = String::new();
    let links = links(plugins, &Installation::at(front), folder);
    let taken = change_links(&links, Desired::Present, false, &mut lines)?;
    if taken.is_empty() { Ok(lines) } else { Err(LinkError::Taken { taken }.into()) }
}

/// The folder of the links.
fn folder(args: &LinkArgs, session: &Session, installation: &Installation) -> Result<PathBuf, LinkError> {
    let Some(named) = &args.dir else { return Ok(installation.folder().to_owned()) };
    let folder = session.folder.join(named);
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    match folder.metadata() {
        Err(source) if source.kind() == io::ErrorKind::NotFound && !folder.is_symlink() => {
            Err(LinkError::FolderMissing { folder })
        }
        Err(source) => Err(LinkError::FolderUnreadable { folder, source }),
        Ok(found) if !found.is_dir() => Err(LinkError::NotFolder { folder }),
        Ok(_) => Ok(folder),
    }
}

/// Changes each link, with a line on each, and gives those whose names are somebody else's.
fn change_links(
    links: &[Link],
    desired: Desired,
    dry_run: bool,
    lines: &mut String,
) -> Result<Vec<PathBuf>, LinkError> {
    let mut taken = Vec::new();
    for link in links.iter().filter(|link| link.has_program || desired == Desired::Absent) {
        let change = if dry_run {
            Change::plan(link, desired).map(|change| Outcome { change, kind: None })
        } else {
            Change::carry_out(link, desired, &LinkKind::ALL)
        };
        let path = link.path.clone();
        let outcome = change.map_err(|source| match desired {
            Desired::Present => LinkError::NotMade { path, source },
            Desired::Absent => LinkError::NotRemoved { path, source },
        })?;
        if outcome.change == Change::LeaveAlone {
            taken.push(link.path.clone());
        }
        if (desired, outcome.change) != (Desired::Absent, Change::Keep) {
            *lines += &line(link, outcome, dry_run);
        }
    }
    Ok(taken)
}

fn line(link: &Link, outcome: Outcome, dry_run: bool) -> String {
    let is_change = matches!(outcome.change, Change::Link | Change::Replace | Change::Remove);
    let mut result = outcome.to_string();
    if dry_run && is_change {
        result = format!("to be {result}");
    }
    format!("{result:<16}{}\n", printable(&link.path.to_string_lossy()))
}

/// What a person should know besides: that nothing was there, or that kubectl will not find what is there now.
fn remark(args: &LinkArgs, session: &Session, folder: &Path, is_empty: bool) {
    let word = shell_word(&folder.to_string_lossy());
    if args.remove {
        if is_empty {
            session.message(&format!("nothing to remove in {word}\n"));
        }
    } else if !SearchPath::of_session(session).has(folder) {
        let line = if cfg!(windows) {
            format!("$env:Path = {word} + ';' + $env:Path")
        } else {
            format!("export PATH={word}:\"$PATH\"")
        };
        session.message(&format!("{word} is not on PATH, where kubectl looks for plugins: {line}\n"));
    }
}
