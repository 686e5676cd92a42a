//! Deleting what a Kustomization made and does not make any more.

use super::apply::{Action, Done, is_said, labels};
use super::order::order;
use crate::flux::client::{ApiClient, ObjectId};

/// Deletes what of `ids` belongs to `owner`, the last applied first.
pub(super) fn delete(
    owner: &ObjectId,
    mut ids: Vec<ObjectId>,
    api: &mut ApiClient<'_>,
) -> (Vec<Done>, Vec<String>) {
    ids.sort_by_cached_key(order);
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for id in ids.into_iter().rev() {
        let action = match api.get(&id) {
            Err(refused) if refused.is_not_found() => Ok(Action::Deleted),
            Err(refused) => Err(format!("{} query failed: {}", id.told(), refused.message)),
            Ok(object) => {
                let is_own =
                    labels(owner).iter().all(|(name, value)| object["metadata"]["labels"][name] == *value);
                let stays = is_said(&object, "prune", "disabled")
                    || is_said(&object, "reconcile", "disabled")
                    || is_said(&object, "ssa", "Ignore");
                match is_own && !stays {
                    false => Ok(Action::Skipped),
                    true => api
                        .delete(&id)
                        .map(|()| Action::Deleted)
                        .map_err(|refused| format!("{} delete failed: {}", id.told(), refused.message)),
                }
            }
        };
        match action {
            Ok(action) => done.push(Done { id, action }),
            Err(failure) => failures.push(failure + ";"),
        }
    }
    (done, failures)
}

/// The lines that tell of it.
pub(super) fn told(done: &[Done]) -> String {
    let lines: Vec<String> = done.iter().map(Done::told).collect();
    lines.join("\n")
}
