//! Gathers what is installed, and shows it.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use gitops_core::cli::{COMPLETION_PREFIX, Format, OutputError, Session, start, table};
use gitops_core::model::versions::{InstalledProgram, VersionsDocument};
use gitops_core::model::{Exit, Failure, printable};

use super::args::VersionArgs;
use super::programs::programs;
use crate::installation::Installation;
use crate::plugins::plugins;

/// The commit that the build was told of.
const COMMIT: Option<&str> = option_env!("GITOPS_COMMIT");

/// Runs the command. The first argument is the program's name.
pub(crate) fn main(arguments: Vec<OsString>) -> ExitCode {
    let called = arguments.first().cloned().unwrap_or_default();
    start(arguments, async |args: VersionArgs, session: &Session| run(&args, session, &called).await)
}

async fn run(args: &VersionArgs, session: &Session, called: &OsStr) -> Result<Exit, Box<dyn Failure>> {
    let _log = args.output.log();
    let installation = Installation::find(session, called);
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let mut versions = VersionsDocument::new(
        env!("CARGO_PKG_VERSION"),
        COMMIT.filter(|commit| !commit.is_empty()),
        os,
        arch,
    );
    versions.programs = programs(&plugins(), session, &installation).await;
    versions.krew_root = installation.krew_root;
    let text = match args.output.format {
        Format::Json | Format::Yaml => args.output.document(&versions, false)?,
        Format::Name => versions.programs.iter().map(|program| format!("{}\n", program.name)).collect(),
        Format::Wide => page(&versions, |_| true),
        Format::Table => page(&versions, |program| !program.name.starts_with(COMPLETION_PREFIX)),
    };
    session.data(&text).map_err(OutputError::from)?;
    Ok(Exit::Done)
}

/// One line on the suite, and the programs.
fn page(versions: &VersionsDocument, is_shown: fn(&InstalledProgram) -> bool) -> String {
    let mut line = format!("kubectl-gitops {}", versions.version);
    if let Some(commit) = &versions.commit {
        line += &format!(", commit {commit}");
    }
    line += &format!(", {}/{}", versions.os, versions.arch);
    if let Some(root) = &versions.krew_root {
        line += &format!(", installed by Krew in {}", printable(&root.to_string_lossy()));
    }
    let rows = versions.programs.iter().filter(|program| is_shown(program)).map(row);
    format!("{line}\n\n{}", table(&["PROGRAM", "ROLE", "VERSION", "PATH"], &rows.collect::<Vec<_>>()))
}

fn row(program: &InstalledProgram) -> Vec<String> {
    let version = program.version.as_deref().unwrap_or("-");
    let mut path = program.path.to_string_lossy().into_owned();
    if let Some(target) = &program.target {
        path += &format!(" -> {}", target.to_string_lossy());
    }
    let cells = [program.name.as_str(), &program.role.to_string(), version, &path];
    cells.map(printable).into()
}
