//! What is answered to everything but a watch: a function of the world and the position.

use std::borrow::Cow;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::route::RecordedRequest;
use super::{RecordedCluster, discovery};
use crate::kubernetes::{
    Matching, Presentation, Resource, StatusError, StatusMessage, Version, object_details,
};

/// An answer that is there at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RecordedAnswer {
    /// A JSON document.
    Json(StatusCode, Value),
    /// A text.
    Text(StatusCode, Cow<'static, str>),
}

impl From<StatusError> for RecordedAnswer {
    fn from(refusal: StatusError) -> Self {
        match refusal.status() {
            Some(status) => RecordedAnswer::Json(refusal.code(), status),
            None => RecordedAnswer::Text(refusal.code(), "404 page not found\n".into()),
        }
    }
}

/// Answers `asked` at `position`, in the form that is wanted. A watch is not answered here: to it, this is the answer
/// of a server that does not know the path.
pub(crate) fn answer(
    world: &RecordedCluster,
    position: usize,
    asked: &RecordedRequest,
    presentation: Presentation,
    now: Timestamp,
) -> RecordedAnswer {
    let catalogue = world.catalogue();
    let document = match asked {
        RecordedRequest::Health => return RecordedAnswer::Text(StatusCode::OK, "ok".into()),
        RecordedRequest::Version => discovery::version(),
        RecordedRequest::CoreVersions => discovery::core_versions(catalogue),
        RecordedRequest::Groups => discovery::groups(catalogue),
        RecordedRequest::Group(group) => discovery::group(catalogue, group),
        RecordedRequest::Resources { group, version } => discovery::resources(catalogue, group, version),
        RecordedRequest::List { resource, filter, version } => match position_asked(position, *version) {
            Ok(position) => {
                let objects = world.objects(*resource, position).filter(|object| filter.matches(object));
                let objects: Vec<&Value> = objects.collect();
                let metadata = json!({"resourceVersion": RecordedCluster::version(position).to_string()});
                presentation.list(world.resource(*resource), metadata, &objects, now)
            }
            Err(refusal) => return refusal.into(),
        },
        RecordedRequest::Get { resource, namespace, name } => {
            match get(world, position, *resource, namespace.as_deref(), name) {
                Ok(object) => presentation.object(world.resource(*resource), object, now),
                Err(refusal) => return refusal.into(),
            }
        }
        RecordedRequest::Log { pods, namespace, name, container, previous } => {
            if let Err(refusal) = get(world, position, *pods, Some(namespace), name) {
                return refusal.into();
            }
            let lines =
                previous.then(|| world.log(position, namespace, name, container.as_deref())).flatten();
            return match lines {
                Some(lines) => {
                    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
                    RecordedAnswer::Text(StatusCode::OK, text.into())
                }
                None => StatusError::NoLogs { pod: name.clone() }.into(),
            };
        }
        RecordedRequest::Watch(_) => return StatusError::NoSuchPath.into(),
    };
    RecordedAnswer::Json(StatusCode::OK, document)
}

/// What was answered instead of objects when this was recorded.
pub(crate) fn recorded_refusal(
    world: &RecordedCluster,
    position: usize,
    asked: &RecordedRequest,
) -> Option<StatusError> {
    let (verb, resource, namespace, name) = match asked {
        RecordedRequest::List { resource, filter, .. } => {
            ("list", *resource, filter.namespace.as_deref(), None)
        }
        RecordedRequest::Watch(watched) => {
            ("watch", watched.resource, watched.filter.namespace.as_deref(), None)
        }
        RecordedRequest::Get { resource, namespace, name } => {
            ("get", *resource, namespace.as_deref(), Some(name.as_str()))
        }
        _ => return None,
    };
    let code = world.refused(position, resource, namespace, name)?;
    let resource = world.resource(resource);
    Some(match code {
        StatusCode::FORBIDDEN => forbidden(verb, resource, namespace, name),
        _ => StatusError::NoSuchResource,
    })
}

fn forbidden(verb: &str, resource: &Resource, namespace: Option<&str>, name: Option<&str>) -> StatusError {
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
    StatusError::Message(Box::new(StatusMessage {
        code: StatusCode::FORBIDDEN,
        reason: "Forbidden",
        message,
        details,
        page: None,
    }))
}

/// The position that a list is answered at. The past is all there, so that exact versions can be had.
fn position_asked(position: usize, version: Option<Version>) -> Result<usize, StatusError> {
    let now = RecordedCluster::version(position);
    match version {
        Some(Version { number, .. }) if number > now => Err(StatusError::TooNew { asked: number, now }),
        Some(Version { number, exact: true }) => Ok(RecordedCluster::position(number)),
        _ => Ok(position),
    }
}

fn get<'a>(
    world: &'a RecordedCluster,
    position: usize,
    place: usize,
    namespace: Option<&str>,
    name: &str,
) -> Result<&'a Value, StatusError> {
    world
        .objects(place, position)
        .find(|object| {
            let metadata = &object["metadata"];
            metadata["name"] == name && metadata["namespace"].as_str() == namespace
        })
        .ok_or_else(|| StatusError::NoSuchObject {
            resource: Box::new(world.resource(place).clone()),
            name: name.to_owned(),
        })
}
