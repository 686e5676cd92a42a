//! Where the state of an operation is asked for. The address is under a resource of a cluster's, and which resource that
//! is does not count: the service itself names those of deletions by another type.

use http::Method;

use super::operation::Operation;
use crate::azure::api::answer::{Answer, RETRY_AFTER};
use crate::azure::api::call::Call;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::Versions;
use crate::azure::resources::ResourceId;

const READ: &str = "Microsoft.KubernetesConfiguration/operations/read";
const CLUSTER: &str = "Microsoft.Kubernetes/locations/operationStatuses/read";

pub(in crate::azure) const ROUTES: &[Route] = &[
    Versions::Dated.route(Method::GET, "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/{kind}/{name}/operations/{operation}", Needs::Action(READ), of_part),
    Versions::Dated.route(Method::GET, "/subscriptions/{subscription}/providers/{provider}/locations/{location}/operationStatuses/{operation}", Needs::Action(CLUSTER), of_cluster),
];

fn of_part(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.named_cluster()?;
    let is_its = |operation: &Operation| operation.resource.parent() == Some(cluster.clone());
    answer(call, is_its)
}

fn of_cluster(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let subscription = call.subscription();
    let is_its = |operation: &Operation| {
        let beginning = format!("{}/", subscription.key());
        operation.resource.key().starts_with(&beginning)
    };
    answer(call, is_its)
}

fn answer(call: &Call<'_>, is_its: impl Fn(&Operation) -> bool) -> Result<Answer, Refusal> {
    let id = call.word("operation");
    let operation = call.azure.operations.get(id).filter(|operation| is_its(operation));
    let absent = || Refusal::not_found("ResourceNotFound", format!("Operation with id '{id}' not found."));
    let operation = operation.ok_or_else(absent)?;
    let answer = Answer::ok(operation.document());
    Ok(if operation.is_over() { answer } else { answer.with("retry-after", RETRY_AFTER) })
}

/// Where the operations of a resource that is in a location are asked for.
pub(in crate::azure) fn located(id: &ResourceId, location: &str, operation: &str) -> String {
    let subscription = id.word_after("subscriptions").unwrap_or_default();
    let provider = id.kind();
    let provider = provider.split('/').next().unwrap_or_default();
    format!(
        "/subscriptions/{subscription}/providers/{provider}/locations/{location}/operationStatuses/{operation}"
    )
}
