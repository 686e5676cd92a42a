//! One question, one answer. Only reads, so a connection that was cut is tried once more.

use http::Request;
use serde_json::Value;

use super::connect::Connection;
use super::error;
use super::lean::lean;
use super::resource::{field_selector, path};
use crate::model::cluster::{Answer, Kind, Scope, Within};

/// As kubectl pages.
const PAGE: usize = 500;

impl Connection {
    /// Asks the cluster. Whatever happens is an answer.
    pub async fn ask(&self, scope: &Scope) -> Answer {
        let answer = self.asked(scope).await.unwrap_or_else(|error| refusal(&error));
        let told = match &answer {
            Answer::Objects(objects) => format!("{} objects", objects.len()),
            other => format!("{other:?}"),
        };
        tracing::debug!("{}: {told}", scope.title());
        answer
    }

    async fn asked(&self, scope: &Scope) -> Result<Answer, kube::Error> {
        let first = self.once(scope).await;
        let again = match &first {
            Err(kube::Error::Api(status)) if status.code == 404 => {
                self.limited(self.versions.found_another(&self.client, scope.kind)).await?.unwrap_or(false)
            }
            Err(error) => was_cut(error),
            Ok(_) => false,
        };
        if again { self.once(scope).await } else { first }
    }

    async fn once(&self, scope: &Scope) -> Result<Answer, kube::Error> {
        let path = path(&self.versions.resource(scope.kind), scope);
        match scope.within {
            _ if scope.kind == Kind::Log => {
                let text = self.limited(self.client.request_text(get(&path)?)).await?;
                Ok(text.map_or_else(silent, |text| Answer::Objects(text.lines().map(Value::from).collect())))
            }
            Within::Object(..) => {
                let object: Option<Value> = self.limited(self.client.request(get(&path)?)).await?;
                Ok(match object {
                    Some(object) if object.is_object() => Answer::Objects(vec![object]),
                    Some(_) => nonsense(),
                    None => silent(),
                })
            }
            _ => self.pages(&path, scope.kind).await,
        }
    }

    async fn pages(&self, path: &str, kind: Kind) -> Result<Answer, kube::Error> {
        let selector =
            field_selector(kind).map(|selector| format!("&fieldSelector={selector}")).unwrap_or_default();
        let mut objects: Vec<Value> = Vec::new();
        let mut next = String::new();
        loop {
            let uri = format!("{path}?limit={PAGE}{selector}{next}");
            let page = self.limited(self.client.request::<Value>(get(&uri)?)).await;
            let mut page = match page {
                Err(kube::Error::Api(status)) if status.code == 410 && !next.is_empty() => {
                    // The snapshot behind the token has gone: start over, in one piece.
                    let whole = get(&format!("{path}?{}", selector.trim_start_matches('&')))?;
                    objects.clear();
                    self.limited(self.client.request::<Value>(whole)).await?
                }
                page => page?,
            };
            let Some(page) = page.as_mut() else {
                return Ok(silent());
            };
            match page.get_mut("items").map(Value::take) {
                Some(Value::Array(items)) => objects.extend(items.into_iter().map(|one| lean(kind, one))),
                _ => {
                    return Ok(Answer::silent("the answer is not what an API server would say"));
                }
            }
            match page["metadata"]["continue"].as_str().filter(|token| !token.is_empty()) {
                Some(token) => next = format!("&continue={token}"),
                None => return Ok(Answer::Objects(objects)),
            }
        }
    }

    /// `None` after `--request-timeout`.
    async fn limited<T>(
        &self,
        request: impl Future<Output = Result<T, kube::Error>>,
    ) -> Result<Option<T>, kube::Error> {
        match self.timeout {
            None => request.await.map(Some),
            Some(limit) => {
                tokio::time::timeout(limit, request).await.map_or(Ok(None), |answer| answer.map(Some))
            }
        }
    }
}

fn get(uri: &str) -> Result<Request<Vec<u8>>, kube::Error> {
    Request::get(uri).body(Vec::new()).map_err(kube::Error::HttpError)
}

fn silent() -> Answer {
    Answer::silent("it does not answer in time")
}

fn nonsense() -> Answer {
    Answer::silent("the answer is not what an API server would say")
}

/// What an error means as an answer.
pub(super) fn refusal(error: &kube::Error) -> Answer {
    match error {
        kube::Error::Api(status) if status.code == 401 => Answer::Unauthenticated,
        kube::Error::Api(status) if status.code == 403 => Answer::Forbidden,
        kube::Error::Api(status) if status.code == 404 => Answer::Absent,
        error => Answer::silent(&error::request(error)),
    }
}

fn was_cut(error: &kube::Error) -> bool {
    !matches!(error, kube::Error::Api(_)) && error::request(error) == "the connection was cut"
}
