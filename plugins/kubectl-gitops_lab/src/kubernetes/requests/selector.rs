//! Label and field selectors, and the namespace of the path: which objects are meant.
//!
//! A field that a real server does not select by is refused as there: a client must not learn from a replay
//! what no cluster answers.

use serde_json::Value;

use crate::kubernetes::{Resource, StatusError};

/// Decides whether an object is meant.
pub(crate) trait Matching {
    /// Whether `object` is one of those that were asked for.
    fn matches(&self, object: &Value) -> bool;
}

/// What an object must fulfil to be listed or watched.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) namespace: Option<String>,
    pub(crate) labels: Vec<Requirement>,
    pub(crate) fields: Vec<Requirement>,
}

/// One requirement on a label, or on a field by its dotted path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq)]
enum Operator {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Missing,
}

impl Matching for Filter {
    fn matches(&self, object: &Value) -> bool {
        let namespace = object["metadata"]["namespace"].as_str();
        let label = |key: &str| object["metadata"]["labels"][key].as_str().map(str::to_owned);
        self.namespace.as_deref().is_none_or(|asked| namespace == Some(asked))
            && self.labels.iter().all(|requirement| requirement.holds(label(&requirement.key)))
            && self.fields.iter().all(|requirement| requirement.holds(Some(field(object, &requirement.key))))
    }
}

impl Requirement {
    fn holds(&self, value: Option<String>) -> bool {
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.contains(&value)),
            Operator::NotIn(values) => value.is_none_or(|value| !values.contains(&value)),
            Operator::Exists => value.is_some(),
            Operator::Missing => value.is_none(),
        }
    }
}

/// The value at a dotted path as text; empty where there is none, as servers see it. Of an event `source` is the name of
/// what wrote it.
fn field(object: &Value, path: &str) -> String {
    if path == "source" {
        let component = object["source"]["component"].as_str().filter(|component| !component.is_empty());
        return component.or(object["reportingComponent"].as_str()).unwrap_or_default().to_owned();
    }
    match path.split('.').fold(object, |value, name| &value[name]) {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Reads `labelSelector`: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.
pub(crate) fn labels(text: &str) -> Result<Vec<Requirement>, StatusError> {
    let mut requirements = Vec::new();
    let mut depth = 0_i32;
    let parts = text.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    });
    for part in parts.map(str::trim) {
        if !part.is_empty() {
            requirements.push(label(part).map_err(unreadable)?);
        } else if !text.trim().is_empty() {
            return Err(unreadable("','".to_owned()));
        }
    }
    Ok(requirements)
}

fn unreadable(found: String) -> StatusError {
    StatusError::BadRequest(format!("unable to parse requirement: found {found}, expected: identifier"))
}

fn label(part: &str) -> Result<Requirement, String> {
    if let Some(key) = part.strip_prefix('!') {
        return requirement(key, Operator::Missing);
    }
    if let Some((key, value)) = part.split_once("!=") {
        return requirement(key, Operator::NotIn(vec![identifier(value)?]));
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return requirement(key, Operator::In(vec![identifier(value)?]));
    }
    let Some((words, values)) = part.split_once('(') else {
        return requirement(part, Operator::Exists);
    };
    let values = values.strip_suffix(')').ok_or("''")?;
    let values = values.split(',').map(identifier).collect::<Result<_, _>>()?;
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        [key, "in"] => requirement(key, Operator::In(values)),
        [key, "notin"] => requirement(key, Operator::NotIn(values)),
        _ => Err("'('".to_owned()),
    }
}

fn requirement(key: &str, operator: Operator) -> Result<Requirement, String> {
    let key = identifier(key)?;
    if key.is_empty() {
        return Err("''".to_owned());
    }
    Ok(Requirement { key, operator })
}

fn identifier(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_./".contains(*c)) {
        Some(odd) => Err(format!("'{odd}'")),
        None => Ok(text.to_owned()),
    }
}

/// Reads `fieldSelector`: `a.b=c`, `a.b==c`, `a.b!=c`, joined by commas; for fields that a server knows of
/// `resource`.
pub(crate) fn fields(text: &str, resource: &Resource) -> Result<Vec<Requirement>, StatusError> {
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, operator) = if let Some((key, value)) = part.split_once("!=") {
                (key, Operator::NotIn(vec![value.to_owned()]))
            } else if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
                (key, Operator::In(vec![value.to_owned()]))
            } else {
                return Err(StatusError::BadRequest(format!(
                    "invalid selector: '{text}'; can't understand '{part}'"
                )));
            };
            selectable(key, resource)?;
            Ok(Requirement { key: key.to_owned(), operator })
        })
        .collect()
}

fn selectable(key: &str, resource: &Resource) -> Result<(), StatusError> {
    let more: &[&str] = match (resource.group.as_str(), resource.kind.as_str()) {
        ("", "Event") if key.starts_with("involvedObject.") => return Ok(()),
        ("", "Event") => &["reason", "reportingComponent", "source", "type"],
        ("", "Pod") => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.phase",
            "status.podIP",
        ],
        ("", "Namespace") => &["status.phase"],
        ("", "Secret") => &["type"],
        ("apps", "ReplicaSet") => &["status.replicas"],
        ("batch", "Job") => &["status.successful"],
        _ => &[],
    };
    if ["metadata.name", "metadata.namespace"].contains(&key) || more.contains(&key) {
        return Ok(());
    }
    Err(StatusError::BadRequest(match more {
        [] => {
            format!("{key:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
        }
        _ => format!("field label not supported: {key}"),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Filter, Matching, fields, labels};
    use crate::kubernetes::{Resource, StatusError, known};

    fn resource(group: &str, plural: &str) -> Resource {
        let named =
            |resource: &Resource| (resource.group.as_str(), resource.plural.as_str()) == (group, plural);
        known().into_iter().find(named).unwrap()
    }

    #[test]
    fn label_selectors_mean_what_they_mean_on_a_cluster() {
        let object = json!({"metadata": {"namespace": "n", "labels": {"n": "1", "odd": "yes", "a/b.c": ""}}});
        for (selector, meant) in [
            ("", true),
            ("n=1", true),
            ("n==1,odd=yes", true),
            ("n=1,odd=no", false),
            ("n!=0", true),
            ("n!=1", false),
            ("other!=1", true),
            ("n in (1,2),odd", true),
            ("n in ( 2 )", false),
            ("n notin (1, 2)", false),
            ("other notin (1)", true),
            ("odd", true),
            ("!odd", false),
            ("!other", true),
            ("a/b.c=", true),
        ] {
            let filter = Filter { labels: labels(selector).expect(selector), ..Filter::default() };
            assert_eq!(filter.matches(&object), meant, "{selector}");
        }
    }

    #[test]
    fn a_selector_that_cannot_be_read_is_refused() {
        for (selector, found) in
            [("a===b", "'='"), ("a,,b", "','"), ("a in (b", "''"), ("a b", "' '"), ("=b", "''")]
        {
            let told = format!("unable to parse requirement: found {found}, expected: identifier");
            assert_eq!(labels(selector), Err(StatusError::BadRequest(told)), "{selector}");
        }
    }

    #[test]
    fn field_selectors_look_where_a_server_looks() {
        let event = json!({
            "metadata": {"name": "e"}, "involvedObject": {"kind": "Pod", "name": "a"},
            "source": {"component": "kubelet"},
        });
        let events = resource("", "events");
        for (selector, meant) in [
            ("", true),
            ("metadata.name=e", true),
            ("involvedObject.kind=Pod,involvedObject.name==a", true),
            ("involvedObject.uid=", true),
            ("involvedObject.name!=a", false),
            ("source=kubelet", true),
            ("source=source-controller", false),
        ] {
            let filter = Filter { fields: fields(selector, &events).expect(selector), ..Filter::default() };
            assert_eq!(filter.matches(&event), meant, "{selector}");
        }
    }

    #[test]
    fn a_field_that_no_server_selects_by_is_refused() {
        for (resource, selector, told) in [
            (
                resource("", "configmaps"),
                "data.a=1",
                "\"data.a\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
            ),
            (resource("", "pods"), "spec.hostname=a", "field label not supported: spec.hostname"),
            (resource("", "pods"), "a", "invalid selector: 'a'; can't understand 'a'"),
        ] {
            assert_eq!(
                fields(selector, &resource),
                Err(StatusError::BadRequest(told.to_owned())),
                "{selector}"
            );
        }
    }
}
