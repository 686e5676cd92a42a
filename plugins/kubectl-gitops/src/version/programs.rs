//! The programs of the suite, and those that are called like ones: what lies beside the front and on PATH. None of
//! them is run but the lab, which is asked for its version.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gitops_core::cli::Session;
use gitops_core::model::versions::{InstalledProgram, ProgramRole};
use tokio::process::Command;

use crate::command::command;
use crate::installation::{FRONT, Installation};
use crate::link::{is_same_program, names};
use crate::plugins::Plugin;
use crate::program::{EXTERNAL_PREFIX, find_beside, is_external_word, search_path};
use crate::search_path::SearchPath;

/// How long the lab may take to say its version.
const PATIENCE: Duration = Duration::from_secs(2);

/// All of them, the front first.
pub(super) async fn programs(
    plugins: &[Plugin],
    session: &Session,
    installation: &Installation,
) -> Vec<InstalledProgram> {
    let path = SearchPath::of_session(session);
    let mut found = vec![front(installation)];
    found.extend(path.find(FRONT).and_then(|file| another_front(file, installation)));
    let lab = plugins.iter().filter(|plugin| plugin.is_beside()).map(Plugin::program);
    let mut labs = Vec::new();
    for name in lab {
        if let Ok(file) = find_beside(&name, installation.stable.as_os_str()) {
            let version = asked_version(&file).await;
            labs.push(file.clone());
            found.push(InstalledProgram { version, ..program(name, ProgramRole::Lab, file) });
        }
    }
    for name in names(plugins) {
        let Some(file) = path.find(&name) else { continue };
        if is_same_program(&file, &installation.file) {
            found.push(InstalledProgram {
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
                ..program(name, ProgramRole::Link, file)
            });
        } else if !labs.iter().any(|lab| is_same_program(lab, &file)) {
            found.push(program(name, ProgramRole::Other, file));
        }
    }
    let externals = search_path(installation.stable.as_os_str());
    let externals = externals.with_prefix(EXTERNAL_PREFIX).into_iter();
    found.extend(externals.filter_map(|(name, file)| {
        let word = name.strip_prefix(EXTERNAL_PREFIX)?.to_owned();
        Some(program(name, external_role(&word, plugins)?, file))
    }));
    found
}

/// What a program `kubectl-gitops-<word>` is: kubectl prefers it to the command of that name. Nothing where no command can
/// have that name.
fn external_role(word: &str, plugins: &[Plugin]) -> Option<ProgramRole> {
    let is_command = command(plugins).find_subcommand(word).is_some();
    let role = if is_command { ProgramRole::Other } else { ProgramRole::External };
    is_external_word(word).then_some(role)
}

fn front(installation: &Installation) -> InstalledProgram {
    InstalledProgram {
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..program(FRONT.to_owned(), ProgramRole::Front, installation.stable.clone())
    }
}

/// The front that kubectl finds on PATH, where it is not this one.
fn another_front(file: PathBuf, installation: &Installation) -> Option<InstalledProgram> {
    let is_other = !is_same_program(&file, &installation.file);
    is_other.then(|| program(FRONT.to_owned(), ProgramRole::Other, file))
}

fn program(name: String, role: ProgramRole, path: PathBuf) -> InstalledProgram {
    let target = path.is_symlink().then(|| path.canonicalize().ok()).flatten();
    InstalledProgram { name, role, version: None, path, target }
}

/// The version that a program of the suite says it has: the last word of `kubectl gitops-lab 0.1.0`.
async fn asked_version(program: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().last().map(str::to_owned)
}
