//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::archive::{self, ArchiveArgs};
use crate::error::XtaskError;
use crate::generated::{self, GenerateArgs};
use crate::{azure_cli, demo, rehearsal};

/// Tasks of this repository
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the suite and watch a version being deployed, another one failing, and the next one mending it, offline
    Demo,
    /// Type what az, Microsoft's command line of Azure, is to do against the lab, and compare what it says
    AzureCli,
    /// Do what docs/adding-a-command.md says, in a copy of this checkout
    Rehearse,
    /// Write what is made of the command line (man pages, the reference, completions/) and krew-manifest.yaml
    Generate(GenerateArgs),
    /// Build what is shipped, pack it for Krew, and write the manifest of what was packed
    Archive(ArchiveArgs),
    /// Write the Krew manifest of the archives of all platforms, once they are gathered in a folder
    KrewManifest {
        /// The folder of the archives, where their manifest is written
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// Runs the task that the process was asked for.
pub fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        Err(error) => error.report(),
    }
}

fn run(args: Args) -> Result<ExitCode, XtaskError> {
    match args.task {
        Task::Demo => demo::run(),
        Task::AzureCli => azure_cli::run(),
        Task::Rehearse => rehearsal::run().map(|()| ExitCode::SUCCESS),
        Task::Generate(args) => generated::run(&args),
        Task::Archive(args) => archive::run(&args).map(|()| ExitCode::SUCCESS),
        Task::KrewManifest { folder } => archive::write_manifest(&folder).map(|()| ExitCode::SUCCESS),
    }
}
