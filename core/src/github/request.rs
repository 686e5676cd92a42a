//! The one way of a request: sent through octocrab, its redirects followed, its refusals made into errors.

use http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;
use octocrab::OctoBody;
use serde_json::Value;

use super::client::Github;
use super::error::GithubError;
use super::rate_limit::ReachedLimit;
use super::response::GithubResponse;
use crate::wire::retry::Repeat;
use crate::wire::{Loss, TransportError};

/// The question how many requests are left. It counts as none, and is answered when nothing else is.
const RATE_LIMIT: &str = "/rate_limit";
const API_VERSION: HeaderName = HeaderName::from_static("x-github-api-version");
/// The media type of JSON.
pub(super) const JSON: &str = "application/vnd.github+json";
/// The media type of content without an envelope.
pub(super) const RAW: &str = "application/vnd.github.raw+json";
/// The most items that a page may have.
const PAGE_SIZE: &str = "per_page=100";
/// A renamed repository is one redirect away, one that was renamed twice two.
const MOST_REDIRECTS: usize = 5;
/// A list with more pages than this has no end.
const MOST_PAGES: usize = 1000;

/// A request before octocrab signs it.
#[derive(Clone)]
struct ApiRequest<'a> {
    method: Method,
    /// A route, or the whole address of another host.
    target: String,
    accept: &'static str,
    body: Option<&'a Value>,
    repeat: Repeat,
    etag: Option<String>,
}

impl ApiRequest<'_> {
    /// Method and target for people: without the query, which may be a signature.
    fn describe(&self) -> String {
        let target = self.target.split('?').next().unwrap_or_default();
        format!("{} {target}", self.method)
    }
}

/// A response and whether the API gave it, rather than a host that it redirected to.
struct Received {
    response: GithubResponse,
    is_of_api: bool,
}

impl Github {
    /// Reads JSON.
    pub(super) async fn get(&self, route: &str) -> Result<Value, GithubError> {
        self.read(route, JSON).await?.json()
    }

    /// Reads JSON that may not be there.
    pub(super) async fn find(&self, route: &str) -> Result<Option<Value>, GithubError> {
        none_if_absent(self.get(route).await)
    }

    /// Reads a media type. What is in the cache is asked for only if it has changed.
    pub(super) async fn read(
        &self,
        route: &str,
        accept: &'static str,
    ) -> Result<GithubResponse, GithubError> {
        let key = format!("{accept} {route}");
        let cached = self.response_cache.get(&key);
        let request = ApiRequest {
            method: Method::GET,
            target: route.to_owned(),
            accept,
            body: None,
            repeat: Repeat::Freely,
            etag: cached.as_ref().and_then(|cached| cached.header(ETAG.as_str())).map(str::to_owned),
        };
        let Received { response, is_of_api } = self.send(request).await?;
        let response = match (response.status, cached) {
            (StatusCode::NOT_MODIFIED, Some(cached)) => cached,
            (StatusCode::NOT_MODIFIED, None) => return Err(response.malformed()),
            (status, _) => {
                if is_of_api && (status.is_success() || status == StatusCode::NOT_FOUND) {
                    self.response_cache.put(key, &response);
                }
                response
            }
        };
        self.accepted(response)
    }

    /// Reads all pages of a list. `field` is where it lies, in responses that are more than a list.
    pub(super) async fn list(&self, route: &str, field: Option<&str>) -> Result<Vec<Value>, GithubError> {
        let mut items = Vec::new();
        let separator = if route.contains('?') { '&' } else { '?' };
        let mut next = Some(format!("{route}{separator}{PAGE_SIZE}"));
        for _ in 0..MOST_PAGES {
            let Some(route) = next.take() else { break };
            let response = self.read(&route, JSON).await?;
            let mut page = response.json()?;
            let list = match field {
                Some(field) => page.get_mut(field).map(Value::take).unwrap_or_default(),
                None => page.take(),
            };
            let Value::Array(list) = list else { return Err(response.malformed()) };
            items.extend(list);
            next = match response.next_page() {
                None => None,
                Some(address) => Some(self.api.route(&address).ok_or_else(|| response.malformed())?),
            };
        }
        Ok(items)
    }

    /// Writes something. `Repeat::Freely` is for what leaves the same behind however often it is done.
    pub(super) async fn write(
        &self,
        method: Method,
        route: &str,
        body: Option<&Value>,
        repeat: Repeat,
    ) -> Result<GithubResponse, GithubError> {
        let target = route.to_owned();
        let request = ApiRequest { method, target, accept: JSON, body, repeat, etag: None };
        let received = self.send(request).await?;
        self.accepted(received.response)
    }

    /// Deletes something; that it was not there is no error.
    pub(super) async fn remove(&self, route: &str) -> Result<(), GithubError> {
        let removed = self.write(Method::DELETE, route, None, Repeat::Freely).await.map(drop);
        none_if_absent(removed).map(|_| ())
    }

    /// Sends a request and follows its redirects. Only reads are followed to another host, over https, and without
    /// the cached `ETag`: that host is not the API.
    async fn send(&self, mut request: ApiRequest<'_>) -> Result<Received, GithubError> {
        let description = request.describe();
        let malformed = || GithubError::Malformed { request: description.clone() };
        let mut is_of_api = true;
        for _ in 0..MOST_REDIRECTS {
            if is_of_api && request.target != RATE_LIMIT {
                self.refuse_while_limited(&description)?;
            }
            let response = self.send_once(&request, &description).await?;
            if is_of_api {
                self.limit.observe(response.status, &response.headers, &response.body, self.now());
            }
            tracing::debug!("{description}: {}", response.status);
            match redirection(&request, &response) {
                None => return Ok(Received { response, is_of_api }),
                Some(location) => {
                    let route = self.api.route(location);
                    is_of_api = route.is_some();
                    let is_followed = request.method == Method::GET && location.starts_with("https://");
                    let other = is_followed.then(|| location.to_owned());
                    if !is_of_api {
                        request.etag = None;
                    }
                    request.target = route.or(other).ok_or_else(malformed)?;
                }
            }
        }
        Err(malformed())
    }

    /// An error while a rate limit is reached: nothing is sent then.
    fn refuse_while_limited(&self, description: &str) -> Result<(), GithubError> {
        let Some(ReachedLimit { until, is_secondary }) = self.reached_limit() else { return Ok(()) };
        let (request, until, had_token) = (description.to_owned(), Some(until), self.has_token());
        Err(GithubError::RateLimited { request, until, is_secondary, had_token })
    }

    async fn send_once(
        &self,
        request: &ApiRequest<'_>,
        description: &str,
    ) -> Result<GithubResponse, GithubError> {
        let malformed = || GithubError::Malformed { request: description.to_owned() };
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(&request.target)
            .header(ACCEPT, request.accept)
            .header(API_VERSION, "2022-11-28")
            .extension(request.repeat);
        if let Some(etag) = request.etag.as_deref().and_then(|etag| HeaderValue::from_str(etag).ok()) {
            builder = builder.header(IF_NONE_MATCH, etag);
        }
        let body = match request.body {
            Some(body) => {
                builder = builder.header(CONTENT_TYPE, "application/json");
                OctoBody::from(body.to_string())
            }
            None => OctoBody::empty(),
        };
        let signed = builder.body(body).map_err(|_| malformed())?;
        let response = self.octocrab.execute(signed).await;
        let (head, body) = response.map_err(|error| unreachable(&error, description))?.into_parts();
        let body = body.collect().await.map_err(|_| malformed())?.to_bytes();
        let request = description.to_owned();
        Ok(GithubResponse { status: head.status, headers: head.headers, body, request })
    }

    /// A response that is no refusal.
    fn accepted(&self, response: GithubResponse) -> Result<GithubResponse, GithubError> {
        match response.status.is_success() {
            true => Ok(response),
            false => Err(GithubError::from_response(&response, self.token.as_ref(), self.now())),
        }
    }
}

/// Where a response redirects its request to. 301 and 302 turn a write into a read, so writes do not follow them.
fn redirection<'a>(request: &ApiRequest<'_>, response: &'a GithubResponse) -> Option<&'a str> {
    let follows = match response.status.as_u16() {
        301 | 302 => request.method == Method::GET,
        307 | 308 => true,
        _ => false,
    };
    response.header(LOCATION.as_str()).filter(|_| follows)
}

/// The transport's error, which octocrab wraps.
fn unreachable(error: &octocrab::Error, description: &str) -> GithubError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<TransportError>() {
            return GithubError::Unreachable(error.clone());
        }
        cause = error.source();
    }
    let loss = Loss::other("the request could not be carried");
    GithubError::Unreachable(TransportError::Lost { host: description.to_owned(), loss })
}

/// `None` for what is not there, which is no error.
pub(super) fn none_if_absent<T>(result: Result<T, GithubError>) -> Result<Option<T>, GithubError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}
