//! Faults as they happen: an answer that is another one, comes late, breaks off, or does not come.

use std::convert::Infallible;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::unfold;
use http::header::{CONTENT_LENGTH, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, BodyStream, StreamBody};
use hyper::body::{Body as _, Frame};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::clock::{Time, later};
use super::server::{Body, Cut, finished};
use crate::azure;
use crate::kubernetes::line as event;
use crate::world::{Effect, FaultStatus, Host, Limited, Plan, RequestLine};

const JSON: &str = "application/json";
const GITHUB: &str = "application/json; charset=utf-8";
const SECONDARY: &str =
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const TEXT: &str = "text/plain; charset=utf-8";

/// Carries out a plan around what would have been answered.
pub(super) async fn through(
    plan: Plan,
    line: &RequestLine,
    time: &Time,
    cut: Cut,
    well: impl Future<Output = Response<Body>>,
) -> Response<Body> {
    if plan.delay > Duration::ZERO {
        time.until(later(time.now(), plan.delay)).await;
    }
    for barrier in &plan.barriers {
        barrier.wait().await;
    }
    let Some(effect) = plan.effect else { return well.await };
    let answer = if plan.is_done { Some(well.await) } else { None };
    match (effect, answer) {
        (Effect::Status(status), _) => instead(&status, line.host),
        (Effect::Expired, _) => expired(line),
        (Effect::Limited(limited), _) => one_too_many(limited, time.now()),
        (Effect::Cut(bytes @ 1..), Some(answer)) => broken_off(answer, Some(bytes), cut).await,
        (Effect::Half, Some(answer)) => broken_off(answer, None, cut).await,
        (Effect::Cut(_) | Effect::Half, _) => {
            cut.now();
            std::future::pending().await
        }
        // What only comes late is not in place of an answer.
        (Effect::Silence | Effect::Delay(_) | Effect::Barrier(_), _) => std::future::pending().await,
    }
}

/// An answer in place of the true one, in the words of the host.
fn instead(answer: &FaultStatus, host: Host) -> Response<Body> {
    let status = StatusCode::from_u16(answer.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match (&answer.body, host) {
        (Some(Value::String(text)), _) => finished(status, TEXT, text.clone()),
        (Some(document), _) => finished(status, JSON, document.to_string()),
        (None, Host::Kubernetes) => finished(status, JSON, refusal(status).to_string()),
        (None, Host::Git | Host::Any) => finished(status, TEXT, format!("{status}\n")),
        (None, Host::Azure) => finished(status, JSON, azure::refusal(status).to_string()),
        (None, Host::Github) => finished(status, GITHUB, refused(status, None).to_string()),
    };
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A refusal as an API server words it when it has nothing more to say.
fn refusal(status: StatusCode) -> Value {
    let (reason, message) = match status.as_u16() {
        401 => ("Unauthorized", "Unauthorized"),
        403 => ("Forbidden", "forbidden"),
        404 => ("NotFound", "the server could not find the requested resource"),
        409 => ("Conflict", "the object has been modified"),
        410 => ("Expired", "too old resource version"),
        422 => ("Invalid", "the object is invalid"),
        429 => ("TooManyRequests", "the server has received too many requests"),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request"),
        504 => ("Timeout", "the server was unable to return a response in the time allotted"),
        _ => ("InternalError", "an error on the server has prevented the request from succeeding"),
    };
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": reason, "code": status.as_u16(),
    })
}

/// A refusal as GitHub words it when it has nothing more to say.
fn refused(status: StatusCode, message: Option<&str>) -> Value {
    let message = message.unwrap_or_else(|| match status.as_u16() {
        401 => "Bad credentials",
        403 => "Resource not accessible by personal access token",
        404 => "Not Found",
        409 => "Conflict",
        422 => "Validation Failed",
        429 => SECONDARY,
        503 => "No server is currently available to service your request. Sorry about that. Please try resubmitting your request and contact us if the problem persists.",
        _ => "Server Error",
    });
    json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": status.as_str()})
}

/// GitHub's two ways to say that it was asked too often.
fn one_too_many(limited: Limited, now: Timestamp) -> Response<Body> {
    let status = StatusCode::from_u16(limited.code).unwrap_or(StatusCode::FORBIDDEN);
    let message = if limited.secondary { SECONDARY } else { "API rate limit exceeded for user ID 1." };
    let mut response = finished(status, GITHUB, refused(status, Some(message)).to_string());
    let reset = now.as_second().saturating_add_unsigned(limited.seconds);
    let headers = response.headers_mut();
    if limited.secondary {
        headers.insert(RETRY_AFTER, HeaderValue::from(limited.seconds));
    } else {
        headers.insert("x-ratelimit-limit", HeaderValue::from(5000));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(0));
        headers.insert("x-ratelimit-reset", HeaderValue::from(reset));
        headers.insert("x-ratelimit-resource", HeaderValue::from_static("core"));
    }
    response
}

fn expired(line: &RequestLine) -> Response<Body> {
    let told = refusal(StatusCode::GONE);
    match line.is_watch {
        true => finished(StatusCode::OK, JSON, event("ERROR", &told)),
        false => finished(StatusCode::GONE, JSON, told.to_string()),
    }
}

/// The beginning of an answer; then its connection is cut, always before its end. Half of it, when nothing else is said.
async fn broken_off(response: Response<Body>, bytes: Option<usize>, cut: Cut) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    let length = body.size_hint().exact().map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    let left = match (bytes, length) {
        (_, Some(0)) => {
            // The head alone would be all of it.
            cut.now();
            return std::future::pending().await;
        }
        (None, length) => length.map_or(1, |length| length / 2),
        (Some(bytes), length) => length.map_or(bytes, |length| bytes.min(length - 1)),
    };
    if let Some(length) = length {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    let frames = unfold((BodyStream::new(body), left), move |(mut body, left)| {
        let cut = cut.clone();
        async move {
            if left == 0 {
                cut.now();
                std::future::pending::<()>().await;
            }
            let chunk = body.next().await?.ok()?.into_data().unwrap_or_default();
            let told = chunk.slice(..chunk.len().min(left));
            let left = left - told.len();
            Some((Ok::<_, Infallible>(Frame::data(told)), (body, left)))
        }
    });
    Response::from_parts(head, StreamBody::new(frames).boxed_unsync())
}
