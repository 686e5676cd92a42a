//! What the tests of this module share: a cluster, and the way of one request to it.

use http::Method;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde_json::Value;

use super::{Cluster, Reply, Stream, Tokens, WatchCursor};
use crate::message::{Body, Request};

/// The time of all tests.
pub(super) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// An empty cluster, whose administrator has the token `a` and whose viewer `v`.
pub(super) fn cluster() -> Cluster {
    Cluster::empty(Tokens { admin: "a".into(), viewer: "v".into() }, "PEM".into(), NOW)
}

/// A request of the administrator's.
pub(super) fn request(method: Method, target: &str, body: &Value) -> Request {
    let mut request = Request::new(method, target).with_token("a").with_json(body);
    // A media type that a test gives is the only one.
    request.headers.remove(CONTENT_TYPE);
    request
}

/// Status and document of the answer.
pub(super) fn answer(cluster: &mut Cluster, request: &Request) -> (u16, Value) {
    answer_at(cluster, request, NOW)
}

/// The same, later.
pub(super) fn answer_at(cluster: &mut Cluster, request: &Request, now: Timestamp) -> (u16, Value) {
    document(cluster.answer(request, now))
}

/// Status and document of a reply, which is one.
pub(super) fn document(reply: Reply) -> (u16, Value) {
    match reply.body {
        Body::Json(document) => (reply.status.as_u16(), document),
        other => panic!("no document: {other:?}"),
    }
}

/// The watch that a reply begins.
pub(super) fn watch(reply: Reply) -> WatchCursor {
    match reply.body {
        Body::Stream(Stream::Watch(cursor)) => cursor,
        other => panic!("no watch: {other:?}"),
    }
}

/// The same for a request of the administrator's.
pub(super) fn send(cluster: &mut Cluster, method: Method, target: &str, body: &Value) -> (u16, Value) {
    answer(cluster, &request(method, target, body))
}
