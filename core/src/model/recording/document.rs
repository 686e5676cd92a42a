//! The file around the entries: what a replay reads before them, and what ends it.

use jiff::Timestamp;
use serde_json::json;

/// What stands before the first entry, as long for every time: `recordedAt` is the instant of second 0.
pub fn document_start(scenario: &str, namespace: &str, recorded_at: Timestamp) -> String {
    let (scenario, namespace) = (json!(scenario), json!(namespace));
    format!(
        "{{\n\"scenario\": {scenario},\n\"namespace\": {namespace},\n\"recordedAt\": \"{recorded_at:.3}\",\n\"timeline\": ["
    )
}

/// What stands behind the last entry.
pub fn document_end() -> &'static str {
    "\n]\n}\n"
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::Value;

    use super::{document_end, document_start};

    #[test]
    fn the_start_is_as_long_for_every_time() {
        let start = |time: &str| document_start("a \"b\"", "dev", time.parse::<Timestamp>().expect("a time"));
        let (one, other) = (start("2026-11-28T11:00:00Z"), start("2026-11-28T11:00:00.123456Z"));
        assert_eq!(one.len(), other.len());
        let document: Value = serde_json::from_str(&(other + document_end())).expect("JSON");
        assert_eq!(document["recordedAt"], "2026-11-28T11:00:00.123Z");
    }
}
