//! What a person reads: a line a scenario, the story where it went wrong, and a closing line.

use std::time::Duration;

use crate::story::expectation::Comparison;
use crate::story::moment::Moment;
use crate::story::transcript;

/// How one scenario ended.
pub(crate) struct Finished {
    pub(crate) name: &'static str,
    pub(crate) took: Duration,
    /// Why its steps could not all be done.
    pub(crate) problem: Option<String>,
    /// How what was told compares with what was expected.
    pub(crate) comparison: Comparison,
    pub(crate) story: Vec<Moment>,
    /// What differs from the kept transcript. Not a failure.
    pub(crate) notice: Option<String>,
}

impl Finished {
    /// Prints it and says whether it passed.
    pub(crate) fn print(&self) -> bool {
        let passed = self.comparison == Comparison::Told && self.problem.is_none();
        let word = if passed { "ok" } else { "FAILED" };
        println!("{word} {} {:.1} s", self.name, self.took.as_secs_f64());
        if !passed {
            let departed = match self.comparison {
                Comparison::Departed { at, .. } => Some(at),
                _ => None,
            };
            for (number, line) in transcript::story(&self.story).lines().enumerate() {
                println!("  {} {line}", if Some(number) == departed { '>' } else { ' ' });
            }
            match &self.comparison {
                Comparison::Departed { expected, .. } => println!("  > expected: {}", or(expected)),
                Comparison::Unfinished(expected) => println!("  then expected: {}", or(expected)),
                Comparison::Told => {}
            }
            if let Some(problem) = &self.problem {
                println!("  {}", problem.replace('\n', "\n  ").trim_end());
            }
        }
        if let Some(notice) = &self.notice {
            println!("  notice: {notice}");
        }
        passed
    }
}

fn or(expected: &[String]) -> String {
    if expected.is_empty() { "nothing more".to_owned() } else { expected.join(", or ") }
}
