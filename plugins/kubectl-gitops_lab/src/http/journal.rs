//! The journal: what was asked of the lab, when, what became of it, and how much ran side by side, for tests and
//! for whoever wonders.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::faults::Host;

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

/// The last requests.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: VecDeque<JournalEntry>,
    /// The number of the first entry.
    first: u64,
    forgotten: u64,
    /// How many are being answered, watches aside.
    running: usize,
    most: usize,
}

/// One request. Neither headers nor bodies: they hold secrets.
#[derive(Debug)]
struct JournalEntry {
    request: RequestLine,
    at: Timestamp,
    until: Option<Timestamp>,
    status: Option<u16>,
}

/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct RequestLine {
    pub(super) host: Host,
    pub(super) method: String,
    /// The path, and the query where no secret can be in it.
    pub(super) target: String,
    pub(super) is_watch: bool,
}

impl Journal {
    /// A request begins; the answer is its number.
    pub(super) fn begin(&mut self, request: RequestLine, at: Timestamp) -> u64 {
        if !request.is_watch {
            self.running += 1;
            self.most = self.most.max(self.running);
        }
        if self.entries.len() == REMEMBERED {
            self.entries.pop_front();
            self.first += 1;
            self.forgotten += 1;
        }
        self.entries.push_back(JournalEntry { request, at, until: None, status: None });
        self.first + self.entries.len() as u64 - 1
    }

    /// The head of an answer is known.
    pub(super) fn answered(&mut self, number: u64, status: u16) {
        if let Some(entry) = self.entry(number) {
            entry.status = Some(status);
        }
    }

    /// An answer is told to its end, or nobody listens any more.
    pub(super) fn end(&mut self, number: u64, is_watch: bool, at: Timestamp) {
        if !is_watch {
            self.running -= 1;
        }
        if let Some(entry) = self.entry(number) {
            entry.until = Some(at);
        }
    }

    fn entry(&mut self, number: u64) -> Option<&mut JournalEntry> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get_mut(index)
    }

    /// Forgets all of it.
    pub(super) fn clear(&mut self) {
        self.first += self.entries.len() as u64;
        self.entries.clear();
        self.forgotten = 0;
        self.most = self.running;
    }

    /// As a document, the oldest first. What is still being answered has no `until`.
    pub(super) fn document(&self) -> Value {
        let requests = self.entries.iter().map(|entry| {
            json!({
                "host": entry.request.host,
                "method": entry.request.method,
                "target": entry.request.target,
                "at": entry.at.to_string(),
                "until": entry.until.map(|until| until.to_string()),
                "status": entry.status,
            })
        });
        json!({
            "requests": requests.collect::<Vec<_>>(),
            "forgotten": self.forgotten,
            "mostAtOnce": self.most,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::super::faults::Host;
    use super::{Journal, REMEMBERED, RequestLine};

    fn asked(target: &str, is_watch: bool) -> RequestLine {
        RequestLine { host: Host::Kubernetes, method: "GET".into(), target: target.into(), is_watch }
    }

    #[test]
    fn it_tells_how_many_ran_side_by_side_watches_aside() {
        let (mut journal, now) = (Journal::default(), Timestamp::UNIX_EPOCH);
        journal.begin(asked("/watch", true), now);
        let (a, b) = (journal.begin(asked("/a", false), now), journal.begin(asked("/b", false), now));
        journal.answered(a, 200);
        journal.end(a, false, now);
        journal.begin(asked("/c", false), now);
        let document = journal.document();
        let told: Vec<_> = document["requests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| (entry["target"].as_str().unwrap(), &entry["status"], &entry["until"]))
            .collect();
        let (ok, then) = (json!(200), json!("1970-01-01T00:00:00Z"));
        let none = Value::Null;
        assert_eq!(
            told,
            [("/watch", &none, &none), ("/a", &ok, &then), ("/b", &none, &none), ("/c", &none, &none)]
        );
        assert_eq!(document["mostAtOnce"], 2);
        journal.clear();
        journal.answered(b, 200);
        journal.end(b, false, now);
        assert_eq!(journal.document(), json!({"requests": [], "forgotten": 0, "mostAtOnce": 2}));
    }

    #[test]
    fn it_forgets_the_oldest_and_says_so() {
        let (mut journal, now) = (Journal::default(), Timestamp::UNIX_EPOCH);
        for count in 0..REMEMBERED + 2 {
            let number = journal.begin(asked(&count.to_string(), false), now);
            journal.end(number, false, now);
        }
        let document = journal.document();
        assert_eq!((&document["forgotten"], &document["mostAtOnce"]), (&json!(2), &json!(1)));
        assert_eq!(document["requests"][0]["target"], "2");
    }
}
