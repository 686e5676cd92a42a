//! Reads the objects of a scope. The transport repeats lost requests and applies the timeout.

use http::{HeaderValue, Request};
use serde_json::Value;

use super::connect::Connection;
use super::error;
use super::pruning::without_unread_fields;
use super::resource::{field_selector, path};
use super::versions::ServedVersion;
use crate::model::cluster::{Answer, Kind, Scope, Within};
use crate::model::recording::AnswerReport;

/// Objects per page, the same as kubectl's.
const PAGE_SIZE: usize = 500;

/// Asks for metadata and nothing else: an API server that cannot answer so refuses, and does not send the object.
const METADATA_ALONE: HeaderValue =
    HeaderValue::from_static("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");

impl Connection {
    /// Reads a scope. An error is returned as an [`Answer`] too.
    pub async fn ask(&self, scope: &Scope) -> Answer {
        let answer = self.ask_any_version(scope).await.unwrap_or_else(|error| {
            self.asker.hear(&error);
            answer_of_error(&error)
        });
        let summary = match &answer {
            Answer::Objects(objects) => format!("{} objects", objects.len()),
            other => format!("{other:?}"),
        };
        tracing::debug!("{}: {summary}", scope.title());
        self.tell_listener(scope, AnswerReport::Answer(&answer));
        answer
    }

    /// After a 404 the kind is looked for at the versions that its group serves. Nothing is called absent before: an
    /// object is absent where its kind is served, and a kind where none of the versions has it.
    async fn ask_any_version(&self, scope: &Scope) -> Result<Answer, kube::Error> {
        let asked = self.versions.resource(scope.kind).version;
        let first = self.ask_once(scope).await;
        if first.is_ok() {
            self.versions.confirm(scope.kind);
        }
        if !is_absent(&first) {
            return first;
        }
        let Some(served) = self.versions.find(&self.client, scope.kind).await? else {
            return first;
        };
        let ServedVersion::At(version) = served else {
            return Ok(Answer::Absent);
        };
        let second = if version == asked { first } else { self.ask_once(scope).await };
        let is_listed = !matches!(scope.within, Within::Object(..));
        if is_listed && is_absent(&second) && self.versions.is_served(&self.client, scope.kind).await? {
            let resource = scope.kind.resource();
            return Ok(Answer::silent(&format!(
                "the server has {resource} at {version} and does not list any"
            )));
        }
        second
    }

    async fn ask_once(&self, scope: &Scope) -> Result<Answer, kube::Error> {
        let path = path(&self.versions.resource(scope.kind), scope);
        match scope.within {
            _ if scope.kind == Kind::Log => {
                let text = self.client.request_text(get(&path)?).await?;
                Ok(Answer::Objects(text.lines().map(Value::from).collect()))
            }
            Within::Object(..) => {
                let mut request = get(&path)?;
                if scope.kind.row().is_metadata_only {
                    request.headers_mut().insert(http::header::ACCEPT, METADATA_ALONE);
                }
                let object: Value = self.client.request(request).await?;
                Ok(if object.is_object() { Answer::Objects(vec![object]) } else { malformed_answer() })
            }
            _ => self.list_pages(&path, scope.kind).await,
        }
    }

    async fn list_pages(&self, path: &str, kind: Kind) -> Result<Answer, kube::Error> {
        let selector =
            field_selector(kind).map(|selector| format!("&fieldSelector={selector}")).unwrap_or_default();
        let mut objects: Vec<Value> = Vec::new();
        let mut next = String::new();
        loop {
            let uri = format!("{path}?limit={PAGE_SIZE}{selector}{next}");
            let page = self.client.request::<Value>(get(&uri)?).await;
            let mut page = match page {
                Err(kube::Error::Api(status)) if status.code == 410 && !next.is_empty() => {
                    // The continue token has expired: list everything again in one page.
                    let whole = get(&format!("{path}?{}", selector.trim_start_matches('&')))?;
                    objects.clear();
                    self.client.request::<Value>(whole).await?
                }
                page => page?,
            };
            match page.get_mut("items").map(Value::take) {
                Some(Value::Array(items)) => {
                    let audience = self.audience();
                    objects
                        .extend(items.into_iter().map(|object| without_unread_fields(audience, kind, object)))
                }
                _ => return Ok(malformed_answer()),
            }
            match page["metadata"]["continue"].as_str().filter(|token| !token.is_empty()) {
                Some(token) => next = format!("&continue={token}"),
                None => return Ok(Answer::Objects(objects)),
            }
        }
    }
}

fn is_absent(answer: &Result<Answer, kube::Error>) -> bool {
    matches!(answer, Err(kube::Error::Api(status)) if status.code == 404)
}

fn get(uri: &str) -> Result<Request<Vec<u8>>, kube::Error> {
    Request::get(uri).body(Vec::new()).map_err(kube::Error::HttpError)
}

pub(super) fn malformed_answer() -> Answer {
    Answer::silent("the answer is not what an API server would say")
}

/// The answer that stands for an error.
pub(super) fn answer_of_error(error: &kube::Error) -> Answer {
    match error {
        kube::Error::Api(status) if status.code == 401 => Answer::Unauthenticated,
        kube::Error::Api(status) if status.code == 403 => Answer::Forbidden,
        kube::Error::Api(status) if status.code == 404 => Answer::Absent,
        kube::Error::Api(status) if status.code == 429 => Answer::Overloaded,
        error => Answer::silent(&error::request(error)),
    }
}
