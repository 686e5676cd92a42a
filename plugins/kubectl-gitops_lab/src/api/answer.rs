//! What is answered to everything but a watch: a function of the world and the position.

use http::StatusCode;
use serde_json::{Value, json};

use super::query::Version;
use super::route::Asked;
use super::selector::Filter;
use super::{Refusal, discovery};
use crate::recording::{Matching, Resource, World};

/// An answer that is there at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// A JSON document.
    Json(StatusCode, Value),
    /// A text.
    Text(StatusCode, &'static str),
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal.status() {
            Some(status) => Answer::Json(refusal.code(), status),
            None => Answer::Text(refusal.code(), "404 page not found\n"),
        }
    }
}

/// Answers `asked` at `position`. A watch is not answered here: to it, this is the answer of a server that
/// does not know the path.
pub(crate) fn answer(world: &World, position: usize, asked: &Asked) -> Answer {
    let catalogue = world.catalogue();
    let document = match asked {
        Asked::Health => return Answer::Text(StatusCode::OK, "ok"),
        Asked::Version => discovery::version(),
        Asked::CoreVersions => discovery::core_versions(catalogue),
        Asked::Groups => discovery::groups(catalogue),
        Asked::Group(group) => discovery::group(catalogue, group),
        Asked::Resources { group, version } => discovery::resources(catalogue, group, version),
        Asked::List { resource, filter, version } => match position_asked(position, *version) {
            Ok(position) => list(world, position, *resource, filter),
            Err(refusal) => return refusal.into(),
        },
        Asked::Get { resource, namespace, name } => {
            match get(world, position, *resource, namespace.as_deref(), name) {
                Ok(object) => object,
                Err(refusal) => return refusal.into(),
            }
        }
        Asked::Log { pods, namespace, name } => {
            let found = get(world, position, *pods, Some(namespace), name);
            let refusal = found.err().unwrap_or_else(|| Refusal::NoLogs { pod: name.clone() });
            return refusal.into();
        }
        Asked::Watch(_) => return Refusal::NoSuchPath.into(),
    };
    Answer::Json(StatusCode::OK, document)
}

/// The position that a list is answered at. The past is all there, so that exact versions can be had.
fn position_asked(position: usize, version: Option<Version>) -> Result<usize, Refusal> {
    let now = World::version(position);
    match version {
        Some(Version { number, .. }) if number > now => Err(Refusal::TooNew { asked: number, now }),
        Some(Version { number, exact: true }) => Ok(World::position(number)),
        _ => Ok(position),
    }
}

fn list(world: &World, position: usize, place: usize, filter: &Filter) -> Value {
    let resource = world.resource(place);
    let items: Vec<Value> = world
        .objects(place, position)
        .filter(|object| filter.matches(object))
        .map(|object| item(resource, object))
        .collect();
    json!({
        "kind": format!("{}List", resource.kind),
        "apiVersion": resource.api_version(),
        "metadata": {"resourceVersion": World::version(position).to_string()},
        "items": items,
    })
}

/// Kubernetes' own kinds do not repeat in a list what they are.
pub(crate) fn item(resource: &Resource, object: &Value) -> Value {
    let mut object = object.clone();
    if !resource.is_custom()
        && let Some(fields) = object.as_object_mut()
    {
        fields.remove("apiVersion");
        fields.remove("kind");
    }
    object
}

fn get(
    world: &World,
    position: usize,
    place: usize,
    namespace: Option<&str>,
    name: &str,
) -> Result<Value, Refusal> {
    world
        .objects(place, position)
        .find(|object| {
            let metadata = &object["metadata"];
            metadata["name"] == name && metadata["namespace"].as_str() == namespace
        })
        .cloned()
        .ok_or_else(|| Refusal::NoSuchObject {
            resource: Box::new(world.resource(place).clone()),
            name: name.to_owned(),
        })
}
