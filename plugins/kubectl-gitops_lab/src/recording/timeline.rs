//! The file format of a recording: `{scenario, namespace, recordedAt?, timeline: [{t, step, …} | {t, type, object} |
//! {t, log} | {t, answer}]}`.
//!
//! Reading it checks everything that the rest relies on, so that nothing later can fail on a file's account.
//! Fields that are not known are left alone: recordings carry what their recorder found worth keeping.

use gitops_core::model::argument::is_name;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// A recording: what was done and what became of every object, in order.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// What happens, in one sentence.
    pub scenario: String,
    /// The namespace that was watched.
    pub namespace: String,
    /// The instant of second 0, where the recording says it.
    pub(crate) recorded_at: Option<Timestamp>,
    pub(crate) entries: Vec<TimelineEntry>,
}

/// One line of the recording.
#[derive(Clone, Debug)]
pub(crate) struct TimelineEntry {
    /// Seconds since the recording began.
    pub(crate) t: f64,
    pub(crate) what: TimelineContent,
}

/// What happened at that second.
#[derive(Clone, Debug)]
pub(crate) enum TimelineContent {
    /// Somebody did something.
    Step(String),
    /// An object came, changed or went.
    Change(EventType, Value),
    /// A container wrote its last lines.
    Log(Log),
    /// A question is answered with a status code from then on, until it is answered with 200.
    Answer(RecordedAnswer),
}

/// The last lines that a container wrote before it ended.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(expecting = "an object")]
pub(crate) struct Log {
    pub(crate) namespace: String,
    pub(crate) pod: String,
    pub(crate) container: String,
    pub(crate) lines: Vec<String>,
}

/// What a question was answered with instead of objects.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(expecting = "an object")]
pub(crate) struct RecordedAnswer {
    /// `pods`, `deployments.apps`
    pub(crate) resource: String,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    #[serde(deserialize_with = "status_code")]
    pub(crate) code: StatusCode,
}

fn status_code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<StatusCode, D::Error> {
    let code = u16::deserialize(deserializer)?;
    let is_known = [200, 403, 404].contains(&code);
    let code = StatusCode::from_u16(code).ok().filter(|_| is_known);
    code.ok_or_else(|| serde::de::Error::custom("`code` is none of 200, 403, 404"))
}

/// A watch event's type, as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventType {
    Added,
    Modified,
    Deleted,
}

impl EventType {
    /// As a watch spells it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            EventType::Added => "ADDED",
            EventType::Modified => "MODIFIED",
            EventType::Deleted => "DELETED",
        }
    }
}

/// Why a text is no recording.
#[derive(Debug, thiserror::Error)]
pub enum TimelineError {
    /// Not JSON, or not of this shape; the source names the place.
    #[error("not a recorded timeline")]
    Shape(#[source] serde_json::Error),
    /// The namespace could not be one.
    #[error("`namespace` is no name of a namespace")]
    Namespace,
    /// Entry `index` (counted from 0) says something impossible.
    #[error("timeline[{index}]: {reason}")]
    Entry {
        /// Its place in the list.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct TimelineDocument {
    scenario: String,
    namespace: String,
    #[serde(rename = "recordedAt")]
    recorded_at: Option<Timestamp>,
    timeline: Vec<TimelineLine>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct TimelineLine {
    t: f64,
    step: Option<String>,
    #[serde(rename = "type")]
    change: Option<String>,
    object: Option<Value>,
    log: Option<Log>,
    answer: Option<RecordedAnswer>,
}

/// A year; whatever is longer is a time stamp that was taken for seconds.
const LONGEST: f64 = 366.0 * 86_400.0;

impl Timeline {
    /// Reads a recording. Entries whose times run backwards are put in order.
    pub fn parse(text: &str) -> Result<Self, TimelineError> {
        let mut document: TimelineDocument = serde_json::from_str(text).map_err(TimelineError::Shape)?;
        // Commands that are shown have it in them.
        if !is_name(&document.namespace) || document.namespace.contains('.') {
            return Err(TimelineError::Namespace);
        }
        let read = |(index, line): (usize, TimelineLine)| {
            entry(line).map_err(|reason| TimelineError::Entry { index, reason })
        };
        let timeline = std::mem::take(&mut document.timeline);
        let mut entries = timeline.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        entries.sort_by(|a, b| a.t.total_cmp(&b.t));
        let TimelineDocument { scenario, namespace, recorded_at, .. } = document;
        Ok(Self { scenario, namespace, recorded_at, entries })
    }

    /// Seconds from the beginning to the last entry.
    pub fn seconds(&self) -> f64 {
        self.entries.last().map_or(0.0, |entry| entry.t)
    }

    /// How many entries there are.
    pub(crate) fn length(&self) -> usize {
        self.entries.len()
    }

    /// How many entries have happened at `second`, that second included.
    pub(crate) fn position_at(&self, second: f64) -> usize {
        self.entries.partition_point(|entry| entry.t <= second)
    }

    /// The steps among the entries of `range`, with their seconds.
    pub(crate) fn steps(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = (f64, &str)> {
        let played = self.entries.get(range).unwrap_or_default();
        played.iter().filter_map(|entry| match &entry.what {
            TimelineContent::Step(text) => Some((entry.t, text.as_str())),
            TimelineContent::Change(..) | TimelineContent::Log(_) | TimelineContent::Answer(_) => None,
        })
    }
}

fn entry(line: TimelineLine) -> Result<TimelineEntry, &'static str> {
    if !(0.0..=LONGEST).contains(&line.t) {
        return Err("`t` is not a number of seconds since the beginning");
    }
    let what = match (line.step, line.change, line.object, line.log, line.answer) {
        (Some(step), None, None, None, None) => TimelineContent::Step(step),
        (None, None, None, Some(log), None) => TimelineContent::Log(log),
        (None, None, None, None, Some(answer)) => TimelineContent::Answer(answer),
        (None, Some(change), Some(object), None, None) => {
            for place in ["/apiVersion", "/kind", "/metadata/name"] {
                if object.pointer(place).and_then(Value::as_str).is_none() {
                    return Err("`object` lacks its apiVersion, kind or metadata.name");
                }
            }
            TimelineContent::Change(changed(&change)?, object)
        }
        _ => return Err("neither a `step`, a `log` or an `answer` nor a `type` with its `object`"),
    };
    Ok(TimelineEntry { t: line.t, what })
}

fn changed(word: &str) -> Result<EventType, &'static str> {
    [EventType::Added, EventType::Modified, EventType::Deleted]
        .into_iter()
        .find(|change| change.word() == word)
        .ok_or("`type` is none of ADDED, MODIFIED, DELETED")
}

#[cfg(test)]
mod tests {
    use super::Timeline;

    fn refusal(text: &str) -> String {
        let error = Timeline::parse(text).expect_err(text);
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        format!("{error}{}", cause.unwrap_or_default())
    }

    #[test]
    fn what_is_no_recording_is_refused_with_its_place() {
        let of = |entry: &str| {
            format!(r#"{{"scenario":"s","namespace":"n","timeline":[{{"t":1,"step":"a"}},{entry}]}}"#)
        };
        for (entry, told) in [
            (r#"{"t":-1,"step":"a"}"#, "timeline[1]: `t` is not a number"),
            (r#"{"t":1e12,"step":"a"}"#, "timeline[1]: `t` is not a number"),
            (r#"{"t":1}"#, "timeline[1]: neither a `step`"),
            (r#"{"t":1,"type":"ADDED"}"#, "timeline[1]: neither a `step`"),
            (r#"{"t":1,"type":"ADDED","object":{}}"#, "timeline[1]: `object` lacks"),
            (
                r#"{"t":1,"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}}"#,
                "timeline[1]: `type` is none of",
            ),
        ] {
            assert!(refusal(&of(entry)).starts_with(told), "{entry}: {}", refusal(&of(entry)));
        }
        for namespace in ["", "A", "a.b", "a\\u001b[2J$(reboot)\\n"] {
            let text = format!(r#"{{"scenario":"s","namespace":"{namespace}","timeline":[]}}"#);
            assert_eq!(refusal(&text), "`namespace` is no name of a namespace", "{namespace}");
        }
        for (text, place) in [("5", "line 1 column 1"), (&of("5"), "line 1 column 64")] {
            assert!(refusal(text).ends_with(&format!("expected an object at {place}")), "{}", refusal(text));
        }
        assert_eq!(
            refusal("{\n  \"scenario\": 1}"),
            "not a recorded timeline: invalid type: integer `1`, expected a string at line 2 column 15"
        );
    }

    #[test]
    fn unknown_fields_are_left_alone_and_entries_come_in_order() {
        let text = r#"{"scenario":"s","namespace":"n","recorder":"x","timeline":[
            {"t":2,"step":"b","commit":"c"},{"t":0.5,"step":"a"},{"t":2,"step":"d"}]}"#;
        let timeline = Timeline::parse(text).unwrap();
        let steps: Vec<_> = timeline.steps(0..3).collect();
        assert_eq!(steps, [(0.5, "a"), (2.0, "b"), (2.0, "d")]);
        assert_eq!(timeline.seconds(), 2.0);
        assert_eq!([0.0, 0.5, 1.9, 2.0].map(|t| timeline.position_at(t)), [0, 1, 1, 3]);
    }
}
