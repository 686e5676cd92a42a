//! What happens by itself, later: which object is to be looked at again, and when.
//!
//! There is no clock here. Whoever serves the cluster asks when something is due and comes back then; a test
//! comes back whenever it likes. Everything is done in the order of its time and as of its time, so that an hour
//! that passes in one step leaves what an hour would have left.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::kubernetes::storage::key::Key;

/// When to look at which object again.
#[derive(Debug, Default)]
pub(in crate::kubernetes) struct Timers(BTreeSet<(Timestamp, Key)>);

impl Timers {
    /// Looks at what is at `key` at the time `at`.
    pub(in crate::kubernetes) fn wake(&mut self, key: Key, at: Timestamp) {
        self.0.insert((at, key));
    }

    /// When the first of them is due.
    pub(in crate::kubernetes) fn first(&self) -> Option<Timestamp> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes the first of them that is due at `now`.
    pub(in crate::kubernetes) fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Key)> {
        self.first().filter(|at| *at <= now).and_then(|_| self.0.pop_first())
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::kubernetes::testing::{NOW, cluster, send};

    #[test]
    fn what_is_due_is_done_at_its_time_and_not_before() {
        let mut cluster = cluster();
        assert_eq!(cluster.due(), None);
        let pods = "/api/v1/namespaces/default/pods";
        let pod = json!({"metadata": {"name": "a"}, "spec": {"nodeName": "b", "containers": []}});
        send(&mut cluster, Method::POST, pods, &pod);
        let name = format!("{pods}/a");
        send(&mut cluster, Method::DELETE, &name, &Value::Null);
        cluster.advance(NOW + SignedDuration::from_secs(1));
        assert_eq!(cluster.due(), Some(NOW + SignedDuration::from_secs(30)));
        cluster.advance(NOW + SignedDuration::from_secs(29));
        assert_eq!(send(&mut cluster, Method::GET, &name, &Value::Null).0, 200);
        cluster.advance(NOW + SignedDuration::from_secs(3600));
        assert_eq!(send(&mut cluster, Method::GET, &name, &Value::Null).0, 404);
        assert_eq!(cluster.due(), None);
    }
}
