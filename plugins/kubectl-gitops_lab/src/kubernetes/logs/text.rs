//! The lines of a log: what a container writes, and when.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::container::ContainerRun;
use super::options::LogOptions;

/// What a pod's containers write.
const ANNOTATION: &str = "lab.gitops.dev/logs";
/// How long a container takes for a line.
const PACE: SignedDuration = SignedDuration::from_millis(100);

/// What a container writes in its life, line by line. `preset` is what all write of whom nothing else is said.
pub(super) fn text(pod: &Value, container: &str, preset: Option<&str>) -> Vec<String> {
    let said = pod["metadata"]["annotations"][ANNOTATION].as_str().or(preset);
    match said {
        Some(text) => text.lines().map(str::to_owned).collect(),
        None => plain(pod, container),
    }
}

fn plain(pod: &Value, container: &str) -> Vec<String> {
    let states = pod["status"]["containerStatuses"].as_array().into_iter().flatten();
    let state = states.into_iter().find(|state| state["name"] == container);
    let last = |name: &str| state.map(|state| &state[name]["terminated"]).filter(|last| last.is_object());
    let image = state.and_then(|state| state["image"].as_str()).unwrap_or_default();
    let mut lines = vec![format!("{container}: starting {image}"), format!("{container}: ready")];
    if let Some(last) = last("state").or_else(|| last("lastState")) {
        let reason = last["reason"].as_str().unwrap_or_default();
        lines.push(format!("{container}: ended with exit code {} ({reason})", last["exitCode"]));
    }
    lines
}

/// A line and when it was written.
pub(super) type LogLine = (Timestamp, String);

/// The lines with their times: one after another, and all of them before the end.
pub(super) fn written(lines: Vec<String>, run: ContainerRun) -> Vec<LogLine> {
    let mut at = run.start;
    let mut written = Vec::new();
    for line in lines {
        written.push((run.end.map_or(at, |end| at.min(end)), line));
        at = at.saturating_add(PACE).unwrap_or(at);
    }
    written
}

/// What of `lines` is told.
pub(super) fn shown(lines: &[LogLine], options: &LogOptions) -> String {
    lines
        .iter()
        .map(|(at, line)| match options.timestamps {
            true => format!("{} {line}\n", at.strftime("%Y-%m-%dT%H:%M:%S%.9fZ")),
            false => format!("{line}\n"),
        })
        .collect()
}

/// Takes from `told` what goes beyond a limit, and counts down what is left of it. Whether anything is left.
pub(super) fn cut(told: &mut String, left: &mut Option<usize>) -> bool {
    let Some(limit) = left else { return true };
    let mut end = told.len().min(*limit);
    while !told.is_char_boundary(end) {
        end -= 1;
    }
    told.truncate(end);
    *limit -= end;
    *limit > 0
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{ContainerRun, LogOptions, cut, shown, written};

    #[test]
    fn lines_are_written_one_after_another_and_all_before_the_end() {
        let start = Timestamp::UNIX_EPOCH;
        let lines = || ["a", "b", "c"].map(str::to_owned).to_vec();
        let end = Some(start + SignedDuration::from_millis(150));
        let times = |end| -> Vec<i128> {
            written(lines(), ContainerRun { start, end })
                .iter()
                .map(|(at, _)| at.as_millisecond().into())
                .collect()
        };
        assert_eq!((times(None), times(end)), (vec![0, 100, 200], vec![0, 100, 150]));
        let options = LogOptions { timestamps: true, ..LogOptions::default() };
        let told = shown(&written(lines(), ContainerRun { start, end })[..1], &options);
        assert_eq!(told, "1970-01-01T00:00:00.000000000Z a\n");
    }

    #[test]
    fn a_limit_of_bytes_ends_a_log_in_the_middle_of_a_line() {
        let (mut told, mut left) = ("one\ntwo\n".to_owned(), Some(6));
        assert!(!cut(&mut told, &mut left));
        assert_eq!((told.as_str(), left), ("one\ntw", Some(0)));
        let (mut told, mut left) = ("one\n".to_owned(), Some(6));
        assert!(cut(&mut told, &mut left));
        assert_eq!(left, Some(2));
    }
}
