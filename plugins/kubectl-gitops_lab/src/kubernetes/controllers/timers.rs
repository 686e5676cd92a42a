//! What happens by itself, later: which object is to be looked at again, and when.
//!
//! There is no clock here. Whoever serves the cluster asks when something is due and comes back then; a test
//! comes back whenever it likes. Everything is done in the order of its time and as of its time, so that an hour
//! that passes in one step leaves what an hour would have left.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::storage::store::Key;

/// When to look at which object again.
#[derive(Debug, Default)]
pub(in crate::kubernetes) struct Timers(BTreeSet<(Timestamp, Key)>);

impl Timers {
    /// Looks at what is at `key` at the time `at`.
    pub(in crate::kubernetes) fn wake(&mut self, key: Key, at: Timestamp) {
        self.0.insert((at, key));
    }

    fn first(&self) -> Option<Timestamp> {
        self.0.first().map(|(at, _)| *at)
    }
}

impl Cluster {
    /// When something happens next by itself; none when everything rests.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.timers.first()
    }

    /// Does everything that is due up to `now`, in the order of time and each as of its own time.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while self.due().is_some_and(|at| at <= now) {
            let Some((at, key)) = self.timers.0.pop_first() else { return };
            self.look(&key, at);
            self.settle(at);
        }
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
