//! How many requests are left to whom: so many an hour, counted from the first.

use std::collections::HashMap;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// What a token may ask in an hour, and who has none.
const OF_TOKENS: u64 = 5000;
const OF_NOBODY: u64 = 60;

/// Whose requests were counted.
#[derive(Default)]
pub(in crate::github) struct Limits(HashMap<Option<String>, Window>);

/// Its keys are tokens.
impl fmt::Debug for Limits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Limits of {}", self.0.len())
    }
}

/// An hour of somebody's.
#[derive(Clone, Copy, Debug)]
pub(in crate::github) struct Window {
    pub(in crate::github) limit: u64,
    pub(in crate::github) used: u64,
    /// When the next begins, in seconds of Unix.
    pub(in crate::github) reset: i64,
}

impl Window {
    fn new(token: Option<&str>, now: Timestamp) -> Self {
        let limit = if token.is_some() { OF_TOKENS } else { OF_NOBODY };
        let reset = now.checked_add(SignedDuration::from_hours(1)).unwrap_or(now);
        Self { limit, used: 0, reset: reset.as_second() }
    }

    pub(in crate::github) fn remaining(self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    fn document(self) -> Value {
        let (limit, used, remaining) = (self.limit, self.used, self.remaining());
        json!({"limit": limit, "used": used, "remaining": remaining, "reset": self.reset})
    }
}

impl Limits {
    /// The window that is open, whether or not anything was asked in it.
    pub(in crate::github) fn window(&self, token: Option<&str>, now: Timestamp) -> Window {
        let window = self.0.get(&token.map(str::to_owned)).copied();
        window.filter(|window| now.as_second() < window.reset).unwrap_or_else(|| Window::new(token, now))
    }

    /// Counts a request. Whether it is one too many.
    pub(in crate::github) fn count(&mut self, token: Option<&str>, now: Timestamp) -> bool {
        let mut window = self.window(token, now);
        let is_over = window.remaining() == 0;
        window.used = (window.used + 1).min(window.limit);
        self.0.insert(token.map(str::to_owned), window);
        is_over
    }

    /// Takes back what was counted: an answer that nothing has changed costs nothing.
    pub(in crate::github) fn forgive(&mut self, token: Option<&str>, now: Timestamp) {
        let window = self.window(token, now);
        self.0.insert(token.map(str::to_owned), Window { used: window.used.saturating_sub(1), ..window });
    }

    pub(in crate::github) fn document(&self, token: Option<&str>, now: Timestamp) -> Value {
        let core = self.window(token, now).document();
        let other =
            |limit: u64, seconds: i64| Window { limit, used: 0, reset: now.as_second() + seconds }.document();
        json!({
            "resources": {
                "core": core,
                "search": other(30, 60),
                "graphql": other(5000, 3600),
                "integration_manifest": other(5000, 3600),
                "source_import": other(100, 60),
                "code_scanning_upload": other(1000, 3600),
                "code_scanning_autofix": other(10, 60),
                "actions_runner_registration": other(10000, 3600),
                "scim": other(15000, 3600),
                "dependency_snapshots": other(100, 60),
                "audit_log": other(1750, 3600),
                "audit_log_streaming": other(15, 3600),
                "code_search": other(10, 60),
            },
            "rate": core,
        })
    }
}
