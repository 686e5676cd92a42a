//! The routes of Flux configurations.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::change::{Change, blank, changed, is_same};
use super::document::{document, list_item};
use crate::azure::api::answer::Answer;
use crate::azure::api::call::Call;
use crate::azure::api::cluster_call::check_not_deleting;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::{UnknownVersion, Versions};
use crate::azure::api_versions;
use crate::azure::operations::OperationKind;
use crate::azure::resources::{EXTENSIONS, FLUX_CONFIGURATIONS, Resource};

/// As refusals call one.
const CALLED: &str = "FluxConfiguration";

const VERSIONS: Versions = Versions::Listed {
    kind: FLUX_CONFIGURATIONS,
    known: api_versions::FLUX_CONFIGURATIONS_VERSIONS,
    refusal: UnknownVersion::InvalidResourceType,
};

const ALL: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations";
const ONE: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}";

const READ: &str = "Microsoft.KubernetesConfiguration/fluxConfigurations/read";
const WRITE: &str = "Microsoft.KubernetesConfiguration/fluxConfigurations/write";
const DELETE: &str = "Microsoft.KubernetesConfiguration/fluxConfigurations/delete";

pub(in crate::azure) const ROUTES: &[Route] = &[
    VERSIONS.route(Method::GET, ALL, Needs::ListAction(READ), list),
    VERSIONS.route(Method::GET, ONE, Needs::Action(READ), get),
    VERSIONS.route(Method::PUT, ONE, Needs::Action(WRITE), put),
    VERSIONS.route(Method::PATCH, ONE, Needs::Action(WRITE), patch),
    VERSIONS.route(Method::DELETE, ONE, Needs::Action(DELETE), delete),
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("read", FLUX_CONFIGURATIONS)?;
    let all: Vec<&Resource> = call.azure.resources.below(&cluster, FLUX_CONFIGURATIONS).collect();
    call.page(&all, |resource| list_item(resource))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("read", FLUX_CONFIGURATIONS)?;
    Ok(Answer::ok(document(&call.resource_of(&cluster, FLUX_CONFIGURATIONS, CALLED)?)))
}

fn put(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("write", FLUX_CONFIGURATIONS)?;
    let given = properties(call.body()?)?;
    let before = call.resource_of(&cluster, FLUX_CONFIGURATIONS, CALLED).ok();
    let Some(before) = before else {
        let id = cluster.below(FLUX_CONFIGURATIONS, call.word("name"));
        let new = blank(Resource::new(id, call.now));
        return Ok(begin(
            call,
            changed(&new, Change::Put(given))?,
            OperationKind::Create,
            StatusCode::CREATED,
        ));
    };
    check_not_deleting(&before)?;
    let after = changed(&before, Change::Put(given))?;
    Ok(match is_same(&before, &after) && before.text("provisioningState") != "Failed" {
        true => Answer::ok(document(&before)),
        false => begin(call, after, OperationKind::Update, StatusCode::OK),
    })
}

fn patch(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("write", FLUX_CONFIGURATIONS)?;
    let before = call.resource_of(&cluster, FLUX_CONFIGURATIONS, CALLED)?;
    check_not_deleting(&before)?;
    let given = properties(call.body()?)?;
    let after = changed(&before, Change::Patch(given))?;
    Ok(match is_same(&before, &after) {
        true => Answer::ok(document(&before)),
        false => begin(call, after, OperationKind::Update, StatusCode::ACCEPTED),
    })
}

/// What a forced deletion leaves in the cluster stays there: nobody is told to remove it.
fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("delete", FLUX_CONFIGURATIONS)?;
    let Ok(resource) = call.resource_of(&cluster, FLUX_CONFIGURATIONS, CALLED) else {
        return Ok(Answer::empty(StatusCode::NO_CONTENT));
    };
    if call.flag("forceDelete") {
        let now = call.now;
        call.azure.remove_resource(&resource.id, now);
        return Ok(Answer::empty(StatusCode::OK));
    }
    let (operation, id) = call.begin_deletion(resource);
    // The service answers for deletions at an address of another type.
    let elsewhere = cluster.below(EXTENSIONS, id.name());
    let answer = Answer::empty(StatusCode::ACCEPTED).with("x-ms-async-operation-timeout", "PT1H");
    Ok(call.with_operation_headers(answer, &elsewhere, &operation))
}

/// The properties of a body.
fn properties(mut body: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    match body.remove("properties") {
        Some(Value::Object(properties)) => Ok(properties),
        _ => Err(Refusal::property(
            "properties",
            "The value of 'properties' is required: an object is expected.",
        )),
    }
}

fn begin(call: &mut Call<'_>, mut resource: Resource, kind: OperationKind, status: StatusCode) -> Answer {
    let state = if kind == OperationKind::Create { "Creating" } else { "Updating" };
    resource.properties.insert("provisioningState".to_owned(), json!(state));
    resource.properties.insert("errorMessage".to_owned(), json!(""));
    resource.generation += 1;
    resource.modified = call.now;
    let document = document(&resource);
    call.begin(resource, kind, (status, document)).with("x-ms-async-operation-timeout", "PT48H")
}
