//! The journal: what was asked of the lab, when and by whom, what became of it, and what ran beside it, for tests and
//! for whoever wonders.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::host::Host;

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

/// The last requests.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<JournalEntry>,
    /// The number of the first entry.
    first: u64,
    forgotten: u64,
    /// The numbers of those that are being answered, watches aside.
    running: BTreeSet<u64>,
    most: usize,
}

/// One request. Neither headers nor bodies: they hold secrets.
#[derive(Debug)]
struct JournalEntry {
    line: RequestLine,
    at: Timestamp,
    until: Option<Timestamp>,
    /// What was told.
    status: Option<u16>,
    /// What the service answered, whatever was told of it; none where nothing was carried out.
    carried_out: Option<u16>,
    /// What was being answered when it came.
    beside: Vec<u64>,
}

/// What of a request may be told.
#[derive(Clone, Debug)]
pub(crate) struct RequestLine {
    pub(crate) host: Host,
    /// The site whose it is, or from which it comes.
    pub(crate) site: Option<String>,
    /// Who asks, as far as that is known.
    pub(crate) actor: Option<String>,
    pub(crate) method: String,
    /// The path, and the query where no secret can be in it.
    pub(crate) target: String,
    pub(crate) is_watch: bool,
}

impl Journal {
    /// A request begins; the answer is its number.
    pub(crate) fn begin(&mut self, line: RequestLine, at: Timestamp) -> u64 {
        if self.entries.len() == REMEMBERED {
            self.entries.pop_front();
            self.first += 1;
            self.forgotten += 1;
        }
        let number = self.first + self.entries.len() as u64;
        let beside = self.running.iter().copied().collect();
        if !line.is_watch {
            self.running.insert(number);
            self.most = self.most.max(self.running.len());
        }
        self.entries.push_back(JournalEntry {
            line,
            at,
            until: None,
            status: None,
            carried_out: None,
            beside,
        });
        number
    }

    /// A request was carried out, with this status.
    pub(crate) fn carried_out(&mut self, number: u64, status: u16) {
        if let Some(entry) = self.entry(number) {
            entry.carried_out = Some(status);
        }
    }

    /// The head of an answer is known.
    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        if let Some(entry) = self.entry(number) {
            entry.status = Some(status);
        }
    }

    /// An answer is told to its end, or nobody listens any more.
    pub(crate) fn end(&mut self, number: u64, at: Timestamp) {
        self.running.remove(&number);
        if let Some(entry) = self.entry(number) {
            entry.until = Some(at);
        }
    }

    fn entry(&mut self, number: u64) -> Option<&mut JournalEntry> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.entries.get_mut(index)
    }

    /// Forgets all of it. Numbers go on.
    pub(crate) fn clear(&mut self) {
        self.first += self.entries.len() as u64;
        self.entries.clear();
        self.forgotten = 0;
        self.most = self.running.len();
    }

    /// As a document, the oldest first. What is still being answered has no `until`.
    pub(crate) fn document(&self) -> Value {
        let numbered = self.entries.iter().zip(self.first..);
        let requests = numbered.map(|(entry, number)| {
            json!({
                "order": number,
                "host": entry.line.host,
                "site": entry.line.site,
                "actor": entry.line.actor,
                "method": entry.line.method,
                "target": entry.line.target,
                "at": entry.at.to_string(),
                "until": entry.until.map(|until| until.to_string()),
                "status": entry.status,
                "carriedOut": entry.carried_out,
                "beside": entry.beside,
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

    use super::{Host, Journal, REMEMBERED, RequestLine};

    fn asked(target: &str, is_watch: bool) -> RequestLine {
        RequestLine {
            host: Host::Kubernetes,
            site: Some("lab".into()),
            actor: Some("admin".into()),
            method: "GET".into(),
            target: target.into(),
            is_watch,
        }
    }

    #[test]
    fn it_tells_what_ran_side_by_side_watches_aside() {
        let (mut journal, now) = (Journal::default(), Timestamp::UNIX_EPOCH);
        journal.begin(asked("/watch", true), now);
        let (a, b) = (journal.begin(asked("/a", false), now), journal.begin(asked("/b", false), now));
        journal.answered(a, 200);
        journal.end(a, now);
        journal.begin(asked("/c", false), now);
        let document = journal.document();
        let told: Vec<_> = document["requests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                (entry["target"].as_str().unwrap(), &entry["status"], &entry["until"], &entry["beside"])
            })
            .collect();
        let (ok, then) = (json!(200), json!("1970-01-01T00:00:00Z"));
        let none = Value::Null;
        assert_eq!(
            told,
            [
                ("/watch", &none, &none, &json!([])),
                ("/a", &ok, &then, &json!([])),
                ("/b", &none, &none, &json!([1])),
                ("/c", &none, &none, &json!([2])),
            ]
        );
        assert_eq!(document["mostAtOnce"], 2);
        let first = &document["requests"][0];
        assert_eq!(
            (&first["order"], &first["site"], &first["actor"]),
            (&json!(0), &json!("lab"), &json!("admin"))
        );
        journal.clear();
        journal.answered(b, 200);
        journal.end(b, now);
        assert_eq!(journal.document(), json!({"requests": [], "forgotten": 0, "mostAtOnce": 2}));
        assert_eq!(journal.begin(asked("/d", false), now), 4, "numbers go on");
    }

    #[test]
    fn it_forgets_the_oldest_and_says_so() {
        let (mut journal, now) = (Journal::default(), Timestamp::UNIX_EPOCH);
        for count in 0..REMEMBERED + 2 {
            let number = journal.begin(asked(&count.to_string(), false), now);
            journal.end(number, now);
        }
        let document = journal.document();
        assert_eq!((&document["forgotten"], &document["mostAtOnce"]), (&json!(2), &json!(1)));
        assert_eq!(document["requests"][0]["target"], "2");
    }
}
