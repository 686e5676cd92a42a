//! Health checks: whether all that is waited for is current, and the words in which it is told what is not.

use std::collections::BTreeSet;

use serde_json::Value;

use super::kstatus::{Standing, standing};
use crate::flux::client::{ApiClient, ObjectId};

/// How the objects of a check stand.
#[derive(Clone, Debug)]
pub(super) struct Checked(Vec<(ObjectId, Standing)>);

impl Checked {
    /// Looks at all of `ids`.
    pub(super) fn look(ids: &[ObjectId], api: &mut ApiClient<'_>) -> Self {
        let now = api.now;
        let look = |id: &ObjectId| match api.get(id) {
            Ok(object) => (id.clone(), standing(&object, now)),
            Err(refused) if refused.is_not_found() => (id.clone(), Standing::NotFound),
            Err(_) => (id.clone(), Standing::Unknown),
        };
        Self(ids.iter().map(look).collect())
    }

    /// Whether nothing is left to wait for.
    pub(super) fn is_over(&self) -> bool {
        self.0.iter().all(|(_, standing)| matches!(standing, Standing::Current | Standing::Failed))
    }

    /// What is not well, when all is over or `is_late`.
    pub(super) fn failure(&self, is_late: bool) -> Option<String> {
        let blamed: Vec<String> = self
            .0
            .iter()
            .filter(|(_, standing)| match standing {
                Standing::Current => false,
                Standing::Failed => true,
                _ => is_late,
            })
            .map(|(id, standing)| format!("{} status: '{}'", id.told(), standing.told()))
            .collect();
        let why = if is_late { "timeout waiting for" } else { "failed early due to stalled resources" };
        (!blamed.is_empty()).then(|| format!("{why}: [{}]", blamed.join(", ")))
    }
}

/// What a Kustomization waits for: all that it applied, or what it names, but never itself.
pub(super) fn awaited(own: &ObjectId, spec: &Value, applied: &[ObjectId]) -> Vec<ObjectId> {
    let named = spec["healthChecks"].as_array().into_iter().flatten().map(|check| {
        let text = |field: &str| check[field].as_str().unwrap_or_default();
        ObjectId::new(text("apiVersion"), text("kind"), text("namespace"), text("name"))
    });
    let all: BTreeSet<ObjectId> = match spec["wait"] == true {
        true => applied.iter().cloned().collect(),
        false => named.collect(),
    };
    let is_itself =
        |id: &ObjectId| id.kind == own.kind && id.name == own.name && id.namespace == own.namespace;
    all.into_iter().filter(|id| !is_itself(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::kstatus::Standing;
    use super::Checked;
    use crate::flux::client::ObjectId;

    #[test]
    fn what_is_not_well_is_named() {
        let id = |name: &str| ObjectId::new("apps/v1", "Deployment", "n", name);
        let checked = |standings: &[Standing]| {
            let names = ["a", "b", "c"];
            Checked(standings.iter().zip(names).map(|(one, name)| (id(name), *one)).collect())
        };
        use Standing::{Current, Failed, InProgress};
        for (standings, is_late, is_over, failure) in [
            (vec![Current, Current], false, true, None),
            (vec![Current, InProgress], false, false, None),
            (
                vec![Current, InProgress],
                true,
                false,
                Some("timeout waiting for: [Deployment/n/b status: 'InProgress']"),
            ),
            (
                vec![Failed, Current],
                false,
                true,
                Some("failed early due to stalled resources: [Deployment/n/a status: 'Failed']"),
            ),
            (vec![Current], true, true, None),
        ] {
            let checked = checked(&standings);
            assert_eq!(checked.is_over(), is_over, "{standings:?}");
            if is_over || is_late {
                assert_eq!(checked.failure(is_late).as_deref(), failure, "{standings:?}");
            }
        }
    }
}
