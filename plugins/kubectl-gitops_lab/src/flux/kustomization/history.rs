//! What a Kustomization remembers of what it has run: five entries, the newest first, one for a content and how it
//! ended.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::flux::durations;

const ENTRIES: usize = 5;

/// Takes note in `status` of how `digest` ended.
pub(super) fn remember(
    status: &mut Value,
    digest: &str,
    ended: &str,
    took: SignedDuration,
    revision: &str,
    now: Timestamp,
) {
    let now = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut history = status["history"].as_array().cloned().unwrap_or_default();
    let same = |entry: &Value| entry["digest"] == digest && entry["lastReconciledStatus"] == ended;
    let mut entry = match history.iter().position(same) {
        Some(place) => history.remove(place),
        None => json!({"digest": digest, "firstReconciled": now, "totalReconciliations": 0}),
    };
    entry["lastReconciled"] = json!(now);
    entry["lastReconciledDuration"] = json!(durations::format(took));
    entry["lastReconciledStatus"] = json!(ended);
    entry["totalReconciliations"] = json!(entry["totalReconciliations"].as_u64().unwrap_or_default() + 1);
    entry["metadata"] = json!({"revision": revision});
    history.insert(0, entry);
    history.truncate(ENTRIES);
    status["history"] = json!(history);
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;

    use super::remember;

    #[test]
    fn the_same_content_is_counted_and_five_are_remembered() {
        let mut status = json!({});
        for (digest, ended) in [
            ("a", "Failed"),
            ("a", "Succeeded"),
            ("b", "Succeeded"),
            ("a", "Failed"),
            ("c", "x"),
            ("d", "x"),
            ("e", "x"),
        ] {
            remember(&mut status, digest, ended, SignedDuration::from_secs(1), "r", Timestamp::UNIX_EPOCH);
        }
        let told: Vec<String> = status["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                let text = |field: &str| entry[field].as_str().unwrap();
                format!(
                    "{} {} {}",
                    text("digest"),
                    text("lastReconciledStatus"),
                    entry["totalReconciliations"]
                )
            })
            .collect();
        assert_eq!(told, ["e x 1", "d x 1", "c x 1", "a Failed 2", "b Succeeded 1"]);
    }
}
