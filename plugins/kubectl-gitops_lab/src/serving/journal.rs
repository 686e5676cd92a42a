//! The journal: what was asked of the lab, and what became of it, for tests and for whoever wonders.

use std::collections::VecDeque;

use serde_json::{Value, json};

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

/// The last requests.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: VecDeque<Entry>,
    forgotten: u64,
}

/// One request. Neither headers nor bodies: they hold secrets.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) at: String,
    pub(super) method: String,
    pub(super) target: String,
    pub(super) status: u16,
}

impl Journal {
    pub(super) fn write(&mut self, entry: Entry) {
        if self.entries.len() == REMEMBERED {
            self.entries.pop_front();
            self.forgotten += 1;
        }
        self.entries.push_back(entry);
    }

    /// As a document, the oldest first.
    pub(super) fn document(&self) -> Value {
        let requests = self.entries.iter().map(|entry| {
            json!({
                "at": entry.at,
                "method": entry.method,
                "target": entry.target,
                "status": entry.status,
            })
        });
        json!({"requests": requests.collect::<Vec<_>>(), "forgotten": self.forgotten})
    }
}
