//! Recorded times moved to now, and compressed with the pace.
//!
//! A recording says which instant its second 0 is (`recordedAt`), or lets it be guessed.
//! Seconds of the timeline come from the clock of whoever watched, time stamps from the cluster's: `t + t0` is
//! the time at second `t`. Any `t0` that puts every object's creation at most a second before it was seen fits;
//! of those the earliest is taken at which no condition changes before its time.
//!
//! A string is a time when *all* of it is an RFC 3339 time. Looking at known fields instead would miss what a
//! custom resource calls its own; looking for times *inside* strings would rewrite messages and the values of
//! `reconcile.fluxcd.io/requestedAt`, which must stay equal to `lastHandledReconcileAt`. A map from strings to
//! strings keeps equal values equal. What people keep in ConfigMaps (`data`) is theirs and stays.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::timeline::{EventType, Timeline, TimelineContent};

/// Maps recorded instants to the instants at which they are played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    /// The recorded instant of second 0, in nanoseconds since 1970.
    zero: i128,
    /// The second at which the replay begins, in nanoseconds.
    at: i128,
    /// When it begins.
    start: Timestamp,
    speed: f64,
}

impl Shift {
    /// A replay of `timeline` from second `at` on that begins at `start` and runs `speed` times as fast.
    pub(crate) fn new(timeline: &Timeline, at: f64, start: Timestamp, speed: f64) -> Self {
        Self { zero: zero(timeline), at: nanoseconds(at), start, speed }
    }

    /// When second `t` of the timeline is played.
    pub(crate) fn of_second(&self, t: f64) -> Timestamp {
        self.played(nanoseconds(t))
    }

    /// `object` with its times moved.
    pub(crate) fn apply(&self, object: &mut Value) {
        match object {
            Value::Object(fields) => fields
                .iter_mut()
                .filter(|(name, _)| !matches!(name.as_str(), "data" | "binaryData" | "stringData"))
                .for_each(|(_, value)| self.move_times(value)),
            other => self.move_times(other),
        }
    }

    fn move_times(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some((recorded, digits)) = time(text) {
                    let played = self.played(recorded.as_nanosecond() - self.zero);
                    *text = format!("{played:.digits$}");
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.move_times(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.move_times(field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// When something is played that happened `since` nanoseconds after second 0.
    fn played(&self, since: i128) -> Timestamp {
        let ahead = since - self.at;
        let paced = if self.speed == 1.0 { ahead } else { (ahead as f64 / self.speed).round() as i128 };
        let paced = SignedDuration::try_from_nanos_i128(paced).unwrap_or(SignedDuration::ZERO);
        self.start.checked_add(paced).unwrap_or(self.start)
    }
}

fn nanoseconds(seconds: f64) -> i128 {
    (seconds * 1e9).round() as i128
}

/// The time that `text` is, with its digits after the point; none when it is anything else. jiff reads more
/// than RFC 3339, so the shape is looked at first.
fn time(text: &str) -> Option<(Timestamp, usize)> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() >= 20 && bytes[4] == b'-' && bytes[10] == b'T';
    let plain =
        bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b':' | b'T' | b'.' | b'+' | b'Z'));
    if !shaped || !plain {
        return None;
    }
    let digits = text
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.bytes().take_while(u8::is_ascii_digit).count());
    (digits <= 9).then(|| text.parse().ok().map(|time| (time, digits)))?
}

/// The recorded instant of second 0.
fn zero(timeline: &Timeline) -> i128 {
    const SECOND: i128 = 1_000_000_000;
    if let Some(recorded_at) = timeline.recorded_at {
        return recorded_at.as_nanosecond();
    }
    let (mut earliest, mut latest, mut calm) = (None, None, None);
    for entry in &timeline.entries {
        let TimelineContent::Change(change, object) = &entry.what else {
            continue;
        };
        let seen = nanoseconds(entry.t);
        if let Some(created) = field_time(object, "/metadata/creationTimestamp")
            && *change == EventType::Added
            && object["kind"] != "Event"
        {
            earliest = earliest.max(Some(created - seen));
            latest = Some(
                latest.map_or(created - seen + SECOND, |latest: i128| latest.min(created - seen + SECOND)),
            );
        }
        for condition in object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten()
        {
            calm = calm.max(field_time(condition, "/lastTransitionTime").map(|changed| changed - seen));
        }
    }
    match (earliest, latest, calm) {
        // Objects older than the recording conflict; the youngest is the one whose creation was seen.
        (Some(earliest), Some(latest), Some(calm)) if earliest <= latest => calm.clamp(earliest, latest),
        (Some(earliest), ..) => earliest,
        (None, _, calm) => calm.or_else(|| youngest(timeline)).unwrap_or_default(),
    }
}

/// For a recording that saw nothing begin: its youngest object is as old as it can be.
fn youngest(timeline: &Timeline) -> Option<i128> {
    timeline
        .entries
        .iter()
        .filter_map(|entry| match &entry.what {
            TimelineContent::Step(_) | TimelineContent::Log(_) | TimelineContent::Answer(_) => None,
            TimelineContent::Change(_, object) => field_time(object, "/metadata/creationTimestamp")
                .map(|created| created - nanoseconds(entry.t)),
        })
        .max()
}

fn field_time(value: &Value, place: &str) -> Option<i128> {
    let (time, _) = time(value.pointer(place)?.as_str()?)?;
    Some(time.as_nanosecond())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Timeline;
    use super::{Shift, nanoseconds, zero};

    fn timeline(entries: Value) -> Timeline {
        Timeline::parse(&json!({"scenario": "s", "namespace": "n", "timeline": entries}).to_string()).unwrap()
    }

    fn pod(t: f64, change: &str, created: &str) -> Value {
        let metadata = json!({"name": "a", "namespace": "n", "creationTimestamp": created});
        json!({"t": t, "type": change, "object": {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}})
    }

    fn moved(at: f64, speed: f64, text: &str) -> String {
        let recorded = timeline(json!([pod(2.5, "ADDED", "2026-11-23T02:00:10Z")]));
        let shift = Shift::new(&recorded, at, "2030-01-01T00:00:00Z".parse().unwrap(), speed);
        let mut object = json!({"status": {"times": [text]}, "data": {"mine": text}});
        shift.apply(&mut object);
        assert_eq!(object["data"]["mine"], text, "what people keep stays as it is");
        object["status"]["times"][0].as_str().unwrap().to_owned()
    }

    #[test]
    fn times_move_with_the_start_and_shrink_with_the_speed() {
        // Second 0 is 02:00:07.5.
        for (at, speed, recorded, played) in [
            (0.0, 1.0, "2026-11-23T02:00:10Z", "2030-01-01T00:00:02Z"),
            (0.0, 1.0, "2026-11-23T02:00:10.750000Z", "2030-01-01T00:00:03.250000Z"),
            (2.5, 1.0, "2026-11-23T02:00:10Z", "2030-01-01T00:00:00Z"),
            (62.5, 1.0, "2026-11-23T02:00:10Z", "2029-12-31T23:59:00Z"),
            (62.5, 10.0, "2026-11-23T02:00:10Z", "2029-12-31T23:59:54Z"),
            (2.5, 0.5, "2026-11-23T02:00:11Z", "2030-01-01T00:00:02Z"),
            (2.5, 1.0, "2026-11-23T04:00:11+02:00", "2030-01-01T00:00:01Z"),
        ] {
            assert_eq!(moved(at, speed, recorded), played, "{recorded} at {at} × {speed}");
        }
    }

    #[test]
    fn what_is_not_wholly_a_time_stays() {
        for text in [
            "2026-11-23T02:00:10Z334740720",
            "at 2026-11-23T02:00:10Z",
            "2026-11-23",
            "2026-11-23 02:00:10Z",
            "2026-11-23T02:00:10[Europe/Paris]",
            "2026-99-23T02:00:10Z",
            "",
        ] {
            assert_eq!(moved(0.0, 1.0, text), text);
        }
    }

    #[test]
    fn second_zero_is_found_or_a_sensible_one_taken() {
        let of = |entries: Value| zero(&timeline(entries)) - 1_795_399_200 * 1_000_000_000; // 02:00:00
        let seen = pod(5.0, "ADDED", "2026-11-23T02:00:05Z");
        assert_eq!(of(json!([seen.clone()])), 0);
        let older = pod(0.1, "ADDED", "2026-11-20T00:00:00Z");
        assert_eq!(of(json!([older, seen.clone()])), 0, "objects that were there before do not count");
        assert_eq!(of(json!([pod(1.0, "MODIFIED", "2026-11-23T02:00:00Z")])), nanoseconds(-1.0));
        let mut late = seen;
        late["object"]["status"] = json!({"conditions": [{"lastTransitionTime": "2026-11-23T02:00:05Z"}]});
        late["t"] = json!(4.6);
        assert_eq!(of(json!([late])), nanoseconds(0.4));
        assert_eq!(zero(&timeline(json!([{"t": 0, "step": "nothing else"}]))), 0);
        let said = json!({"scenario": "s", "namespace": "n", "recordedAt": "1970-01-01T00:00:01.5Z",
            "timeline": [pod(5.0, "ADDED", "2026-11-23T02:00:05Z")]});
        assert_eq!(zero(&Timeline::parse(&said.to_string()).unwrap()), nanoseconds(1.5));
    }

    #[test]
    fn in_every_recording_an_object_is_seen_at_most_a_second_after_its_creation() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/flux");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let recorded = Timeline::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let zero = zero(&recorded);
            for entry in &recorded.entries {
                if let super::TimelineContent::Change(super::EventType::Added, object) = &entry.what
                    && object["kind"] != "Event"
                {
                    let created = super::field_time(object, "/metadata/creationTimestamp").unwrap();
                    let age = nanoseconds(entry.t) + zero - created;
                    assert!(
                        (0..=1_000_000_000).contains(&age),
                        "{path:?}: {} is {age} ns old",
                        object["kind"]
                    );
                }
            }
        }
    }
}
