//! Resource groups.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::azure::api::answer::Answer;
use crate::azure::api::call::{Call, required_location};
use crate::azure::api::refusal::Refusal;
use crate::azure::api::route::{Needs, Route};
use crate::azure::api::version::Versions;
use crate::azure::resources::Resource;

const READ: &str = "Microsoft.Resources/subscriptions/resourceGroups/read";
const ONE: &str = "/subscriptions/{subscription}/resourceGroups/{group}";

pub(in crate::azure) const ROUTES: &[Route] = &[
    Versions::Dated.route(
        Method::GET,
        "/subscriptions/{subscription}/resourceGroups",
        Needs::ListAction(READ),
        list,
    ),
    Versions::Dated.route(Method::GET, ONE, Needs::Action(READ), get),
    Versions::Dated.route(
        Method::PUT,
        ONE,
        Needs::Action("Microsoft.Resources/subscriptions/resourceGroups/write"),
        put,
    ),
];

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let beginning = call.subscription();
    let own = call.azure.resources.within(&beginning).filter(|resource| is_group(resource));
    let groups: Vec<&Resource> = own.collect();
    call.page(&groups, |group| document(group))
}

/// Whether a resource is a group: its id ends with it.
fn is_group(resource: &Resource) -> bool {
    resource.id.kind().is_empty() && resource.id.word_after("resourceGroups").is_some()
}

fn get(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let found = call.azure.resources.get(&call.group());
    Ok(Answer::ok(found.map_or(Value::Null, document)))
}

fn put(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let body = call.body()?;
    let location = required_location(&body)?;
    let before = call.azure.resources.get(&call.group()).cloned();
    let is_new = before.is_none();
    let mut group = before.unwrap_or_else(|| Resource::new(call.group(), call.now));
    let known = group.location.get_or_insert_with(|| location.to_owned());
    if !known.eq_ignore_ascii_case(location) {
        let message = format!(
            "Invalid resource group location '{location}'. The Resource group already exists in location '{known}'."
        );
        return Err(Refusal::conflict("InvalidResourceGroupLocation", message));
    }
    group.tags = body.get("tags").and_then(Value::as_object).cloned().unwrap_or_default();
    group.properties.insert("provisioningState".to_owned(), json!("Succeeded"));
    let document = document(&group);
    call.azure.resources.insert(group, call.now);
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Answer::new(status, Some(document)))
}

fn document(group: &Resource) -> Value {
    json!({
        "id": group.id.as_str(),
        "name": group.id.name(),
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "tags": group.tags,
        "properties": group.properties,
    })
}
