//! Times as Azure writes them.

use jiff::Timestamp;
use serde_json::{Value, json};

/// A time of a resource's properties: to the second.
pub(crate) fn time(at: Timestamp) -> Value {
    json!(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A date of a query: to seven digits, in UTC.
pub(crate) fn query_time(at: Timestamp) -> String {
    format!("{}{:07}Z", at.strftime("%Y-%m-%dT%H:%M:%S."), at.subsec_nanosecond() / 100)
}

/// A time of `systemData`: to seven digits, with an offset.
pub(crate) fn precise_time(at: Timestamp) -> Value {
    json!(at.strftime("%Y-%m-%dT%H:%M:%S%.7f+00:00").to_string())
}
