//! The command line: `cargo conformance [--list | --build | --serve | --benchmark | --bless] [NAME…]`.
//!
//! Read by hand: four words and a list of names do not need a parser that tests would have to depend on.

use crate::problem::{Outcome, Problem};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Print the scenarios' names and what they show.
    List,
    /// Build the tools into the cache and stop.
    Build,
    /// Bring the control plane up with one healthy pipeline, for a person or a benchmark.
    Serve,
    /// Time the plugin and stock kubectl in turn against such a pipeline.
    Benchmark,
    /// Time the command that the names are; what a benchmark starts.
    Measure,
    /// Run scenarios and judge them.
    Run,
    /// Run scenarios and keep what they told as the reviewed transcripts.
    Bless,
}

/// The command line, read.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) task: Task,
    /// Only scenarios whose name contains one of these; all if empty.
    pub(crate) names: Vec<String>,
}

const USAGE: &str = "usage: cargo conformance [--list | --build | --serve | --benchmark | --bless] [NAME…]";

impl Arguments {
    /// Reads the words after the program's name. Cargo's own `--bench`-like words never reach this executable.
    pub(crate) fn read(words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut arguments = Self { task: Task::Run, names: Vec::new() };
        for word in words {
            match word.as_str() {
                "--list" => arguments.task = Task::List,
                "--build" => arguments.task = Task::Build,
                "--serve" => arguments.task = Task::Serve,
                "--benchmark" => arguments.task = Task::Benchmark,
                "--measure" => arguments.task = Task::Measure,
                "--bless" => arguments.task = Task::Bless,
                flag if flag.starts_with('-') && arguments.task != Task::Measure => {
                    return Err(Problem::new(format!("unknown flag {flag}\n{USAGE}")));
                }
                _ => arguments.names.push(word),
            }
        }
        Ok(arguments)
    }

    pub(crate) fn selects(&self, scenario: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| scenario.contains(name.as_str()))
    }
}
