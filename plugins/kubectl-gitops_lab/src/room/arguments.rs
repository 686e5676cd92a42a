//! The words of the command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};

use crate::recording::recordings;

/// A lab: what the suite works with, offline
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-lab", bin_name = "kubectl gitops-lab", version)]
pub struct Args {
    #[command(subcommand)]
    pub(super) room: Room,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Room {
    Replay(Replay),
    Up(Up),
}

/// Serve a cluster that can be written to
///
/// An empty Kubernetes cluster in memory, on this machine alone: namespaces, config maps, secrets and all other
/// objects are kept as a real one keeps them, but no workload runs. It serves until it is interrupted, and is
/// gone then. The folder that it writes has a kubeconfig, and a file for the shell that makes kubectl use it.
#[derive(Debug, clap::Args)]
pub(super) struct Up {
    /// The port of the Kubernetes API; any free one when it is 0
    #[arg(long, value_name = "N", default_value = "0")]
    pub(super) port_base: u16,

    /// The folder to write
    #[arg(long, value_name = "FOLDER", default_value = ".gitops-lab")]
    pub(super) folder: PathBuf,
}

/// Run a command against a recorded cluster
///
/// A recording tells what happened to every object of a namespace on a real cluster. Replay serves it as a
/// Kubernetes API that can only be read, on this machine alone and at the recorded pace, with all times moved
/// to now. The command finds it through KUBECONFIG, and finds the plugins of this suite on its PATH, installed
/// or not. What was done on the cluster is told on stderr at its time.
///
/// When the recording has ended, the command has two seconds to show it and is then interrupted, which counts
/// as success. A command that ends by itself ends the replay, with its own exit code.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Replay {
    /// The recording
    #[arg(
        value_name = "NAME",
        value_parser = names(),
        required_unless_present_any = ["file", "list"],
        conflicts_with_all = ["file", "list"]
    )]
    pub(super) name: Option<String>,

    /// A file to replay instead of one of the recordings that are built in
    #[arg(short, long, value_name = "FILE", conflicts_with = "list")]
    pub(super) file: Option<PathBuf>,

    /// Begin at this second of the recording; everything before it has already happened
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = second)]
    pub(super) at: f64,

    /// Play so many times as fast; 0.5 is half as fast. Ages shrink too; durations that objects hold, such as
    /// intervals and timeouts, stay as they are
    #[arg(long, value_name = "N", default_value = "1", value_parser = speed)]
    pub(super) speed: f64,

    /// At the end, keep serving the last state until the command ends by itself
    #[arg(long)]
    pub(super) hold: bool,

    /// Do not tell on stderr what is replayed and what was done
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// List the recordings that are built in
    #[arg(long)]
    pub(super) list: bool,

    /// The command to run, with its arguments
    #[arg(last = true, value_name = "COMMAND", required_unless_present = "list", conflicts_with = "list")]
    pub(super) command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  # A commit breaks the manifests, the next one mends them: watch it happen
  kubectl gitops-lab replay broken-manifest --at 5 -- kubectl gitops-status --watch

  # What a rollout that fails its health check looks like after half a minute
  kubectl gitops-lab replay failing-health --at 45 -- kubectl gitops-status

  # Look around with kubectl for as long as you like
  kubectl gitops-lab replay breaks-later --hold -- bash

  # A recording of your own, ten times as fast
  kubectl gitops-lab replay -f incident.json --speed 10 -- kubectl get pods --watch";

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        recordings().iter().map(|recording| PossibleValue::new(recording.name).help(recording.title())),
    )
}

/// A second of a recording.
fn second(text: &str) -> Result<f64, String> {
    number(text)
        .filter(|second| (0.0..=1e8).contains(second))
        .ok_or_else(|| "not a number of seconds".to_owned())
}

/// How many times as fast.
fn speed(text: &str) -> Result<f64, String> {
    number(text)
        .filter(|speed| (0.01..=1000.0).contains(speed))
        .ok_or_else(|| "not a number between 0.01 and 1000".to_owned())
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Args, Room};

    fn parsed(line: &str) -> Result<super::Replay, clap::error::ErrorKind> {
        match Args::try_parse_from(line.split(' ')) {
            Ok(Args { room: Room::Replay(replay) }) => Ok(replay),
            Ok(Args { room: Room::Up(_) }) => panic!("{line}"),
            Err(error) => Err(error.kind()),
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_can_be_replayed_is_understood() {
        for line in [
            "lab replay first-sync -- true",
            "lab replay first-sync --at 2.5 --speed 0.5 --hold --quiet -- kubectl get pods -w",
            "lab replay -f a.json -- true",
            "lab replay --list",
        ] {
            assert!(parsed(line).is_ok(), "{line}");
        }
        let replay = parsed("lab replay first-sync --at 2.5 -- kubectl get pods --hold").unwrap();
        assert_eq!((replay.at, replay.speed, replay.hold, replay.command.len()), (2.5, 1.0, false, 4));
    }

    #[test]
    fn what_cannot_is_a_usage_error() {
        use clap::error::ErrorKind::*;
        for (line, kind) in [
            ("lab replay", MissingRequiredArgument),
            ("lab replay first-sync", MissingRequiredArgument),
            ("lab replay -- true", MissingRequiredArgument),
            ("lab replay first-sink -- true", InvalidValue),
            ("lab replay first-sync -f a.json -- true", ArgumentConflict),
            ("lab replay --list -- true", ArgumentConflict),
            ("lab replay first-sync --speed 0 -- true", ValueValidation),
            ("lab replay first-sync --speed NaN -- true", ValueValidation),
            ("lab replay first-sync --speed inf -- true", ValueValidation),
            ("lab replay first-sync --speed=-1 -- true", ValueValidation),
            ("lab replay first-sync --at=-1 -- true", ValueValidation),
            ("lab replay first-sync --at NaN -- true", ValueValidation),
        ] {
            assert_eq!(parsed(line).expect_err(line), kind, "{line}");
        }
    }
}
