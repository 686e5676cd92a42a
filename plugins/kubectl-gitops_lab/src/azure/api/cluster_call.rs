//! What requests about resources that belong to a cluster have in common: which cluster, and what goes on after the
//! answer.

use http::StatusCode;
use serde_json::Value;

use super::answer::{Answer, RETRY_AFTER};
use super::call::Call;
use super::refusal::Refusal;
use crate::azure::operations::OperationKind;
use crate::azure::resources::{CLUSTERS, Resource, ResourceId};

impl Call<'_> {
    /// The cluster that the path names, which is there; its id as it was first written.
    pub(in crate::azure) fn cluster(&self, verb: &str, kind: &str) -> Result<ResourceId, Refusal> {
        let named = self.named_cluster()?;
        let found = self.azure.resources.get(&named);
        found.map(|cluster| cluster.id.clone()).ok_or_else(|| Refusal::parent_absent(verb, kind, &named))
    }

    /// The id of the cluster that the path names, whether or not it is there.
    pub(in crate::azure) fn named_cluster(&self) -> Result<ResourceId, Refusal> {
        let (provider, kind) = (self.word("clusterRp"), self.word("clusterResourceName"));
        let path = format!("{provider}/{kind}");
        let known = CLUSTERS.into_iter().find(|known| known.eq_ignore_ascii_case(&path));
        let known = known.ok_or_else(|| {
            let message =
                format!("The resource type '{kind}' could not be found in the namespace '{provider}'.");
            Refusal::not_found("InvalidResourceType", message)
        })?;
        Ok(self.group().below(known, self.word("cluster")))
    }

    /// The resource of a type that the path names in a cluster, which is there.
    pub(in crate::azure) fn resource_of(
        &self,
        cluster: &ResourceId,
        kind: &str,
        called: &str,
    ) -> Result<Resource, Refusal> {
        let id = cluster.below(kind, self.word("name"));
        let found = self.azure.resources.get(&id).cloned();
        let absent = || {
            let message = format!("{called} with name '{}' not found.", id.name());
            Refusal::not_found("ResourceNotFound", message)
        };
        found.ok_or_else(absent)
    }

    /// Puts a resource, whose operation begins, and says where that is asked for.
    pub(in crate::azure) fn begin(
        &mut self,
        resource: Resource,
        kind: OperationKind,
        (status, document): (StatusCode, Value),
    ) -> Answer {
        let (id, generation) = (resource.id.clone(), resource.generation);
        self.azure.resources.insert(resource, self.now);
        let operation = self.azure.operations.begin(&id, generation, kind, self.now);
        self.with_operation_headers(Answer::new(status, Some(document)), &id, &operation)
    }

    /// Begins to delete a resource. What no agent has got yet goes by itself.
    pub(in crate::azure) fn begin_deletion(&mut self, mut resource: Resource) -> (String, ResourceId) {
        let id = resource.id.clone();
        resource.generation += 1;
        resource.modified = self.now;
        resource.properties.insert("provisioningState".to_owned(), Value::from("Deleting"));
        let generation = resource.generation;
        self.azure.resources.insert(resource, self.now);
        let operation = self.azure.operations.begin(&id, generation, OperationKind::Delete, self.now);
        if self.azure.deliveries.delete(&id, &operation) {
            self.azure.operations.wait_for_cluster(&operation);
        }
        (operation, id)
    }

    /// An answer that says where its operation is asked for: beneath the resource of this id.
    pub(in crate::azure) fn with_operation_headers(
        &self,
        answer: Answer,
        id: &ResourceId,
        operation: &str,
    ) -> Answer {
        let path = id.with_capital_cluster_type();
        let (url, version) = (&self.azure.url, self.version());
        let address = format!("{url}{path}/operations/{operation}?api-Version={version}");
        answer.with("azure-asyncoperation", address).with("retry-after", RETRY_AFTER)
    }

    /// Whether a flag of the query is set.
    pub(in crate::azure) fn flag(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// What refuses to change what is being deleted.
pub(in crate::azure) fn check_not_deleting(resource: &Resource) -> Result<(), Refusal> {
    if resource.text("provisioningState") != "Deleting" {
        return Ok(());
    }
    let message = format!("The resource '{}' is being deleted.", resource.id);
    Err(Refusal::conflict("Conflict", message))
}
