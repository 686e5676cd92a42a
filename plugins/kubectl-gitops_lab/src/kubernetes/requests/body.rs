//! From the body of a write to an object of the kind that its path names, or to the words in which a real
//! server says why not.

use serde_json::Value;

use super::path::Target;
use crate::kubernetes::protobuf::Unreadable;
use crate::kubernetes::schema::decoding::{self, Undecodable};
use crate::kubernetes::schema::structural;
use crate::kubernetes::{Resource, StatusError, protobuf, refusals};

const JSON: &str = "application/json";

/// How much is checked, and what is told of it (`fieldValidation`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::kubernetes) enum Strictness {
    Ignore,
    Warn,
    Strict,
}

/// A document, JSON or YAML as its media type says.
pub(crate) fn document(media: Option<&str>, body: &[u8], kind: &str) -> Result<Value, StatusError> {
    let media = media.unwrap_or(JSON).split(';').next().unwrap_or_default().trim();
    let unreadable = |error: String| {
        let shown = shown(body);
        refusals::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): {error} ({shown})"
        ))
    };
    match media {
        JSON => {
            let read = serde_json::from_slice(body);
            read.map_err(|error| {
                let told = json_error(&error, body);
                unreadable(format!("couldn't get version/kind; json parse error: {told}"))
            })
        }
        "application/yaml" => {
            let text = String::from_utf8_lossy(body);
            serde_saphyr::from_str(&text)
                .map_err(|_| unreadable("yaml: line 1: did not find expected node content".to_owned()))
        }
        "application/vnd.kubernetes.protobuf" => protobuf::read(body).map_err(|error| match error {
            Unreadable::NoMagic | Unreadable::Malformed(_) => refusals::bad_request(error.to_string()),
            Unreadable::Unknown { .. } | Unreadable::UnknownKind(_) => refusals::unknown(&error.to_string()),
        }),
        _ => Err(refusals::unsupported_media(
            "application/json, application/yaml, application/vnd.kubernetes.protobuf",
        )),
    }
}

/// The document of a patch.
pub(in crate::kubernetes) fn patch(body: &[u8]) -> Result<Value, StatusError> {
    serde_json::from_slice(body)
        .map_err(|error| refusals::bad_request(format!("error decoding patch: {error}")))
}

/// Go's words for JSON that is none.
pub(in crate::kubernetes) fn json_error(error: &serde_json::Error, body: &[u8]) -> String {
    if error.is_eof() {
        return "unexpected end of JSON input".to_owned();
    }
    let line = body.split(|byte| *byte == b'\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let odd = line.get(error.column().saturating_sub(1)).copied().unwrap_or(b' ');
    format!("invalid character '{}' looking for beginning of value", char::from(odd))
}

/// The beginning of a body as refusals show it.
fn shown(body: &[u8]) -> String {
    let (head, more) = if body.len() > 30 { (&body[..30], " ...") } else { (body, "") };
    match body.first() {
        None => "<empty>".to_owned(),
        Some(b'{') => format!("{}{more}", String::from_utf8_lossy(head)),
        Some(_) => {
            let hexadecimal: String = head.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{hexadecimal}{more}")
        }
    }
}

/// Makes `object` one of the kind and namespace of `target`: checks what it says it is, and takes out what the
/// kind does not have. Returns the warnings.
pub(in crate::kubernetes) fn fit(
    target: &Target,
    object: &mut Value,
    strictness: Strictness,
) -> Result<Vec<String>, StatusError> {
    let unknown = known(target, object)?;
    let told: Vec<String> = unknown.iter().map(|path| format!("unknown field {path:?}")).collect();
    match strictness {
        Strictness::Strict if !told.is_empty() => {
            Err(unhandled(&target.resource, &format!("strict decoding error: {}", told.join(", "))))
        }
        Strictness::Warn => Ok(told),
        _ => Ok(Vec::new()),
    }
}

/// What is applied to `target`: YAML, of which JSON is a part.
pub(in crate::kubernetes) fn applied(target: &Target, body: &[u8]) -> Result<Value, StatusError> {
    let read = serde_json::from_slice(body);
    let mut object: Value = match read {
        Ok(object) => object,
        Err(_) => serde_saphyr::from_str(&String::from_utf8_lossy(body))
            .map_err(|error| refusals::bad_request(format!("error decoding YAML: {error}")))?,
    };
    let (expected, version) =
        (target.resource.api_version(), object["apiVersion"].as_str().unwrap_or_default());
    if version != expected {
        return Err(refusals::bad_request(format!(
            "Incorrect version specified in apply patch. Specified patch version: {version}, expected: {expected}"
        )));
    }
    if !object["metadata"]["managedFields"].is_null() {
        return Err(refusals::bad_request("metadata.managedFields must be nil"));
    }
    match known(target, &mut object)?.as_slice() {
        [] => Ok(object),
        unknown => Err(refusals::undeclared(&target.resource, &object, unknown)),
    }
}

/// Checks what `object` says it is, and takes out what its kind does not have: the paths of that.
fn known(target: &Target, object: &mut Value) -> Result<Vec<String>, StatusError> {
    let resource = &target.resource;
    identify(resource, object)?;
    if !object["metadata"].is_object() {
        object["metadata"] = serde_json::json!({});
    }
    let namespace = object["metadata"]["namespace"].as_str().filter(|namespace| !namespace.is_empty());
    if namespace.is_some_and(|namespace| target.namespace.as_deref() != Some(namespace)) {
        return Err(refusals::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.retain(|_, value| !value.is_null());
        if let Some(namespace) = &target.namespace {
            metadata.insert("namespace".to_owned(), namespace.clone().into());
        }
    }
    let Some(schema) = structural::of(resource) else { return Ok(Vec::new()) };
    if let Some(found) = undecodable(resource, object) {
        return Err(unhandled(resource, &found.to_string()));
    }
    Ok(structural::prune(schema, object))
}

/// What Go cannot read of an object of one of Kubernetes' own kinds.
pub(in crate::kubernetes) fn undecodable(resource: &Resource, object: &Value) -> Option<Undecodable> {
    let schema = structural::of(resource).filter(|_| !resource.is_custom())?;
    decoding::undecodable(schema, object, &resource.kind)
}

/// Checks `apiVersion` and `kind`, and puts them in where they are missing.
fn identify(resource: &Resource, object: &mut Value) -> Result<(), StatusError> {
    if !object.is_object() {
        return Err(unhandled(resource, "json: cannot unmarshal the body into Go value of type an object"));
    }
    let expected = resource.api_version();
    let version =
        object["apiVersion"].as_str().filter(|text| !text.is_empty()).unwrap_or(&expected).to_owned();
    let kind = object["kind"].as_str().filter(|text| !text.is_empty()).unwrap_or(&resource.kind).to_owned();
    let wrong = |why: String| {
        refusals::bad_request(format!(
            "{kind} in version {:?} cannot be handled as a {}: {why}",
            version.rsplit('/').next().unwrap_or_default(),
            resource.kind
        ))
    };
    if version != expected {
        if resource.is_custom() {
            return Err(refusals::bad_request(format!(
                "the API version in the data ({version}) does not match the expected API version ({expected})"
            )));
        }
        return Err(wrong(format!(
            "no kind {kind:?} is registered for version {version:?} in scheme \"pkg/runtime/scheme.go:111\""
        )));
    }
    if kind != resource.kind {
        let (package, internal) = (resource.version.as_str(), internal(resource));
        return Err(wrong(format!(
            "converting ({package}.{kind}) to ({internal}.{}): unknown conversion",
            resource.kind
        )));
    }
    object["apiVersion"] = version.into();
    object["kind"] = kind.into();
    Ok(())
}

/// The package that Kubernetes keeps a group's kinds in.
fn internal(resource: &Resource) -> &str {
    match resource.group.as_str() {
        "" => "core",
        group => group.split('.').next().unwrap_or_default(),
    }
}

fn unhandled(resource: &Resource, why: &str) -> StatusError {
    let (kind, version) = (&resource.kind, &resource.version);
    refusals::bad_request(format!("{kind} in version {version:?} cannot be handled as a {kind}: {why}"))
}
