//! GitHub's API over HTTPS: carries requests to it and answers back.

use std::sync::Mutex;

use bytes::Bytes;
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use super::clock::Time;
use super::server::{Body, finished};
use super::shared_world::locked;
use crate::github::{GitHub, Reply, Request};

/// Where the API begins, as on a server of one's own: clients that know such servers need to be told the host alone.
pub(super) const API: &str = "/api/v3";

/// What of a path is below the API.
pub(super) fn path(path: &str) -> Option<&str> {
    path.strip_prefix(API).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers a request.
pub(super) async fn answer(
    hub: &Mutex<GitHub>,
    time: &Time,
    path: String,
    head: Parts,
    body: Incoming,
) -> Response<Body> {
    let Ok(body) = body.collect().await else {
        return finished(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", "half a body\n");
    };
    let request = Request {
        method: head.method,
        path,
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: body.to_bytes().to_vec(),
    };
    let reply = {
        let mut hub = locked(hub);
        // The time is read behind the lock, so that it never goes back.
        let now = time.now();
        hub.answer(&request, now)
    };
    told(reply)
}

fn told(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::from(reply.body)).boxed_unsync());
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}
