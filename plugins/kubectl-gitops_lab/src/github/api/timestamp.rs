//! Times as GitHub writes them.

use jiff::Timestamp;
use serde_json::{Value, json};

/// A time as GitHub writes it: to the second.
pub(in crate::github) fn time(at: Timestamp) -> Value {
    json!(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
