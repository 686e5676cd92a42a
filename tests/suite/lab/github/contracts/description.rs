//! Answers against GitHub's OpenAPI description: what is described there must be as it is described.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::tour::{Exchange, tour};
use crate::support::contracts;

const FILE: &str = "github/api.github.com.trimmed.json";

/// Routes that the description does not hold, with the description's objects that they answer.
const BESIDE: [(&str, &str, bool); 8] = [
    ("GET /users/{}", "public-user", false),
    ("GET /users/{}/repos", "minimal-repository", true),
    ("GET /repos/{}/{}/commits", "commit", true),
    ("GET /repos/{}/{}/commits/{}", "commit", false),
    ("GET /repos/{}/{}/commits/{}/pulls", "pull-request-simple", true),
    ("GET /repos/{}/{}/git/matching-refs/{}", "git-ref", true),
    ("GET /repos/{}/{}/contents", "content-directory", false),
    ("GET /repos/{}/{}/pulls/{}/commits", "commit", true),
];

/// The description, in a form that a validator of JSON Schema takes.
struct Description {
    document: Value,
    /// Paths with nameless parameters, and as they are written.
    paths: BTreeMap<String, String>,
}

/// A path with nameless parameters.
pub(super) fn nameless(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

impl Description {
    fn read() -> Option<Self> {
        let document = converted(&contracts::json(FILE)?);
        let paths = document["paths"].as_object().unwrap().keys();
        let paths = paths.map(|path| (nameless(path), path.clone())).collect();
        Some(Self { document, paths })
    }

    fn operation(&self, route: &str) -> Option<&Value> {
        let (method, path) = route.split_once(' ')?;
        self.document["paths"][self.paths.get(path)?].get(method.to_lowercase())
    }

    /// The schema of an answer; null where it has no body, nothing where it is not described.
    fn schema(&self, route: &str, status: u16) -> Option<Value> {
        let beside = BESIDE.iter().find(|(beside, _, _)| *beside == route && status == 200);
        if let Some((_, name, is_list)) = beside {
            let one = json!({"$ref": format!("#/components/schemas/{name}")});
            return Some(if *is_list { json!({"type": "array", "items": one}) } else { one });
        }
        let mut response = self.operation(route)?["responses"].get(status.to_string())?;
        if let Some(named) = response["$ref"].as_str() {
            response = self.document.pointer(named.trim_start_matches('#'))?;
        }
        Some(response["content"]["application/json"]["schema"].clone())
    }

    fn validator(&self, schema: &Value) -> Validator {
        let whole = json!({"allOf": [schema], "components": self.document["components"]});
        jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&whole).unwrap()
    }
}

/// OpenAPI 3.0 as JSON Schema: what may be null says so in a way of its own, and examples are none of its business.
fn converted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(converted).collect(),
        Value::Object(fields) => {
            let ignored = ["nullable", "discriminator", "example", "examples"];
            // A property may be called as a keyword is, and is an object then.
            let is_kept = |(name, value): &(&String, &Value)| {
                !ignored.contains(&name.as_str())
                    || (value.is_object() && *name != "discriminator" && *name != "examples")
            };
            let kept: Map<_, _> =
                fields.iter().filter(is_kept).map(|(name, value)| (name.clone(), converted(value))).collect();
            match fields.get("nullable") {
                Some(Value::Bool(true)) => json!({"anyOf": [kept, {"type": "null"}]}),
                _ => Value::Object(kept),
            }
        }
        other => other.clone(),
    }
}

/// The route of the lab that answered.
pub(super) fn route(exchange: &Exchange) -> String {
    let route = kubectl_gitops_lab::github_route(&exchange.method, &exchange.path);
    let route = route.unwrap_or_else(|| panic!("{} {} is no route", exchange.method, exchange.path));
    format!("{} {}", exchange.method, nameless(&route))
}

#[tokio::test]
async fn every_answer_is_as_github_describes_it() {
    let Some(description) = Description::read() else { return };
    let (mut problems, mut validators) = (BTreeSet::new(), BTreeMap::new());
    let mut validated = BTreeSet::new();
    for exchange in tour().await {
        let (route, status) = (route(&exchange), exchange.answer.status);
        let named = format!("{route} {status}");
        let Some(schema) = description.schema(&route, status) else {
            if description.operation(&route).is_some() && status < 300 {
                problems.insert(format!("{named} is not described"));
            }
            if status >= 400 {
                let body = exchange.body.unwrap_or_default();
                let is_error = body["message"].is_string() && body["documentation_url"].is_string();
                assert!(is_error, "{named}: {body}");
            }
            continue;
        };
        if status < 300 {
            validated.insert(route.clone());
        }
        let Some(body) = exchange.body else {
            if !schema.is_null() && exchange.answer.media.contains("json") {
                problems.insert(format!("{named} has no body"));
            }
            continue;
        };
        // Some refusals are described without a body, and have one.
        if schema.is_null() && status >= 400 {
            continue;
        }
        if schema.is_null() {
            problems.insert(format!("{named} has a body"));
            continue;
        }
        let validator =
            validators.entry(schema.to_string()).or_insert_with(|| description.validator(&schema));
        for error in validator.iter_errors(&body) {
            problems.insert(format!(
                "{named} at {}: {}",
                error.instance_path(),
                shortened(&error.to_string())
            ));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    let served: BTreeSet<String> = kubectl_gitops_lab::github_routes()
        .into_iter()
        .map(|(method, path, _)| format!("{method} {}", nameless(path)))
        .filter(|route| description.operation(route).is_some())
        .collect();
    let unseen: Vec<_> = served.difference(&validated).collect();
    // Logs lie elsewhere, and nobody's pushes are restricted.
    let elsewhere =
        ["GET /repos/{}/{}/actions/jobs/{}/logs", "GET /repos/{}/{}/branches/{}/protection/restrictions"];
    assert_eq!(unseen, elsewhere, "every route is on the walk");
}

#[test]
fn every_refusal_names_the_page_of_its_route() {
    let Some(description) = Description::read() else { return };
    let mut checked = 0;
    for (method, path, page) in kubectl_gitops_lab::github_routes() {
        let Some(operation) = description.operation(&format!("{method} {}", nameless(path))) else {
            continue;
        };
        let documented = operation["externalDocs"]["url"].as_str().unwrap();
        assert_eq!(format!("https://docs.github.com/{page}"), documented, "{method} {path}");
        checked += 1;
    }
    assert!(checked > 80, "{checked} routes are described");
}

fn shortened(text: &str) -> String {
    let end: String = text.chars().rev().take(120).collect::<Vec<_>>().into_iter().rev().collect();
    if text.len() > 240 {
        format!("{}…{end}", text.chars().take(60).collect::<String>())
    } else {
        text.to_owned()
    }
}
