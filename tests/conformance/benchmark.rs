//! `cargo benchmark`: the release binary against stock kubectl on the same real API server, in turn.
//!
//! Whole processes are timed, from start to end, as a person would feel them. Each is started by this
//! executable run once more, so that the kernel's account of finished children is that of one child alone.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

use crate::plane::Plane;
use crate::problem::{Context, Outcome, Problem};

/// Runs of each; the first of each is not counted.
const RUNS: usize = 21;

/// What one run cost.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    micros: u64,
    kibibytes: u64,
}

/// Runs both in turn and prints what they cost.
pub(crate) fn run(plane: &Plane) -> Outcome<ExitCode> {
    let status = plane.plugins.join("kubectl-gitops_status").display().to_string();
    let kubectl = plane.cluster.kubectl.display().to_string();
    let ours = [status.as_str(), "-n", "dev-hello"];
    let theirs = [kubectl.as_str(), "get", "gitrepositories,kustomizations", "-n", "flux-system"];
    let (mut own, mut other) = (Vec::new(), Vec::new());
    for _ in 0..=RUNS {
        own.push(measured(plane, &ours)?);
        other.push(measured(plane, &theirs)?);
    }
    println!("{RUNS} runs of each in turn, whole processes: minimum, median, maximum");
    let (ours, theirs) = (row("kubectl-gitops_status -n dev-hello", &own), row("kubectl get …", &other));
    let ratio = |a: u64, b: u64| a as f64 / b.max(1) as f64;
    println!(
        "ratio of medians: wall {:.2}, memory {:.2}",
        ratio(ours.micros, theirs.micros),
        ratio(ours.kibibytes, theirs.kibibytes)
    );
    Ok(ExitCode::SUCCESS)
}

/// Prints a row; the answer is its medians.
fn row(name: &str, costs: &[Cost]) -> Cost {
    let sorted = |of: fn(&Cost) -> u64| {
        let mut all: Vec<u64> = costs[1..].iter().map(of).collect();
        all.sort_unstable();
        all
    };
    let (micros, kibibytes) = (sorted(|cost| cost.micros), sorted(|cost| cost.kibibytes));
    let millis = |index: usize| micros[index] as f64 / 1000.0;
    let mebibytes = |index: usize| kibibytes[index] as f64 / 1024.0;
    let (middle, last) = (micros.len() / 2, micros.len() - 1);
    println!(
        "{name:36} wall {:6.1} {:6.1} {:6.1} ms   memory {:5.1} {:5.1} {:5.1} MiB",
        millis(0),
        millis(middle),
        millis(last),
        mebibytes(0),
        mebibytes(middle),
        mebibytes(last)
    );
    Cost { micros: micros[middle], kibibytes: kibibytes[middle] }
}

fn measured(plane: &Plane, words: &[&str]) -> Outcome<Cost> {
    let own = std::env::current_exe().context("this executable")?;
    let output = Command::new(own)
        .arg("--measure")
        .args(words)
        .env("KUBECONFIG", &plane.cluster.kubeconfig)
        .output()
        .context("a measured run")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().filter_map(|word| word.parse().ok());
    match (output.status.success(), numbers.next(), numbers.next()) {
        (true, Some(micros), Some(kibibytes)) => Ok(Cost { micros, kibibytes }),
        _ => Err(Problem::new(format!("{} cannot be measured: {text}", words.join(" ")))),
    }
}

/// Runs one command and prints what it cost: microseconds and the peak of its memory in KiB.
pub(crate) fn measure(words: &[String]) -> Outcome<ExitCode> {
    let (program, arguments) = words.split_first().ok_or_else(|| Problem::new("nothing to measure"))?;
    let started = Instant::now();
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).status().context(program)?;
    let micros = started.elapsed().as_micros();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("the kernel's account")?;
    println!("{micros} {}", usage.max_rss());
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
