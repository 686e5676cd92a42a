//! The words of the command line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueHint::{DirPath, FilePath};
use clap::builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::SignedDuration;

use crate::recording::recordings;
use crate::scenario::{BuiltIn, scenarios};

/// An offline lab: a cluster with Flux and GitHub on this machine, or a recorded one
#[derive(Debug, clap::Parser)]
#[command(name = "kubectl gitops-lab", bin_name = "kubectl gitops-lab", version, after_help = LAB_EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    pub(super) command: LabCommand,
}

const LAB_EXAMPLES: &str = "\
Examples:
  # Half a minute of it: a deployment, a failure and its recovery
  kubectl gitops-lab demo

  # A cluster, GitHub and Azure to use by hand
  kubectl gitops-lab up

  # A failure that was recorded on a real cluster
  kubectl gitops-lab replay failing-health --at 45 -- kubectl gitops-status";

#[derive(Debug, clap::Subcommand)]
pub(super) enum LabCommand {
    Replay(ReplayArgs),
    Up(UpArgs),
    Demo(DemoArgs),
}

/// Serve a cluster with Flux, GitHub and Azure
///
/// A Kubernetes cluster in memory with Flux and the agents of Azure Arc on it, and a GitHub and an Azure beside it, on this
/// machine alone: what reaches a branch of the gitops repository is deployed, and what is written is kept and runs as on a
/// real one. Workflows begin and end as on GitHub, but nothing executes their steps: they build no image and open no pull
/// request. It begins with a scenario, which may be a fault that has just happened; it serves until it is interrupted, and
/// is gone then. The folder that it writes has a kubeconfig, and a file for the shell that makes kubectl, git and az use it.
#[derive(Debug, clap::Args)]
#[command(after_help = UP_EXAMPLES)]
pub(super) struct UpArgs {
    /// What the lab begins with: a scenario that is built in, or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "default", value_parser = ScenarioParser, value_hint = FilePath)]
    pub(super) scenario: String,

    /// How many clusters there are, each with its own API and context: the scenario happens in every one
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u8).range(1..=8))]
    pub(super) clusters: u8,

    /// Port of the Kubernetes API; GitHub takes the next one, then further clusters, then Azure; 0 takes any that are free
    #[arg(long, value_name = "N", default_value = "0")]
    pub(super) port_base: u16,

    /// Delay every answer, such as 80ms
    #[arg(long, value_name = "DURATION", value_parser = latency)]
    pub(super) latency: Option<Duration>,

    /// Let time pass N times as fast
    #[arg(long, value_name = "N", default_value = "1", value_parser = speed)]
    pub(super) speed: f64,

    /// What the context, cluster and user of the kubeconfig are called, so that those of several labs can be merged;
    /// further clusters are NAME-2, NAME-3 and so on
    #[arg(long, value_name = "NAME", default_value = "lab", value_parser = context_name)]
    pub(super) name: String,

    /// Folder for the kubeconfig and env.sh; a lab that begins again in it keeps its authority, tokens and ports
    #[arg(long, value_name = "FOLDER", default_value = ".gitops-lab", value_hint = DirPath)]
    pub(super) folder: PathBuf,
}

const UP_EXAMPLES: &str = "\
Examples:
  # A pipeline that is well; in another shell: . .gitops-lab/env.sh
  kubectl gitops-lab up

  # One whose last commit crashes
  kubectl gitops-lab up --scenario crash-loop

  # Two clusters that follow the same repositories
  kubectl gitops-lab up --clusters 2

  # A second one beside it, in a context of its own
  kubectl gitops-lab up --folder ~/edge --name edge

  # A scenario of your own, over a slow line
  kubectl gitops-lab up --scenario ./incident.yaml --latency 80ms

Exit codes:
  1    it cannot serve
  2    the command line, the scenario or the folder cannot be used
  130  interrupted, which is how it ends";

/// Watch a version being deployed, another one failing, and the next one mending it
///
/// Starts a lab, watches the environment dev of its pipeline with `kubectl gitops-status --watch`, and merges three pull
/// requests: one that is well, one that is not, and one that puts it right. Nothing of yours is read or reached. Ends
/// by itself in half a minute; the exit code tells whether everything went as it should.
#[derive(Debug, clap::Args)]
#[command(after_help = DEMO_EXAMPLES)]
pub(super) struct DemoArgs {}

const DEMO_EXAMPLES: &str = "\
Examples:
  # Anywhere, without a cluster
  kubectl gitops-lab demo

Exit codes:
  0  everything went as it should
  1  something did not";

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
pub(super) struct ReplayArgs {
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

    /// Play N times as fast; 0.5 is half as fast. Ages shrink too; durations that objects hold, such as
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
  kubectl gitops-lab replay broken-manifest -- kubectl gitops-status --watch

  # What a rollout that fails its health check looks like after half a minute
  kubectl gitops-lab replay failing-health --at 45 -- kubectl gitops-status

  # Look around with kubectl for as long as you like
  kubectl gitops-lab replay breaks-later --hold -- bash

  # A recording of your own, ten times as fast
  kubectl gitops-lab replay -f incident.json --speed 10 -- kubectl get pods -w

Exit codes:
  0  the recording is over, or the list was printed
  1  it cannot be served
  2  the command line, the recording or the command cannot be used";

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        recordings().iter().map(|recording| PossibleValue::new(recording.name).help(recording.title())),
    )
}

/// Knows the names of the scenarios that are built in, for help and completion, and lets files pass.
#[derive(Clone, Debug)]
struct ScenarioParser;

impl TypedValueParser for ScenarioParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        NonEmptyStringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let known =
            |scenario: &'static BuiltIn| PossibleValue::new(scenario.name).help(scenario.description());
        Some(Box::new(scenarios().iter().map(known)))
    }
}

/// A name that needs no quotes in a shell or in YAML.
fn context_name(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let begins_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let is_name = begins_well && text.len() <= 63 && text.bytes().all(is_plain);
    is_name
        .then(|| text.to_owned())
        .ok_or_else(|| "not a letter and up to 62 letters, digits, '-', '_' or '.' behind it".to_owned())
}

/// A length of time as people write it.
fn latency(text: &str) -> Result<Duration, String> {
    let duration: Option<SignedDuration> = text.parse().ok();
    let duration = duration.and_then(|duration| Duration::try_from(duration).ok());
    duration
        .filter(|duration| duration.as_secs() < 600)
        .ok_or_else(|| "not a duration such as 80ms".to_owned())
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

    use super::{Args, LabCommand};

    fn parsed(line: &str) -> Result<super::ReplayArgs, clap::error::ErrorKind> {
        match Args::try_parse_from(line.split(' ')) {
            Ok(Args { command: LabCommand::Replay(replay) }) => Ok(replay),
            Ok(Args { command: LabCommand::Up(_) | LabCommand::Demo(_) }) => panic!("{line}"),
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
    fn a_context_has_a_plain_name() {
        for name in ["lab", "edge-2", "Prod_eu.1"] {
            assert!(super::context_name(name).is_ok(), "{name}");
        }
        for name in ["", "a b", "-a", "1", "a/b", "a'", "ä", &"a".repeat(64)] {
            assert!(super::context_name(name).is_err(), "{name}");
        }
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
