//! The routes of extensions.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::document::{PROPERTIES, document, identity, with_defaults};
use crate::azure::api::answer::Answer;
use crate::azure::api::call::Call;
use crate::azure::api::cluster_call::check_not_deleting;
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::{UnknownVersion, Versions};
use crate::azure::api_versions;
use crate::azure::operations::OperationKind;
use crate::azure::property_fields::read;
use crate::azure::resources::{EXTENSIONS, Resource, ResourceId};

/// As refusals call one.
const CALLED: &str = "Extension";

const VERSIONS: Versions = Versions::Listed {
    kind: EXTENSIONS,
    known: api_versions::EXTENSIONS_VERSIONS,
    refusal: UnknownVersion::InvalidResourceType,
};

const ALL: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/extensions";
const ONE: &str = "/subscriptions/{subscription}/resourceGroups/{group}/providers/{clusterRp}/{clusterResourceName}/{cluster}/providers/Microsoft.KubernetesConfiguration/extensions/{name}";

const READ: &str = "Microsoft.KubernetesConfiguration/extensions/read";
const WRITE: &str = "Microsoft.KubernetesConfiguration/extensions/write";
const DELETE: &str = "Microsoft.KubernetesConfiguration/extensions/delete";

pub(in crate::azure) const ROUTES: &[Route] = &[
    VERSIONS.route(Method::GET, ALL, Needs::ListAction(READ), list),
    VERSIONS.route(Method::GET, ONE, Needs::Action(READ), get),
    VERSIONS.route(Method::PUT, ONE, Needs::Action(WRITE), put),
    VERSIONS.route(Method::DELETE, ONE, Needs::Action(DELETE), delete),
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("read", EXTENSIONS)?;
    let (all, version): (Vec<&Resource>, _) =
        (call.azure.resources.below(&cluster, EXTENSIONS).collect(), call.version());
    call.page(&all, |resource| document(resource, &version))
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("read", EXTENSIONS)?;
    let resource = call.resource_of(&cluster, EXTENSIONS, CALLED)?;
    Ok(Answer::ok(document(&resource, &call.version())))
}

fn put(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("write", EXTENSIONS)?;
    let body = call.body()?;
    let before = call.resource_of(&cluster, EXTENSIONS, CALLED).ok();
    before.as_ref().map_or(Ok(()), check_not_deleting)?;
    let is_new = before.is_none();
    let id = cluster.below(EXTENSIONS, call.word("name"));
    let mut resource = before.unwrap_or_else(|| unreported(id, call));
    let was = resource.properties.clone();
    change(&mut resource, &body, &call.azure.directory.tenant)?;
    if !is_new && was == resource.properties && resource.text("provisioningState") != "Failed" {
        return Ok(Answer::ok(document(&resource, &call.version())));
    }
    let state = if is_new { "Creating" } else { "Updating" };
    resource.properties.insert("provisioningState".to_owned(), json!(state));
    resource.generation += 1;
    resource.modified = call.now;
    let kind = if is_new { OperationKind::Create } else { OperationKind::Update };
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let document = document(&resource, &call.version());
    let id = resource.id.clone();
    let location = call.azure.resources.get(&cluster).and_then(|cluster| cluster.location.clone());
    let answer = call.begin(resource, kind, (status, document));
    // The service also names itself, on another host, where nobody is let in with a token for Resource Manager.
    let host = format!("{}.rp.kubernetesconfiguration.azure.com", location.unwrap_or_default());
    let path = id.with_capital_cluster_type();
    Ok(answer.with("location", format!("https://{host}{path}")))
}

/// A forced deletion leaves in the cluster what is there. Its answer is another answer, written down.
fn delete(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let cluster = call.cluster("delete", EXTENSIONS)?;
    let Ok(resource) = call.resource_of(&cluster, EXTENSIONS, CALLED) else {
        return Ok(Answer::empty(StatusCode::NO_CONTENT));
    };
    if call.flag("forceDelete") {
        let now = call.now;
        call.azure.remove_resource(&resource.id, now);
        return Ok(Answer::ok(json!({
            "version": "1.1",
            "content": null,
            "statusCode": 200,
            "reasonPhrase": "OK",
            "headers": [],
            "trailingHeaders": [],
            "requestMessage": null,
            "isSuccessStatusCode": true,
        })));
    }
    let (operation, id) = call.begin_deletion(resource);
    let answer = Answer::empty(StatusCode::ACCEPTED);
    Ok(call.with_operation_headers(answer, &id, &operation))
}

/// An extension of which nothing was reported.
fn unreported(id: ResourceId, call: &Call<'_>) -> Resource {
    let mut resource = Resource::new(id, call.now);
    let fields = [("installState", json!("Unknown")), ("statuses", json!([]))];
    resource.properties.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    resource
}

fn change(resource: &mut Resource, body: &Map<String, Value>, tenant: &str) -> Result<(), Refusal> {
    let empty = Map::new();
    let given = body.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let read = read(given, PROPERTIES)?;
    let kind = read.shown["extensionType"].as_str().unwrap_or_default();
    let path = "properties.extensionType";
    if kind.is_empty() {
        return Err(Refusal::property(path, format!("The value of '{path}' is required.")));
    }
    if resource.generation > 0 && !resource.text("extensionType").eq_ignore_ascii_case(kind) {
        return Err(Refusal::property(path, format!("The value of '{path}' cannot be changed.")));
    }
    PROPERTIES.iter().for_each(|field| drop(resource.properties.remove(field.name)));
    resource.properties.extend(read.shown);
    with_defaults(&mut resource.properties);
    resource.protected = read.protected;
    resource.identity = identity(body.get("identity"), resource.id.as_str(), tenant);
    Ok(())
}
