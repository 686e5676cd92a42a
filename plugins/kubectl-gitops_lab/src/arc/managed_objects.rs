//! The objects of one configuration in the cluster: made as wanted, put right where somebody changed them, and removed in
//! the order in which Flux can still clean up.

use gitops_core::model::contract::AZURE_MANAGED_LABEL;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::configuration::Configuration;
use super::flux_objects::{namespace, objects};
use crate::flux::{ApiClient, ApiRefusal, ObjectId, difference};

/// What the controller is called as the manager of fields.
const MANAGER: &str = "fluxconfig-controller";
/// What of an object is wanted.
const CONTENT: [&str; 4] = ["spec", "data", "subjects", "roleRef"];

/// The objects that were made of a configuration.
#[derive(Debug, Default)]
pub(super) struct ManagedObjects {
    made: BTreeSet<ObjectId>,
}

impl ManagedObjects {
    /// Makes of them what is wanted; why one could not be made.
    pub(super) fn put(&mut self, configuration: &Configuration, api: &mut ApiClient<'_>) -> Option<String> {
        let mut refusals = Vec::new();
        let own = namespace(configuration);
        if api.get(&ObjectId::of(&own)).is_err_and(|refused| refused.is_not_found()) {
            refusals.extend(api.create(&own).err());
        }
        let wanted = objects(configuration);
        let ids: BTreeSet<ObjectId> = wanted.iter().map(ObjectId::of).collect();
        for gone in self.made.difference(&ids) {
            refusals.extend(api.delete(gone).err().filter(|refused| !refused.is_not_found()));
        }
        for object in &wanted {
            refusals.extend(put(object, api).err());
        }
        self.made = ids;
        refusals.into_iter().next().map(|refused| refused.message)
    }

    /// Removes them: Kustomizations first, for they prune what they applied with the source still there. Whether all are
    /// gone.
    pub(super) fn remove(&mut self, configuration: &Configuration, api: &mut ApiClient<'_>) -> bool {
        let wanted = objects(configuration);
        let all: BTreeSet<ObjectId> =
            self.made.iter().cloned().chain(wanted.iter().map(ObjectId::of)).collect();
        let (first, then): (Vec<ObjectId>, Vec<ObjectId>) =
            all.into_iter().partition(|id| id.kind == "Kustomization");
        remove_all(&first, api) && remove_all(&then, api)
    }

    /// The source as it is, and the Kustomizations behind it.
    pub(super) fn found(&self, configuration: &Configuration, api: &mut ApiClient<'_>) -> Vec<Value> {
        let wanted = objects(configuration);
        let is_flux = |id: &ObjectId| id.group().ends_with(".toolkit.fluxcd.io");
        wanted.iter().map(ObjectId::of).filter(is_flux).filter_map(|id| api.get(&id).ok()).collect()
    }
}

/// Makes an object, or puts right what is there.
fn put(wanted: &Value, api: &mut ApiClient<'_>) -> Result<(), ApiRefusal> {
    let id = ObjectId::of(wanted);
    let found = match api.get(&id) {
        Ok(found) => found,
        Err(refused) if refused.is_not_found() => return api.create(wanted).map(drop),
        Err(refused) => return Err(refused),
    };
    let mut patch = json!({});
    for field in CONTENT.into_iter().filter(|field| !wanted[field].is_null()) {
        if let Some(difference) = difference(&found[field], &wanted[field]) {
            patch[field] = difference;
        }
    }
    patch["metadata"]["labels"] = wanted["metadata"]["labels"].clone();
    api.merge(&id, false, MANAGER, &patch).map(drop)
}

/// Removes objects that are there; whether none is.
fn remove_all(ids: &[ObjectId], api: &mut ApiClient<'_>) -> bool {
    for id in ids {
        if api.get(id).is_ok_and(|object| object["metadata"]["deletionTimestamp"].is_null()) {
            // What is refused is tried again.
            let _ = api.delete(id);
        }
    }
    ids.iter().all(|id| api.get(id).is_err())
}

/// Whether what somebody did to an object is to be undone: one that Azure's agents made, and more than its status changed.
pub(super) fn is_edit(before: Option<&Value>, after: Option<&Value>) -> bool {
    let Some(before) = before.filter(|before| is_managed(before)) else { return false };
    let Some(after) = after else { return true };
    let labels = |object: &Value| object["metadata"]["labels"].clone();
    CONTENT.iter().any(|field| before[field] != after[field]) || labels(before) != labels(after)
}

/// Whether something is to be told of an object that Azure did not know.
pub(super) fn is_news(before: Option<&Value>, after: Option<&Value>) -> bool {
    let told = |object: Option<&Value>| {
        object.map(|object| {
            let status = &object["status"];
            let revision = &status["artifact"]["revision"];
            [&status["conditions"], revision, &status["observedGeneration"], &object["spec"]["suspend"]]
                .map(Value::clone)
        })
    };
    after.or(before).is_some_and(is_reported) && told(before) != told(after)
}

/// Whether Azure's agents made it.
fn is_managed(object: &Value) -> bool {
    object["metadata"]["labels"][AZURE_MANAGED_LABEL] == "true"
}

/// Whether Azure is told of it: of what its agents made for Flux, and of the Helm releases that come of that.
fn is_reported(object: &Value) -> bool {
    let is_flux = object["apiVersion"].as_str().is_some_and(|api| api.contains(".toolkit.fluxcd.io/"));
    is_flux && (is_managed(object) || object["kind"] == "HelmRelease")
}
