//! From messages to JSON, by the table of fields.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::fields::{Cardinality, Field, FieldType};
use super::wire::Raw;
use super::{fields, wire};

/// What every body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// Messages that are one value in JSON.
pub(super) const SPECIAL: [&str; 6] =
    ["FieldsV1", "IntOrString", "MicroTime", "Quantity", "RawExtension", "Time"];

/// Why a body cannot be read.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")]
    NoMagic,
    #[error("proto: {0}: illegal wireType")]
    Malformed(String),
    #[error("field {number} of {message} in protobuf")]
    Unknown { message: String, number: u64 },
    #[error("{0} in protobuf")]
    UnknownKind(String),
}

/// Reads a body: an envelope that names version and kind, and the object in it.
pub(crate) fn read(body: &[u8]) -> Result<Value, Unreadable> {
    let envelope = body.strip_prefix(MAGIC).ok_or(Unreadable::NoMagic)?;
    let (mut version, mut kind, mut raw) = (String::new(), String::new(), &[][..]);
    for (number, value) in parts(envelope, "Unknown")? {
        match (number, value) {
            (1, Raw::Bytes(meta)) => {
                for (number, value) in parts(meta, "TypeMeta")? {
                    match (number, value) {
                        (1, Raw::Bytes(text)) => version = String::from_utf8_lossy(text).into_owned(),
                        (2, Raw::Bytes(text)) => kind = String::from_utf8_lossy(text).into_owned(),
                        _ => {}
                    }
                }
            }
            (2, Raw::Bytes(object)) => raw = object,
            _ => {}
        }
    }
    if fields::of(&kind).is_none() {
        return Err(Unreadable::UnknownKind(kind));
    }
    let mut object = message(&kind, raw)?;
    object["apiVersion"] = json!(version);
    object["kind"] = json!(kind);
    Ok(object)
}

fn parts<'a>(bytes: &'a [u8], name: &str) -> Result<Vec<(u64, Raw<'a>)>, Unreadable> {
    wire::fields(bytes).ok_or_else(|| Unreadable::Malformed(name.to_owned()))
}

/// A message as JSON.
fn message(name: &str, bytes: &[u8]) -> Result<Value, Unreadable> {
    if SPECIAL.contains(&name) {
        return special(name, bytes);
    }
    let unknown = |number| Unreadable::Unknown { message: name.to_owned(), number };
    let known = fields::of(name).ok_or_else(|| Unreadable::UnknownKind(name.to_owned()))?;
    let mut object = Map::new();
    for (number, raw) in parts(bytes, name)? {
        let Some(field) = known.iter().find(|field| field.number == number) else {
            // A part in which nothing is says nothing, whatever it is.
            if raw == Raw::Bytes(&[]) {
                continue;
            }
            return Err(unknown(number));
        };
        put(field, raw, &mut object, name)?;
    }
    Ok(Value::Object(object))
}

fn put(field: &Field, raw: Raw<'_>, object: &mut Map<String, Value>, name: &str) -> Result<(), Unreadable> {
    let key = field.name.to_owned();
    match field.count {
        _ if field.of == FieldType::Dropped => {}
        Cardinality::Map => {
            let Raw::Bytes(bytes) = raw else { return Err(Unreadable::Malformed(name.to_owned())) };
            let (mut entry, mut value) = (String::new(), empty(field.of));
            for (number, raw) in parts(bytes, name)? {
                match (number, raw) {
                    (1, Raw::Bytes(text)) => entry = String::from_utf8_lossy(text).into_owned(),
                    (2, raw) => value = one(field.of, raw, name)?,
                    _ => {}
                }
            }
            let map = object.entry(key).or_insert_with(|| Value::Object(Map::new()));
            map[entry] = value;
        }
        Cardinality::Many => {
            let value = one(field.of, raw, name)?;
            let list = object.entry(key).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(items) = list {
                items.push(value);
            }
        }
        Cardinality::One => {
            let value = one(field.of, raw, name)?;
            match value {
                Value::Object(fields) if field.is_inline => object.extend(fields),
                value if is_zero(&value) && !field.keeps_zero => {}
                value => drop(object.insert(key, value)),
            }
        }
    }
    Ok(())
}

fn one(of: FieldType, raw: Raw<'_>, name: &str) -> Result<Value, Unreadable> {
    Ok(match (of, raw) {
        (FieldType::Text, Raw::Bytes(bytes)) => json!(String::from_utf8_lossy(bytes)),
        (FieldType::Bytes, Raw::Bytes(bytes)) => json!(STANDARD.encode(bytes)),
        (FieldType::Boolean, Raw::Number(number)) => json!(number != 0),
        (FieldType::Integer, Raw::Number(number)) => json!(number.cast_signed()),
        (FieldType::Message(inner), Raw::Bytes(bytes)) => message(inner, bytes)?,
        _ => return Err(Unreadable::Malformed(name.to_owned())),
    })
}

/// A value of a map that was not sent.
fn empty(of: FieldType) -> Value {
    match of {
        FieldType::Text | FieldType::Bytes => json!(""),
        FieldType::Boolean => json!(false),
        FieldType::Integer => json!(0),
        FieldType::Message(_) | FieldType::Dropped => Value::Null,
    }
}

/// Whether a value is what is there when nothing was said.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_i64() == Some(0),
        _ => false,
    }
}

/// Messages that are one value in JSON.
fn special(name: &str, bytes: &[u8]) -> Result<Value, Unreadable> {
    let (mut text, mut numbers) = (None, [0_i64; 4]);
    for (number, raw) in parts(bytes, name)? {
        match raw {
            Raw::Bytes(bytes) => text = Some(String::from_utf8_lossy(bytes).into_owned()),
            Raw::Number(value) => {
                if let Some(place) = usize::try_from(number).ok().and_then(|number| numbers.get_mut(number)) {
                    *place = value.cast_signed();
                }
            }
        }
    }
    Ok(match name {
        "IntOrString" if numbers[1] == 0 => json!(numbers[2]),
        "FieldsV1" | "RawExtension" => {
            text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
        }
        "MicroTime" | "Time" if bytes.is_empty() => Value::Null,
        "MicroTime" | "Time" => {
            let nanoseconds = i32::try_from(numbers[2]).unwrap_or_default();
            let time = Timestamp::new(numbers[1], nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH);
            let form = if name == "Time" { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S.%6fZ" };
            json!(time.strftime(form).to_string())
        }
        _ => json!(text.unwrap_or_default()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Unreadable, read};

    /// A field that holds bytes: short ones, whose length is one byte.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat()
    }

    fn body(version: &str, kind: &str, object: &[u8]) -> Vec<u8> {
        let meta = [field(1, version.as_bytes()), field(2, kind.as_bytes())].concat();
        let unknown = [field(1, &meta), field(2, object), field(3, b""), field(4, b"")].concat();
        [b"k8s\0", unknown.as_slice()].concat()
    }

    #[test]
    fn a_deployment_is_read_as_kubectl_sends_it() {
        let port = [field(1, b""), vec![16, 0, 24, 0x90, 0x3f], field(4, b"TCP"), field(5, b"")].concat();
        let limits = field(1, &[field(1, b"cpu"), field(2, &field(1, b"100m"))].concat());
        let container =
            [field(1, b"app"), field(2, b"nginx"), field(6, &port), field(8, &limits), vec![0x80, 0x01, 0]];
        let pod = field(2, &container.concat());
        let labels = field(11, &[field(1, b"app"), field(2, b"a")].concat());
        let template = field(3, &[field(1, &labels), field(2, &pod)].concat());
        let strategy = field(4, &field(2, &field(1, &[vec![8, 1, 16, 0], field(3, b"50%")].concat())));
        let spec = [vec![8, 0], template, strategy, vec![56, 0]].concat();
        let metadata = [field(1, b"a"), field(3, b""), field(8, b"")].concat();
        let object = [field(1, &metadata), field(2, &spec), field(3, b"\x08\x00")].concat();
        assert_eq!(
            read(&body("apps/v1", "Deployment", &object)),
            Ok(json!({
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": "a"},
                "spec": {
                    "replicas": 0,
                    "strategy": {"rollingUpdate": {"maxUnavailable": "50%"}},
                    "template": {
                        "metadata": {"labels": {"app": "a"}},
                        "spec": {"containers": [{
                            "name": "app",
                            "image": "nginx",
                            "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                            "resources": {"limits": {"cpu": "100m"}},
                        }]},
                    },
                },
            }))
        );
    }

    #[test]
    fn secrets_are_bytes_and_sources_of_volumes_are_inline() {
        let data = field(2, &[field(1, b"token"), field(2, b"\xff\x00")].concat());
        let secret = [data, field(3, b"Opaque")].concat();
        assert_eq!(
            read(&body("v1", "Secret", &secret)),
            Ok(json!({"apiVersion": "v1", "kind": "Secret", "data": {"token": "/wA="}, "type": "Opaque"}))
        );
        let source = field(6, &field(1, b"s"));
        let pod = field(2, &field(1, &[field(1, b"v"), field(2, &source)].concat()));
        assert_eq!(
            read(&body("v1", "Pod", &pod)).map(|pod| pod["spec"]["volumes"].clone()),
            Ok(json!([{"name": "v", "secret": {"secretName": "s"}}]))
        );
    }

    #[test]
    fn what_is_no_message_or_not_known_is_told() {
        let pod = field(2, &field(1, &field(2, &field(3, &field(1, b"x")))));
        for (bytes, told) in [
            (
                b"{}".to_vec(),
                "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
            ),
            (b"k8s\0\x0a\x09".to_vec(), "proto: Unknown: illegal wireType"),
            (body("v1", "Gadget", b""), "Gadget in protobuf"),
            (body("v1", "Pod", &pod), "field 3 of VolumeSource in protobuf"),
        ] {
            assert_eq!(read(&bytes).map_err(|error: Unreadable| error.to_string()), Err(told.to_owned()));
        }
    }
}
