//! Times as objects hold them.

use jiff::Timestamp;

/// A time as objects hold it: to the second.
pub(super) fn time(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
