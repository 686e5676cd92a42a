//! What the tests of this module share: a cluster, and the way of one request to it.

use http::Method;
use jiff::Timestamp;
use serde_json::Value;

use super::{Cluster, Reply, Request, Tokens};

/// The time of all tests.
pub(super) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// An empty cluster, whose administrator has the token `a` and whose viewer `v`.
pub(super) fn cluster() -> Cluster {
    Cluster::empty(Tokens { admin: "a".into(), viewer: "v".into() }, "PEM".into(), NOW)
}

/// A request of the administrator's.
pub(super) fn request(method: Method, target: &str, body: &Value) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method,
        path: path.into(),
        query: query.into(),
        accept: None,
        media: None,
        token: Some("a".into()),
        agent: None,
        impersonated: None,
        body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
    }
}

/// Status and document of the answer.
pub(super) fn answer(cluster: &mut Cluster, request: &Request) -> (u16, Value) {
    match cluster.answer(request, NOW) {
        Reply::Document(document) => (document.status.as_u16(), document.value),
        other => panic!("{} {}: {other:?}", request.method, request.path),
    }
}

/// The same for a request of the administrator's.
pub(super) fn send(cluster: &mut Cluster, method: Method, target: &str, body: &Value) -> (u16, Value) {
    answer(cluster, &request(method, target, body))
}
