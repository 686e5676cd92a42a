//! The arithmetic of a rollout: how many pods the old and the new replica sets may have. Numbers go in and
//! numbers come out; the rules are the deployment controller's.

use serde_json::Value;

/// How far a rollout may go above and below the wanted number of pods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) wanted: i64,
    pub(super) surge: i64,
    pub(super) unavailable: i64,
}

/// How many pods a replica set is to have, and how many of them are available.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ReplicaCount {
    pub(super) replicas: i64,
    pub(super) available: i64,
}

impl Bounds {
    /// Those of a deployment's spec.
    pub(super) fn of(spec: &Value) -> Self {
        let wanted = spec["replicas"].as_i64().unwrap_or(1);
        if spec["strategy"]["type"] == "Recreate" {
            return Self { wanted, surge: 0, unavailable: 0 };
        }
        let rolling = &spec["strategy"]["rollingUpdate"];
        let surge = scaled(&rolling["maxSurge"], wanted, true);
        let mut unavailable = scaled(&rolling["maxUnavailable"], wanted, false);
        if surge == 0 && unavailable == 0 {
            unavailable = 1;
        }
        Self { wanted, surge, unavailable: unavailable.min(wanted) }
    }

    /// The most pods there may be.
    pub(super) fn most(&self) -> i64 {
        self.wanted + self.surge
    }

    /// The fewest pods that may be available.
    fn least(&self) -> i64 {
        self.wanted - self.unavailable
    }

    /// How many pods the new replica set is to have, which has `new` of `all`.
    pub(super) fn grown(&self, new: i64, all: i64) -> i64 {
        if all >= self.most() {
            return new;
        }
        new + (self.most() - all).min(self.wanted - new)
    }

    /// How many pods each of the old replica sets is to have, the oldest first.
    pub(super) fn shrunk(&self, old: &[ReplicaCount], new: ReplicaCount) -> Vec<i64> {
        let mut counts: Vec<i64> = old.iter().map(|count| count.replicas).collect();
        let all = counts.iter().sum::<i64>() + new.replicas;
        let spare = all - self.least() - (new.replicas - new.available);
        if counts.iter().sum::<i64>() == 0 || spare <= 0 {
            return counts;
        }
        // Those that are not available are missed by nobody.
        let mut left = spare;
        for (count, set) in counts.iter_mut().zip(old) {
            let gone = left.min(*count - set.available).max(0);
            *count -= gone;
            left -= gone;
        }
        let available = old.iter().map(|set| set.available).sum::<i64>() + new.available;
        let mut left = available - self.least();
        for count in &mut counts {
            let gone = left.min(*count).max(0);
            *count -= gone;
            left -= gone;
        }
        counts
    }

    /// How a change of the wanted number is shared among replica sets that have `sizes` pods each when there were
    /// to be `before` at the most: in proportion, and what is left over goes to the first.
    pub(super) fn shared(&self, sizes: &[i64], before: &[i64]) -> Vec<i64> {
        let allowed = if self.wanted > 0 { self.most() } else { 0 };
        let change = allowed - sizes.iter().sum::<i64>();
        let mut added = 0;
        let mut counts: Vec<i64> = sizes
            .iter()
            .zip(before)
            .map(|(&size, &before)| {
                let left = change - added;
                if size == 0 || left == 0 {
                    return size;
                }
                let part = self.part(size, before);
                let part = if change > 0 { part.min(left) } else { part.max(left) };
                added += part;
                size + part
            })
            .collect();
        if let Some(first) = counts.first_mut() {
            *first = (*first + change - added).max(0);
        }
        counts
    }

    fn part(&self, size: i64, before: i64) -> i64 {
        if self.wanted == 0 {
            return -size;
        }
        let before = if before > 0 { before } else { self.most() };
        // Rounded half up.
        (2 * size * self.most() + before).div_euclid(2 * before) - size
    }
}

/// A number, or a part of `whole` in per cent; a quarter when it is not said.
fn scaled(value: &Value, whole: i64, up: bool) -> i64 {
    let part = |percent: i64| {
        let hundredths = whole * percent;
        if up { (hundredths + 99).div_euclid(100) } else { hundredths.div_euclid(100) }
    };
    match value {
        Value::Number(number) => number.as_i64().unwrap_or_default(),
        Value::String(text) => {
            text.strip_suffix('%').and_then(|percent| percent.parse().ok()).map_or(0, part)
        }
        _ => part(25),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Bounds, ReplicaCount};

    #[test]
    fn bounds_are_rounded_so_that_something_can_move() {
        for (replicas, surge, unavailable, expected) in [
            (2, json!("25%"), json!("25%"), (1, 0)),
            (10, json!("25%"), json!("25%"), (3, 2)),
            (4, json!(0), json!(0), (0, 1)),
            (3, json!(5), json!("200%"), (5, 3)),
            (1, json!(null), json!(null), (1, 0)),
        ] {
            let rolling = json!({"maxSurge": surge, "maxUnavailable": unavailable});
            let spec = json!({"replicas": replicas, "strategy": {"rollingUpdate": rolling}});
            let bounds = Bounds::of(&spec);
            assert_eq!((bounds.surge, bounds.unavailable), expected, "{spec}");
        }
        let recreate = json!({"replicas": 3, "strategy": {"type": "Recreate"}});
        assert_eq!(Bounds::of(&recreate), Bounds { wanted: 3, surge: 0, unavailable: 0 });
    }

    #[test]
    fn a_rollout_stays_between_its_bounds_at_every_step_and_ends() {
        for wanted in 1..12 {
            for (surge, unavailable) in [(1, 0), (0, 1), (2, 2), (3, 1)] {
                let bounds = Bounds { wanted, surge, unavailable: unavailable.min(wanted) };
                let count = |replicas: i64| ReplicaCount { replicas, available: replicas };
                let (mut old, mut new) = (count(wanted), count(0));
                let mut steps = 0;
                while (old.replicas, new.replicas) != (0, wanted) {
                    new.replicas = bounds.grown(new.replicas, old.replicas + new.replicas);
                    assert!(old.replicas + new.replicas <= bounds.most());
                    old = count(bounds.shrunk(&[old], new)[0]);
                    assert!(old.available + new.available >= bounds.least());
                    new.available = new.replicas;
                    steps += 1;
                    assert!(steps < 50, "{bounds:?}");
                }
            }
        }
    }

    #[test]
    fn pods_that_are_not_available_go_first_and_new_ones_that_are_not_hold_up() {
        let bounds = Bounds { wanted: 3, surge: 1, unavailable: 0 };
        let old = [ReplicaCount { replicas: 1, available: 0 }, ReplicaCount { replicas: 3, available: 3 }];
        assert_eq!(bounds.shrunk(&old, ReplicaCount { replicas: 0, available: 0 }), [0, 3]);
        let old = [ReplicaCount { replicas: 3, available: 3 }];
        assert_eq!(bounds.shrunk(&old, ReplicaCount { replicas: 1, available: 0 }), [3]);
        assert_eq!(bounds.shrunk(&old, ReplicaCount { replicas: 1, available: 1 }), [2]);
    }

    #[test]
    fn a_change_of_scale_during_a_rollout_is_shared_in_proportion() {
        let bounds = Bounds { wanted: 10, surge: 0, unavailable: 0 };
        assert_eq!(bounds.shared(&[4, 1], &[5, 5]), [8, 2]);
        let bounds = Bounds { wanted: 5, surge: 0, unavailable: 0 };
        assert_eq!(bounds.shared(&[8, 2], &[10, 10]), [4, 1]);
        let bounds = Bounds { wanted: 0, surge: 0, unavailable: 0 };
        assert_eq!(bounds.shared(&[3, 2], &[5, 5]), [0, 0]);
    }
}
