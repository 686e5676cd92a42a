//! Makes or removes every link, and says what became of each.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gitops_core::cli::{OutputError, Session, start};
use gitops_core::model::{Exit, Failure, printable, shell_word};

use super::args::Args;
use super::change::{Change, Outcome, Wish};
use super::error::LinkError;
use super::links::{Link, links};
use super::means::{Means, remove_unfinished};
use crate::installation::Installation;
use crate::plugins::plugins;
use crate::search_path::SearchPath;

/// Runs the command. The first argument is the program's name.
pub(crate) fn main(arguments: Vec<OsString>) -> ExitCode {
    let called = arguments.first().cloned().unwrap_or_default();
    start(arguments, async |args: Args, session: &Session| run(&args, session, &called))
}

fn run(args: &Args, session: &Session, called: &OsStr) -> Result<Exit, Box<dyn Failure>> {
    let installation = Installation::find(session, called);
    if !installation.stable.is_file() {
        return Err(LinkError::NotLinkedByKrew { stable: installation.stable }.into());
    }
    let folder = folder(args, session, &installation)?;
    let links = links(&plugins(), &installation, &folder);
    let wish = if args.remove { Wish::Absent } else { Wish::Present };
    if !args.dry_run {
        remove_unfinished(&folder, &links);
    }
    let mut lines = String::new();
    let ended = each(&links, wish, args.dry_run, &mut lines);
    match session.data(&lines).map_err(OutputError::from) {
        // What was asked has happened, or not, whoever reads of it.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    let taken = ended?;
    remark(args, session, &folder, lines.is_empty());
    if wish == Wish::Present && !taken.is_empty() {
        return Err(LinkError::Taken { taken }.into());
    }
    Ok(Exit::Done)
}

/// The folder of the links.
fn folder(args: &Args, session: &Session, installation: &Installation) -> Result<PathBuf, LinkError> {
    let Some(named) = &args.dir else { return Ok(installation.folder().to_owned()) };
    let folder = session.folder.join(named);
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    match folder.metadata() {
        Err(_) => Err(LinkError::FolderMissing { folder }),
        Ok(found) if !found.is_dir() => Err(LinkError::NotFolder { folder }),
        Ok(_) => Ok(folder),
    }
}

/// Changes each link, with a line on each, and gives those whose names are somebody else's.
fn each(links: &[Link], wish: Wish, dry_run: bool, lines: &mut String) -> Result<Vec<PathBuf>, LinkError> {
    let mut taken = Vec::new();
    for link in links {
        let done = if dry_run {
            Change::plan(link, wish).map(|change| Outcome { change, means: None })
        } else {
            Change::carry_out(link, wish, &Means::ALL)
        };
        let path = link.path.clone();
        let outcome = done.map_err(|source| match wish {
            Wish::Present => LinkError::NotMade { path, source },
            Wish::Absent => LinkError::NotRemoved { path, source },
        })?;
        if outcome.change == Change::LeaveAlone {
            taken.push(link.path.clone());
        }
        if (wish, outcome.change) != (Wish::Absent, Change::Keep) {
            *lines += &line(link, outcome, dry_run);
        }
    }
    Ok(taken)
}

fn line(link: &Link, outcome: Outcome, dry_run: bool) -> String {
    let is_change = matches!(outcome.change, Change::Link | Change::Replace | Change::Remove);
    let mut done = outcome.to_string();
    if dry_run && is_change {
        done = format!("to be {done}");
    }
    format!("{done:<16}{}\n", printable(&link.path.to_string_lossy()))
}

/// What a person should know besides: that nothing was there, or that kubectl will not find what is there now.
fn remark(args: &Args, session: &Session, folder: &Path, is_empty: bool) {
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
