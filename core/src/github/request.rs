//! The one way of a request: signed, sent, its redirects followed, its refusals put into words.

use http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use octocrab::OctoBody;
use serde_json::Value;

use super::answer::Answer;
use super::connect::Github;
use super::error::GithubError;
use crate::wire::retry::Repeat;
use crate::wire::{Loss, TransportError};

const VERSION: HeaderName = HeaderName::from_static("x-github-api-version");
const JSON: &str = "application/vnd.github+json";
/// Content as it is, without an envelope.
pub(super) const RAW: &str = "application/vnd.github.raw+json";
/// How many items a page has: the most there may be.
const PAGE: &str = "per_page=100";
/// A renamed repository is one redirect away, one that was renamed twice two.
const REDIRECTS: usize = 5;
/// A list with more pages than this has no end.
const PAGES: usize = 1000;

/// A request before it is signed.
#[derive(Clone)]
struct Draft<'a> {
    method: Method,
    /// A route, or the whole address of another host.
    target: String,
    accept: &'static str,
    body: Option<&'a Value>,
    repeat: Repeat,
    etag: Option<String>,
}

impl Github {
    /// Reads something.
    pub(super) async fn get(&self, route: &str) -> Result<Value, GithubError> {
        self.read(route, JSON).await?.json()
    }

    /// Reads something that may not be there.
    pub(super) async fn find(&self, route: &str) -> Result<Option<Value>, GithubError> {
        absent(self.get(route).await)
    }

    /// Reads something in a form of its own. What was read before is asked about, which costs no request of the
    /// rate limit when nothing has changed.
    pub(super) async fn read(&self, route: &str, accept: &'static str) -> Result<Answer, GithubError> {
        let key = format!("{accept} {route}");
        let known = self.memory.get(&key);
        let draft = Draft {
            method: Method::GET,
            target: route.to_owned(),
            accept,
            body: None,
            repeat: Repeat::Freely,
            etag: known.as_ref().and_then(|known| known.header(ETAG.as_str())).map(str::to_owned),
        };
        let answer = self.sent(draft).await?;
        match (answer.status, known) {
            (StatusCode::NOT_MODIFIED, Some(known)) => Ok(known),
            (StatusCode::NOT_MODIFIED, None) => Err(GithubError::Nonsense { asked: answer.asked }),
            _ => {
                self.memory.put(key, &answer);
                Ok(answer)
            }
        }
    }

    /// Reads all pages of a list. `field` is where it lies, in answers that are more than a list.
    pub(super) async fn list(&self, route: &str, field: Option<&str>) -> Result<Vec<Value>, GithubError> {
        let mut items = Vec::new();
        let mut next = Some(format!("{route}{}{PAGE}", if route.contains('?') { '&' } else { '?' }));
        for _ in 0..PAGES {
            let Some(route) = next.take() else { break };
            let answer = self.read(&route, JSON).await?;
            let mut page = answer.json()?;
            let list = match field {
                Some(field) => page[field].take(),
                None => page.take(),
            };
            let Value::Array(list) = list else { return Err(GithubError::Nonsense { asked: answer.asked }) };
            items.extend(list);
            next = match answer.next_page() {
                None => None,
                Some(address) => {
                    Some(self.own(&address).ok_or(GithubError::Nonsense { asked: answer.asked })?)
                }
            };
        }
        Ok(items)
    }

    /// Writes something. `Repeat::Freely` for what leaves the same behind however often it is done.
    pub(super) async fn write(
        &self,
        method: Method,
        route: &str,
        body: Option<&Value>,
        repeat: Repeat,
    ) -> Result<Answer, GithubError> {
        let target = route.to_owned();
        self.sent(Draft { method, target, accept: JSON, body, repeat, etag: None }).await
    }

    /// Deletes something; that it was not there is no error.
    pub(super) async fn remove(&self, route: &str) -> Result<(), GithubError> {
        let removed = self.write(Method::DELETE, route, None, Repeat::Freely).await.map(drop);
        absent(removed).map(|_| ())
    }

    async fn sent(&self, mut draft: Draft<'_>) -> Result<Answer, GithubError> {
        let asked = asked(&draft);
        for _ in 0..REDIRECTS {
            let answer = self.once(&draft, &asked).await?;
            tracing::debug!("{asked}: {}", answer.status);
            let is_same = matches!(answer.status.as_u16(), 301 | 302 | 307 | 308);
            let may_follow = draft.method == Method::GET || matches!(answer.status.as_u16(), 307 | 308);
            match answer.header(LOCATION.as_str()) {
                Some(location) if is_same && may_follow => {
                    draft.target = match self.own(location) {
                        Some(route) => route,
                        // Another host gets no token, and nothing is written there.
                        None if draft.method == Method::GET && location.starts_with("https://") => {
                            draft.etag = None;
                            location.to_owned()
                        }
                        None => return Err(GithubError::Nonsense { asked }),
                    };
                }
                _ if answer.status.is_success() || answer.status == StatusCode::NOT_MODIFIED => {
                    return Ok(answer);
                }
                _ => return Err(GithubError::of(&answer, self.token.as_ref(), Timestamp::now())),
            }
        }
        Err(GithubError::Nonsense { asked })
    }

    async fn once(&self, draft: &Draft<'_>, asked: &str) -> Result<Answer, GithubError> {
        let nonsense = || GithubError::Nonsense { asked: asked.to_owned() };
        let mut request = http::Request::builder()
            .method(draft.method.clone())
            .uri(&draft.target)
            .header(ACCEPT, draft.accept)
            .header(VERSION, "2022-11-28")
            .extension(draft.repeat);
        if let Some(etag) = draft.etag.as_deref().and_then(|etag| HeaderValue::from_str(etag).ok()) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let body = match draft.body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                OctoBody::from(body.to_string())
            }
            None => OctoBody::empty(),
        };
        let request = request.body(body).map_err(|_| nonsense())?;
        let answer = self.octocrab.execute(request).await.map_err(|error| lost(&error, asked))?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(|_| nonsense())?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body, asked: asked.to_owned() })
    }

    /// An address of the API as a route; nothing for any other place.
    fn own(&self, address: &str) -> Option<String> {
        let origin_end =
            self.api.get(8..).and_then(|rest| rest.find('/')).map_or(self.api.len(), |at| at + 8);
        let (origin, base) = self.api.split_at(origin_end);
        let path = match address.strip_prefix(origin) {
            Some(path) => path,
            None if address.starts_with('/') && !address.starts_with("//") => address,
            None => return None,
        };
        path.strip_prefix(base).filter(|route| route.starts_with('/')).map(str::to_owned)
    }
}

/// What is asked, for people: without the query.
fn asked(draft: &Draft<'_>) -> String {
    let target = draft.target.split('?').next().unwrap_or_default();
    format!("{} {target}", draft.method)
}

fn lost(error: &octocrab::Error, asked: &str) -> GithubError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(lost) = error.downcast_ref::<TransportError>() {
            return GithubError::Unreachable(lost.clone());
        }
        cause = error.source();
    }
    let loss = Loss::other("the request could not be carried");
    GithubError::Unreachable(TransportError::Lost { host: asked.to_owned(), loss })
}

/// What is not there is nothing, and no error.
pub(super) fn absent<T>(answer: Result<T, GithubError>) -> Result<Option<T>, GithubError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}
