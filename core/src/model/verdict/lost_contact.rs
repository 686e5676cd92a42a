//! A watched cluster that gives no answers any more: what it said last stays, and this says so.

use std::fmt;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::age_in_words;
use crate::model::pipeline::ClusterRef;
use crate::model::{ClusterFlags, Unanswered, Why, World};

/// Since when a cluster has not been heard, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LostContact {
    /// The cluster.
    #[schemars(with = "String")]
    pub cluster: ClusterRef,
    /// Its API server.
    pub server: String,
    /// When it was last heard.
    pub since: Timestamp,
    /// What comes instead of an answer; written as a sentence.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub why: Why,
    /// What whoever looks can do about it, where anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl LostContact {
    /// That a cluster is not heard, with a hint that acts on this cluster.
    pub fn new(
        cluster: ClusterRef,
        server: impl Into<String>,
        since: Timestamp,
        why: Why,
        flags: &ClusterFlags,
    ) -> Self {
        let hint = why.hint_of_cluster().map(|hint| flags.add_to_hint(hint));
        Self { cluster, server: server.into(), since, why, hint }
    }

    /// Since when and why, with how long that is now.
    pub fn describe(&self, now: Timestamp) -> String {
        self.text(&format!("{} ({})", time_seen_at(self.since, now), age_in_words(self.since, now)))
    }

    fn text(&self, since: &str) -> String {
        let Self { server, why, .. } = self;
        match why {
            Why::NotAuthenticated => format!("{server} has refused the credentials since {since}"),
            Why::NotAllowed => format!("{server} has allowed nothing to be read since {since}"),
            why => format!("no answer from {server} since {since}: {why}"),
        }
    }

    /// The same as a gap of the world of clusters, beside those that never answered.
    pub fn unanswered(&self) -> Unanswered {
        let why = Why::NoAnswer(format!("{self}; shown as of then"));
        Unanswered { world: World::Cluster, cluster: Some(self.cluster.clone()), what: None, why }
    }
}

/// `no answer from https://prod.example since 02:13:05Z: connection refused; see whether kubectl reaches it: …`.
impl fmt::Display for LostContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(&time_of_day(self.since)))?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

/// A time in UTC, to the second: with its date where a reader at `now` might take it for another day's.
fn time_seen_at(time: Timestamp, now: Timestamp) -> String {
    const NEARLY_A_DAY: i64 = 20 * 3600;
    if now.as_second() - time.as_second() < NEARLY_A_DAY { time_of_day(time) } else { format!("{time:.0}") }
}

/// The time of a day in UTC, to the second.
pub fn time_of_day(time: Timestamp) -> String {
    time.strftime("%H:%M:%SZ").to_string()
}

fn as_text<S: Serializer>(why: &Why, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_since_when_why_and_what_to_do() {
        let since: Timestamp = "2026-01-02T02:13:05Z".parse().expect("a time");
        let cluster = ClusterRef::of_context(Some("prod"));
        let flags = ClusterFlags { context: Some("prod".to_owned()), ..ClusterFlags::default() };
        let lost = |why| LostContact::new(cluster.clone(), "https://prod.example", since, why, &flags);
        let silent = lost(Why::NoAnswer("connection refused".to_owned()));
        assert_eq!(
            silent.to_string(),
            "no answer from https://prod.example since 02:13:05Z: connection refused; see whether kubectl reaches it: kubectl --context prod cluster-info"
        );
        let later = since + jiff::SignedDuration::from_secs(40);
        assert_eq!(
            silent.describe(later),
            "no answer from https://prod.example since 02:13:05Z (40 s): connection refused"
        );
        let expired = "https://prod.example has refused the credentials since 02:13:05Z; sign in again";
        assert_eq!(lost(Why::NotAuthenticated).to_string(), expired);
        let hint = lost(Why::NotAllowed).hint;
        assert_eq!(hint.as_deref(), Some("see what you may do: kubectl --context prod auth can-i --list"));
    }
}
