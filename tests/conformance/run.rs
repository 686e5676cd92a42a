//! One run from beginning to end: tools, control plane, scenarios side by side, judgement, exit code.

use std::env;
use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use futures::{StreamExt, stream};
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::{Arguments, Task};
use crate::benchmark;
use crate::plane::flux;
use crate::plane::objects::Objects;
use crate::plane::{self, Plane};
use crate::problem::{Context, Outcome, Problem};
use crate::scenario::Scenario;
use crate::scenario::case::Case;
use crate::scenarios;
use crate::serve;
use crate::story::expectation::{self, Comparison};
use crate::story::report::Finished;
use crate::story::{next, recording, transcript};
use crate::tools::Tools;

/// Scenarios mostly wait, but each starts processes; more of them at once only delay each other on two cores.
const SIDE_BY_SIDE: usize = 8;

/// Does what the command line asks for.
pub(crate) fn run(words: impl Iterator<Item = String>) -> ExitCode {
    match attempt(words) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn attempt(words: impl Iterator<Item = String>) -> Outcome<ExitCode> {
    let arguments = Arguments::read(words)?;
    if arguments.task == Task::Measure {
        return benchmark::measure(&arguments.names);
    }
    for check in [expectation::self_check, transcript::self_check, next::self_check] {
        check().map_err(Problem::new)?;
    }
    let chosen = chosen(&arguments);
    if arguments.task == Task::List {
        for scenario in &chosen {
            println!("{:20} {}", scenario.name, scenario.title);
        }
        return Ok(ExitCode::SUCCESS);
    }
    if chosen.is_empty() {
        return Err(Problem::new(format!("no scenario's name contains {}", arguments.names.join(" or "))));
    }
    let Some(tools) = Tools::ready()? else {
        println!("not run: needs Go {}", crate::tools::go::MINOR);
        let required = env::var("GITOPS_REQUIRE_TOOLS").is_ok_and(|value| value == "1");
        return Ok(if required { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    };
    if arguments.task == Task::Build {
        return Ok(ExitCode::SUCCESS);
    }
    // One thread: children ask the kernel to be killed with the thread that started them.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("runtime")?;
    runtime.block_on(async {
        tokio::select! {
            code = interrupted() => code,
            code = work(&arguments, &chosen, &tools) => code,
        }
    })
}

/// The scenarios that are asked for and can be played; of the others, why not.
fn chosen(arguments: &Arguments) -> Vec<Scenario> {
    let (playable, left): (Vec<_>, Vec<_>) = scenarios::all()
        .into_iter()
        .filter(|scenario| arguments.selects(scenario.name))
        .map(|scenario| (obstacle(&scenario), scenario))
        .partition(|(obstacle, _)| obstacle.is_none() || arguments.task == Task::List);
    for (obstacle, scenario) in left {
        println!("not run: {} {}", scenario.name, obstacle.unwrap_or_default());
    }
    playable.into_iter().map(|(_, scenario)| scenario).collect()
}

fn obstacle(scenario: &Scenario) -> Option<&'static str> {
    let lacks_definition = scenario.releases && plane::release_definition().is_none();
    lacks_definition.then_some("needs GITOPS_CONTRACTS, where HelmReleases are defined")
}

/// Resolves when the person, or whoever runs this, wants it to end: everything that was started is dropped.
async fn interrupted() -> Outcome<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    tokio::select! {
        _ = interrupt.recv() => Ok(ExitCode::from(130)),
        _ = terminate.recv() => Ok(ExitCode::from(143)),
    }
}

async fn work(arguments: &Arguments, chosen: &[Scenario], tools: &Tools) -> Outcome<ExitCode> {
    let started = Instant::now();
    let mut plane = Plane::start(tools).await?;
    eprintln!("control plane ready in {:.1} s", started.elapsed().as_secs_f64());
    let releases = plane.releases.then_some(flux::RELEASE);
    let kinds: Vec<_> = flux::KINDS.into_iter().chain(releases).collect();
    let objects = Objects::watch(&plane.cluster, &kinds)?;
    if arguments.task == Task::Serve {
        return serve::serve(&plane, &objects).await;
    }
    if arguments.task == Task::Benchmark {
        return serve::benchmark(&plane, &objects).await;
    }
    fs::create_dir_all(transcript::folder()).context(transcript::folder().display())?;
    let (alone, together): (Vec<_>, Vec<_>) = chosen.iter().partition(|scenario| scenario.alone);
    let (mut passed, mut failed) = (0, 0);
    let (control, watched) = (&plane, &objects);
    for (batch, width) in [(together, SIDE_BY_SIDE), (alone, 1)] {
        let finished = stream::iter(batch)
            .map(|scenario| play(control, watched, scenario, arguments.task == Task::Bless))
            .buffer_unordered(width);
        let mut finished = std::pin::pin!(finished);
        while let Some(end) = finished.next().await {
            if end.print() { passed += 1 } else { failed += 1 }
        }
    }
    drop(objects);
    for casualty in plane.casualties() {
        println!("{casualty}");
        failed += 1;
    }
    println!("{passed} passed, {failed} failed in {:.0} s", started.elapsed().as_secs_f64());
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Plays one scenario, judges it and writes what was told.
async fn play(plane: &Plane, objects: &Objects, scenario: &Scenario, bless: bool) -> Finished {
    let started = Instant::now();
    let mut story = Vec::new();
    let mut notice = None;
    let played = async {
        let mut case = Case::new(plane, objects, scenario.name).await?;
        let steps = (scenario.steps)(&mut case).await;
        if steps.is_ok() {
            case.silence().await;
        }
        story = case.story();
        let said = case.recording();
        let timeline = recording::timeline(scenario.title, &case.namespace, &said);
        let file = transcript::folder().join(scenario.name).with_extension("timeline.json");
        fs::write(&file, format!("{timeline:#}\n")).context(file.display())?;
        let said = transcript::normalised(recording::lines(&said), &case.commits, plane.folder());
        if bless && scenario.recorded && steps.is_ok() {
            // Right whatever the plugin makes of it.
            transcript::bless_unordered(&recording::name(scenario.name), &said)?;
        }
        let file = transcript::folder().join(scenario.name).with_extension("txt");
        fs::write(&file, transcript::story(&story)).context(file.display())?;
        let text = transcript::normalised(&story, &case.commits, plane.folder());
        let told = expectation::compare(&scenario.story, &story) == Comparison::Told;
        match bless {
            // What is wrong is not kept as right.
            true if told && steps.is_ok() => transcript::bless(scenario.name, &text)?,
            true => {}
            false => notice = transcript::differs(scenario.name, &scenario.story, &text),
        }
        steps
    };
    let problem = played.await.err().map(|problem| problem.to_string());
    let comparison = expectation::compare(&scenario.story, &story);
    Finished { name: scenario.name, took: started.elapsed(), problem, comparison, story, notice }
}
