//! A hold: a person keeps promotions and deployments away from an environment. It stands in the environment-level
//! variable `HOLD` of the source repository.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::model::harmless;

/// A hold on an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hold {
    /// Why.
    pub reason: String,
    /// Who put it there.
    pub by: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The version that is kept.
    pub version: Option<String>,
}

impl Hold {
    /// Reads the variable's value: JSON `{reason, by, since, version}`. A value of another form holds all the same, and is
    /// the reason as it stands; an empty one, and `{}`, hold nothing.
    pub fn read(value: &str) -> Option<Self> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let Ok(Value::Object(fields)) = serde_json::from_str(value) else {
            return Some(Self { reason: harmless(value), ..Self::default() });
        };
        if fields.is_empty() {
            return None;
        }
        let text = |key: &str| fields.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty());
        Some(Self {
            reason: text("reason").map(harmless).unwrap_or_default(),
            by: text("by").map(harmless),
            since: text("since").and_then(|since| since.parse().ok()),
            version: text("version").map(harmless),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Hold;

    #[test]
    fn whatever_stands_there_holds() {
        let hold = Hold::read(
            r#"{"reason": "freeze", "by": "ada", "since": "2026-11-01T00:00:00Z", "version": "0.0.1-12"}"#,
        );
        let hold = hold.expect("a hold");
        assert_eq!((hold.reason.as_str(), hold.by.as_deref()), ("freeze", Some("ada")));
        assert_eq!(hold.since.map(|since| since.to_string()).as_deref(), Some("2026-11-01T00:00:00Z"));
        assert_eq!(hold.version.as_deref(), Some("0.0.1-12"));
        assert_eq!(
            Hold::read("broken line 4\u{1b}[31m").map(|hold| hold.reason),
            Some("broken line 4\u{fffd}[31m".to_owned())
        );
        assert_eq!(Hold::read("true").map(|hold| hold.reason), Some("true".to_owned()));
        assert_eq!(Hold::read(r#"{"reason": 3}"#), Some(Hold::default()));
        assert_eq!((Hold::read(" "), Hold::read("{}")), (None, None));
    }
}
