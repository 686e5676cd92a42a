//! The first difference of two timelines' sequences, and that the comparison finds one where there is one.

use serde_json::Value;

use super::sequences::{POLLS, Sequences};

/// How much earlier or later than the recorder the lab may be where a recording ends.
pub(super) const SLACK: f64 = 6.0;

/// The first thing in which `here` is not what was `recorded` until second `end`. Around the end the lab may be a
/// little ahead or behind: what it did long before must be recorded, and what is recorded it must come to do.
pub(super) fn difference(recorded: &Sequences, here: &Sequences, end: f64) -> Option<String> {
    let is_poll = |name: &String| name.starts_with(POLLS);
    if let Some(name) = here.keys().find(|name| !recorded.contains_key(*name) && !is_poll(name)) {
        return Some(format!("{name}: nothing is recorded of it"));
    }
    recorded.iter().find_map(|(name, recorded)| {
        let empty = Vec::new();
        let here = here.get(name).unwrap_or(&empty);
        if is_poll(name) {
            return missing_poll(name, recorded, here);
        }
        for (place, (second, state)) in recorded.iter().enumerate() {
            let Some((when, one)) = here.get(place) else {
                return Some(format!(
                    "{name}: only {place} states of {}; recorded at {second}: {state}",
                    recorded.len()
                ));
            };
            if one != state {
                let path = first_difference(state, one, "");
                return Some(format!(
                    "{name}, state {place}, recorded at {second}, here at {when:.2}: {path}"
                ));
            }
        }
        let (when, extra) = here.get(recorded.len()).filter(|(when, _)| *when < end - SLACK)?;
        Some(format!("{name}: more than is recorded, at {when:.2}: {extra}"))
    })
}

/// The first recorded poll that the lab's do not have in their order.
fn missing_poll(name: &str, recorded: &[(f64, Value)], here: &[(f64, Value)]) -> Option<String> {
    let mut polls = here.iter();
    let missing = recorded.iter().find(|(_, poll)| !polls.any(|(_, one)| one == poll))?;
    Some(format!("{name}: recorded at {}, and not here: {}", missing.0, missing.1))
}

/// Where two values differ.
fn first_difference(recorded: &Value, here: &Value, path: &str) -> String {
    if let (Value::Object(one), Value::Object(other)) = (recorded, here) {
        let mut names = one.keys().chain(other.keys());
        if let Some(name) = names.find(|name| one.get(*name) != other.get(*name)) {
            let null = Value::Null;
            let (one, other) = (one.get(name).unwrap_or(&null), other.get(name).unwrap_or(&null));
            return first_difference(one, other, &format!("{path}.{name}"));
        }
    }
    if let (Value::Array(one), Value::Array(other)) = (recorded, here)
        && one.len() == other.len()
        && let Some(place) = (0..one.len()).find(|place| one[*place] != other[*place])
    {
        return first_difference(&one[place], &other[place], &format!("{path}[{place}]"));
    }
    format!("{path}\n    recorded {recorded}\n    here     {here}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::recordings::golden;
    use super::super::sequences::{Sequences, is_poll, sequences};
    use super::difference;

    fn entries(name: &str) -> Vec<Value> {
        let file: Value = serde_json::from_str(&golden(&format!("flux/{name}.json"))).unwrap();
        file["timeline"].as_array().unwrap().clone()
    }

    fn read(entries: &[Value]) -> Sequences {
        sequences(entries.iter().cloned())
    }

    /// The place of the last entry of a kind that `is_meant`.
    fn last(entries: &[Value], kind: &str, is_meant: impl Fn(&Value) -> bool) -> usize {
        entries
            .iter()
            .rposition(|entry| entry["object"]["kind"] == kind && is_meant(&entry["object"]))
            .unwrap()
    }

    #[test]
    fn a_recording_is_the_same_as_itself_and_other_than_any_other() {
        let (one, other) = (read(&entries("first-sync")), read(&entries("new-commit")));
        assert_eq!(difference(&one, &one, 60.0), None);
        assert!(difference(&one, &other, 60.0).is_some());
        assert!(difference(&other, &one, 60.0).is_some());
    }

    #[test]
    fn one_other_word_is_found() {
        let recorded = entries("failing-health");
        let with = |place: usize, path: &str, value: Value| {
            let mut changed = recorded.clone();
            *changed[place]["object"].pointer_mut(path).expect(path) = value;
            difference(&read(&recorded), &read(&changed), 100.0)
        };
        let kustomization = last(&recorded, "Kustomization", |_| true);
        let failed = last(&recorded, "Kustomization", |object| {
            object["status"]["conditions"][1]["reason"] == "HealthCheckFailed"
        });
        let event = last(&recorded, "Event", |object| object["involvedObject"]["kind"] == "Kustomization");
        let source = last(&recorded, "GitRepository", |_| true);
        let poll = recorded.iter().position(|entry| is_poll(&entry["object"])).unwrap();
        for (place, path, value) in [
            (failed, "/status/conditions/1/message", json!("health check failed after 30s: something else")),
            (failed, "/status/conditions/1/reason", json!("Other")),
            (failed, "/status/conditions/1/observedGeneration", json!(9)),
            (kustomization, "/status/lastAppliedRevision", json!("dev@sha1:0")),
            (kustomization, "/status/history/0/totalReconciliations", json!(9)),
            (kustomization, "/status/history/0/digest", json!("sha256:other")),
            (kustomization, "/status/inventory/entries/0/id", json!("other")),
            (kustomization, "/metadata/generation", json!(9)),
            (source, "/status/artifact/revision", json!("dev@sha1:0")),
            (event, "/message", json!("Reconciliation finished in 5s, next run in 2h0m0s")),
            (poll, "/message", json!("no changes since last reconciliation: observed revision 'dev@sha1:0'")),
            (event, "/metadata/annotations/kustomize.toolkit.fluxcd.io~1revision", json!("dev@sha1:0")),
        ] {
            assert!(with(place, path, value).is_some(), "{path}");
        }
        for (place, path, value) in [
            (kustomization, "/status/history/0/lastReconciledDuration", json!("1s")),
            (kustomization, "/status/conditions/0/lastTransitionTime", json!("1970-01-01T00:00:00Z")),
            (event, "/message", json!("Reconciliation finished in 777.5ms, next run in 1h0m0s")),
        ] {
            assert_eq!(with(place, path, value), None, "{path}");
        }
    }

    #[test]
    fn a_state_more_or_less_is_found_unless_it_is_at_the_end() {
        let recorded = entries("reconcile-request");
        for kind in ["GitRepository", "Kustomization"] {
            let place = last(&recorded, kind, |_| true) - 3;
            let place = recorded[..place].iter().rposition(|entry| entry["object"]["kind"] == kind).unwrap();
            let mut fewer = recorded.clone();
            fewer.remove(place);
            assert!(difference(&read(&recorded), &read(&fewer), 60.0).is_some(), "{kind}");
            assert!(difference(&read(&fewer), &read(&recorded), 60.0).is_some(), "{kind}");
        }
        let shorter = &recorded[..recorded.len() - 1];
        let end = recorded.last().unwrap()["t"].as_f64().unwrap();
        assert!(difference(&read(&recorded), &read(shorter), end).is_some(), "what is recorded must come");
        assert_eq!(
            difference(&read(shorter), &read(&recorded), end),
            None,
            "the lab may be ahead at the end"
        );
        assert!(difference(&read(shorter), &read(&recorded), end + 60.0).is_some());
    }
}
