//! What a recorder of events keeps in mind.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::event_text::EventText;
use crate::event_correlation::{LruCache, SpamFilter};
use crate::kubernetes::storage::key::Key;

/// How many different messages about one object are told one by one.
const ALIKE: usize = 10;

/// How long ago the last of them may have been.
const MEMORY: SignedDuration = SignedDuration::from_mins(10);

/// What is remembered of events.
#[derive(Debug, Default)]
pub(in crate::kubernetes) struct Recorder {
    alike: LruCache<String, Alike>,
    pub(super) written: LruCache<String, Key>,
    pub(super) spam: SpamFilter,
    told: u64,
}

#[derive(Debug)]
struct Alike {
    messages: BTreeSet<String>,
    last: Timestamp,
}

impl Recorder {
    /// The message as it is to be told, and under which key it is counted.
    pub(super) fn combine(
        &mut self,
        about: &str,
        news: &EventText<'_>,
        now: Timestamp,
    ) -> (String, String, bool) {
        let group = format!("{about}/{}/{}", news.kind(), news.reason);
        let nothing = Alike { messages: BTreeSet::new(), last: now };
        let alike = self.alike.get_or_insert(group.clone(), nothing);
        if now.duration_since(alike.last) > MEMORY {
            alike.messages.clear();
        }
        alike.last = now;
        alike.messages.insert(news.message.clone());
        if alike.messages.len() < ALIKE {
            return (news.message.clone(), format!("{group}/{}", news.message), false);
        }
        alike.messages.pop_first();
        (format!("(combined from similar events): {}", news.message), group, true)
    }

    /// What is added to the name of an object to name an event of it: the time, and a little for those that
    /// happen at the same time.
    pub(super) fn suffix(&mut self, now: Timestamp) -> String {
        self.told += 1;
        format!("{:016x}", now.as_nanosecond() + i128::from(self.told % 1_000_000))
    }
}
