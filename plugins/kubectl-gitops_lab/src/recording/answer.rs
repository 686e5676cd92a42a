//! What is answered to everything but a watch: a function of the world and the position.

use std::borrow::Cow;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::route::Asked;
use super::{World, discovery};
use crate::kubernetes::{Matching, Presentation, Refusal, Resource, Told, Version, object_details};

/// An answer that is there at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// A JSON document.
    Json(StatusCode, Value),
    /// A text.
    Text(StatusCode, Cow<'static, str>),
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal.status() {
            Some(status) => Answer::Json(refusal.code(), status),
            None => Answer::Text(refusal.code(), "404 page not found\n".into()),
        }
    }
}

/// Answers `asked` at `position`, in the form that is wanted. A watch is not answered here: to it, this is the answer
/// of a server that does not know the path.
pub(crate) fn answer(
    world: &World,
    position: usize,
    asked: &Asked,
    presentation: Presentation,
    now: Timestamp,
) -> Answer {
    let catalogue = world.catalogue();
    let document = match asked {
        Asked::Health => return Answer::Text(StatusCode::OK, "ok".into()),
        Asked::Version => discovery::version(),
        Asked::CoreVersions => discovery::core_versions(catalogue),
        Asked::Groups => discovery::groups(catalogue),
        Asked::Group(group) => discovery::group(catalogue, group),
        Asked::Resources { group, version } => discovery::resources(catalogue, group, version),
        Asked::List { resource, filter, version } => match position_asked(position, *version) {
            Ok(position) => {
                let objects = world.objects(*resource, position).filter(|object| filter.matches(object));
                let objects: Vec<&Value> = objects.collect();
                let metadata = json!({"resourceVersion": World::version(position).to_string()});
                presentation.list(world.resource(*resource), metadata, &objects, now)
            }
            Err(refusal) => return refusal.into(),
        },
        Asked::Get { resource, namespace, name } => {
            match get(world, position, *resource, namespace.as_deref(), name) {
                Ok(object) => presentation.object(world.resource(*resource), object, now),
                Err(refusal) => return refusal.into(),
            }
        }
        Asked::Log { pods, namespace, name, container, previous } => {
            if let Err(refusal) = get(world, position, *pods, Some(namespace), name) {
                return refusal.into();
            }
            let lines =
                previous.then(|| world.log(position, namespace, name, container.as_deref())).flatten();
            return match lines {
                Some(lines) => {
                    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
                    Answer::Text(StatusCode::OK, text.into())
                }
                None => Refusal::NoLogs { pod: name.clone() }.into(),
            };
        }
        Asked::Watch(_) => return Refusal::NoSuchPath.into(),
    };
    Answer::Json(StatusCode::OK, document)
}

/// What was answered instead of objects when this was recorded.
pub(crate) fn recorded_refusal(world: &World, position: usize, asked: &Asked) -> Option<Refusal> {
    let (verb, resource, namespace, name) = match asked {
        Asked::List { resource, filter, .. } => ("list", *resource, filter.namespace.as_deref(), None),
        Asked::Watch(watched) => ("watch", watched.resource, watched.filter.namespace.as_deref(), None),
        Asked::Get { resource, namespace, name } => {
            ("get", *resource, namespace.as_deref(), Some(name.as_str()))
        }
        _ => return None,
    };
    let code = world.refused(position, resource, namespace, name)?;
    let resource = world.resource(resource);
    Some(match code {
        StatusCode::FORBIDDEN => forbidden(verb, resource, namespace, name),
        _ => Refusal::NoSuchResource,
    })
}

fn forbidden(verb: &str, resource: &Resource, namespace: Option<&str>, name: Option<&str>) -> Refusal {
    let (plural, group) = (&resource.plural, &resource.group);
    let object = name.map(|name| format!(" {name:?}")).unwrap_or_default();
    let place = match namespace {
        Some(namespace) => format!("in the namespace {namespace:?}"),
        None => "at the cluster scope".to_owned(),
    };
    let qualified = resource.qualified();
    let message = format!(
        "{qualified}{object} is forbidden: User \"replay\" cannot {verb} resource {plural:?} in API group {group:?} \
         {place}: it was not allowed when this was recorded"
    );
    let details = Some(object_details(resource, name.unwrap_or_default()));
    Refusal::Told(Box::new(Told {
        code: StatusCode::FORBIDDEN,
        reason: "Forbidden",
        message,
        details,
        page: None,
    }))
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

fn get<'a>(
    world: &'a World,
    position: usize,
    place: usize,
    namespace: Option<&str>,
    name: &str,
) -> Result<&'a Value, Refusal> {
    world
        .objects(place, position)
        .find(|object| {
            let metadata = &object["metadata"];
            metadata["name"] == name && metadata["namespace"].as_str() == namespace
        })
        .ok_or_else(|| Refusal::NoSuchObject {
            resource: Box::new(world.resource(place).clone()),
            name: name.to_owned(),
        })
}
