//! The routes of clusters: the same for both types.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::document::{PROPERTIES, document};
use crate::azure::api::answer::{Answer, RETRY_AFTER};
use crate::azure::api::call::{Call, required_location};
use crate::azure::api::cluster_call::check_not_deleting;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::{UnknownVersion, Versions};
use crate::azure::api_versions;
use crate::azure::extensions::identity;
use crate::azure::operations::{OperationKind, located};
use crate::azure::property_fields::read;
use crate::azure::resources::{CONNECTED_CLUSTERS, MANAGED_CLUSTERS, Resource, ResourceId};

const CONNECTED: Versions = Versions::Listed {
    kind: CONNECTED_CLUSTERS,
    known: api_versions::CONNECTED_CLUSTERS_VERSIONS,
    refusal: UnknownVersion::NoRegisteredProvider,
};
const MANAGED: Versions = Versions::Dated;

const CONNECTED_READ: &str = "Microsoft.Kubernetes/connectedClusters/read";
const MANAGED_READ: &str = "Microsoft.ContainerService/managedClusters/read";
const CONNECTED_ONE: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Kubernetes/connectedClusters/{name}";
const MANAGED_ONE: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{name}";

pub(in crate::azure) const ROUTES: &[Route] = &[
    CONNECTED.route(
        Method::GET,
        "/subscriptions/{subscription}/providers/Microsoft.Kubernetes/connectedClusters",
        Needs::ListAction(CONNECTED_READ),
        list_connected,
    ),
    CONNECTED.route(
        Method::GET,
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Kubernetes/connectedClusters",
        Needs::ListAction(CONNECTED_READ),
        list_connected,
    ),
    CONNECTED.route(Method::GET, CONNECTED_ONE, Needs::Action(CONNECTED_READ), |call| {
        get(call, CONNECTED_CLUSTERS)
    }),
    CONNECTED.route(
        Method::PUT,
        CONNECTED_ONE,
        Needs::Action("Microsoft.Kubernetes/connectedClusters/write"),
        |call| put(call, CONNECTED_CLUSTERS),
    ),
    CONNECTED.route(
        Method::DELETE,
        CONNECTED_ONE,
        Needs::Action("Microsoft.Kubernetes/connectedClusters/delete"),
        |call| delete(call, CONNECTED_CLUSTERS),
    ),
    MANAGED.route(
        Method::GET,
        "/subscriptions/{subscription}/providers/Microsoft.ContainerService/managedClusters",
        Needs::ListAction(MANAGED_READ),
        list_managed,
    ),
    MANAGED.route(
        Method::GET,
        "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters",
        Needs::ListAction(MANAGED_READ),
        list_managed,
    ),
    MANAGED.route(Method::GET, MANAGED_ONE, Needs::Action(MANAGED_READ), |call| get(call, MANAGED_CLUSTERS)),
    MANAGED.route(
        Method::PUT,
        MANAGED_ONE,
        Needs::Action("Microsoft.ContainerService/managedClusters/write"),
        |call| put(call, MANAGED_CLUSTERS),
    ),
    MANAGED.route(
        Method::DELETE,
        MANAGED_ONE,
        Needs::Action("Microsoft.ContainerService/managedClusters/delete"),
        |call| delete(call, MANAGED_CLUSTERS),
    ),
];

fn list_connected(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    list(call, CONNECTED_CLUSTERS)
}

fn list_managed(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    list(call, MANAGED_CLUSTERS)
}

fn list(call: &Call<'_>, kind: &str) -> Result<Answer, Refusal> {
    let within = if call.word("group").is_empty() { call.subscription() } else { call.group() };
    let own = call.azure.resources.within(&within);
    let clusters: Vec<&Resource> =
        own.filter(|resource| resource.id.kind().eq_ignore_ascii_case(kind)).collect();
    call.page(&clusters, |cluster| document(cluster, kind))
}

/// The cluster that the path names, which is there.
fn found(call: &Call<'_>, kind: &str) -> Result<Resource, Refusal> {
    let id = named(call, kind);
    call.azure.resources.get(&id).cloned().ok_or_else(|| Refusal::resource_absent(&id))
}

fn named(call: &Call<'_>, kind: &str) -> ResourceId {
    call.group().below(kind, call.word("name"))
}

fn get(call: &Call<'_>, kind: &str) -> Result<Answer, Refusal> {
    Ok(Answer::ok(document(&found(call, kind)?, kind)))
}

/// Connecting goes on after the answer; the cluster counts as connected once its agents have spoken.
fn put(call: &mut Call<'_>, kind: &str) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let before = found(call, kind).ok();
    before.as_ref().map_or(Ok(()), check_not_deleting)?;
    let is_new = before.is_none();
    let mut cluster = before.unwrap_or_else(|| Resource::new(named(call, kind), call.now));
    let location = required_location(&body)?;
    cluster.location.get_or_insert_with(|| location.to_owned());
    cluster.tags = body.get("tags").and_then(Value::as_object).cloned().unwrap_or_default();
    cluster.identity = identity(body.get("identity"), cluster.id.as_str(), &call.azure.directory.tenant);
    let empty = Map::new();
    let given = body.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    if kind == CONNECTED_CLUSTERS {
        cluster.properties.extend(read(given, PROPERTIES)?.shown);
        cluster.properties.entry("connectivityStatus").or_insert(json!("Connecting"));
    }
    let state = if is_new { "Provisioning" } else { "Updating" };
    cluster.properties.insert("provisioningState".to_owned(), json!(state));
    cluster.generation += 1;
    cluster.modified = call.now;
    let document = document(&cluster, kind);
    let (id, generation) = (cluster.id.clone(), cluster.generation);
    let place = cluster.location.clone().unwrap_or_default();
    call.azure.resources.insert(cluster, call.now);
    if kind == CONNECTED_CLUSTERS {
        // Agents are installed before Azure has done its part, and speak at once.
        call.azure.connectivity.expect(&id, call.now);
    }
    let (doing, status) = match is_new {
        true => (OperationKind::Create, StatusCode::CREATED),
        false => (OperationKind::Update, StatusCode::OK),
    };
    let operation = call.azure.operations.begin(&id, generation, doing, call.now);
    Ok(told(call, Answer::new(status, Some(document)), &id, (&place, &operation)))
}

fn delete(call: &mut Call<'_>, kind: &str) -> Result<Answer, Refusal> {
    let Ok(cluster) = found(call, kind) else { return Ok(Answer::empty(StatusCode::NO_CONTENT)) };
    let place = cluster.location.clone().unwrap_or_default();
    let (operation, id) = call.begin_deletion(cluster);
    let answer = Answer::empty(StatusCode::ACCEPTED);
    Ok(told(call, answer, &id, (&place, &operation)))
}

/// An answer that says where its operation is asked for: in the location of the cluster.
fn told(call: &Call<'_>, answer: Answer, id: &ResourceId, (place, operation): (&str, &str)) -> Answer {
    let (url, path, version) = (&call.azure.url, located(id, place, operation), call.version());
    answer
        .with("azure-asyncoperation", format!("{url}{path}?api-version={version}"))
        .with("retry-after", RETRY_AFTER)
}
