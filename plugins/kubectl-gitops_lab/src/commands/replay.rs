//! `replay`: from the arguments to a recording, a server, a command and its end.

use std::io::ErrorKind;
use std::ops::Range;

use gitops_core::cli::Session;
use gitops_core::model::{Exit, printable};

use super::arguments;
use super::command::{accompany, prepare};
use super::command_folder::CommandFolder;
use super::failure::CommandError;
use super::input_file::read_text;
use crate::http::{Pace, Replay, ReplayOptions};
use crate::recording::{Recording, Timeline, recordings};

/// Replays what the arguments ask for.
pub(super) async fn run(args: arguments::ReplayArgs, session: &Session) -> Result<Exit, CommandError> {
    if args.list {
        return list(session);
    }
    let (what, timeline) = timeline(&args)?;
    // The end rounded up is its last state. A recording of one moment is that moment, however long ago.
    if timeline.seconds() > 0.0 && args.at > timeline.seconds().ceil() {
        return Err(CommandError::Over { at: args.at, seconds: timeline.seconds() });
    }
    let command_folder = CommandFolder::of_session(session).await?;
    let introduction = introduction(&what, &timeline, &args);
    let options =
        ReplayOptions { at: args.at, start: session.clock.now(), pace: Pace::Clock { speed: args.speed } };
    let replay = Replay::start(timeline, options).await?;
    command_folder.add_kubeconfig(&replay.kubeconfig())?;
    let talk = |text: &str| {
        if !args.quiet {
            session.message(text);
        }
    };
    let command = prepare(&args.command, &command_folder, &[])?;
    talk(&introduction);
    let mut child = command.spawn()?;
    accompany(&mut child, &replay, args.hold, |played| talk(&told(replay.timeline(), played, args.hold)))
        .await
        .map_err(CommandError::Lost)
}

/// What to replay, and what to call it.
fn timeline(args: &arguments::ReplayArgs) -> Result<(String, Timeline), CommandError> {
    let (what, text) = match (&args.file, args.name.as_deref().and_then(Recording::named)) {
        (Some(path), _) => {
            let text =
                read_text(path).map_err(|source| CommandError::Unreadable { path: path.clone(), source })?;
            (path.display().to_string(), text)
        }
        (None, Some(recording)) => (recording.name.to_owned(), recording.text.to_owned()),
        // Unreachable behind clap, which knows the names; said rather than assumed.
        (None, None) => (args.name.clone().unwrap_or_default(), String::new()),
    };
    match Timeline::parse(&text) {
        Ok(timeline) => Ok((what, timeline)),
        Err(source) => Err(CommandError::Unplayable { what, source }),
    }
}

/// What is going to be seen.
fn introduction(what: &str, timeline: &Timeline, args: &arguments::ReplayArgs) -> String {
    let mut text = format!("# replaying {what}: {}\n", timeline.scenario);
    text += &format!("# namespace {}, {:.1} s", timeline.namespace, timeline.seconds());
    if args.at > 0.0 {
        text += &format!(" from {} s on", args.at);
    }
    if args.speed != 1.0 {
        text += &format!(", {} times as fast", args.speed);
    }
    text.lines().map(|line| format!("{}\n", printable(line))).collect()
}

/// The steps among the entries of `played`, and the end.
fn told(timeline: &Timeline, played: Range<usize>, hold: bool) -> String {
    let end = played.end == timeline.length() && !played.is_empty();
    let mut text: String = timeline
        .steps(played)
        .map(|(second, step)| format!("# {second:.1} s  {}\n", printable(step)))
        .collect();
    if end {
        let then = if hold { "; its last state stays" } else { "" };
        text += &format!("# {:.1} s  the recording ends{then}\n", timeline.seconds());
    }
    text
}

/// The recordings that are built in, as a table.
fn list(session: &Session) -> Result<Exit, CommandError> {
    let width = recordings().iter().map(|recording| recording.name.len()).max().unwrap_or(0);
    let mut table = format!("{:width$}   {:7}   TITLE\n", "NAME", "SECONDS");
    for recording in recordings() {
        let timeline = Timeline::parse(recording.text)
            .map_err(|source| CommandError::Unplayable { what: recording.name.to_owned(), source })?;
        let (name, seconds, title) = (recording.name, timeline.seconds(), &timeline.scenario);
        table += &format!("{name:width$}   {seconds:<7.1}   {title}\n");
    }
    match session.data(&table) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CommandError::Output(error)),
        _ => Ok(Exit::Done),
    }
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::recording::Timeline;

    #[test]
    fn steps_are_told_at_their_second_and_steer_no_terminal() {
        let text = r#"{"scenario":"s","namespace":"n","timeline":[
            {"t":0.2,"step":"git push: first"},{"t":5.12,"step":"break\u001b[2J\nit"}]}"#;
        let timeline = Timeline::parse(text).unwrap();
        assert_eq!(told(&timeline, 0..1, false), "# 0.2 s  git push: first\n");
        assert_eq!(
            told(&timeline, 1..2, true),
            "# 5.1 s  break\u{fffd}[2J it\n# 5.1 s  the recording ends; its last state stays\n"
        );
    }
}
