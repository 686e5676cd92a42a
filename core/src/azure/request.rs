//! A request to Resource Manager, before it is signed.

use bytes::Bytes;
use http::{Method, Uri};
use serde::Serialize;

use crate::wire::retry::Repeat;

/// A request. It has no `Debug`: bodies may hold protected settings.
pub(super) struct ArmRequest {
    pub(super) method: Method,
    /// A path with a query, or the whole address of something that Azure pointed to.
    pub(super) target: String,
    pub(super) body: Option<Bytes>,
    /// Whether it may be sent twice. A `PUT` and a `DELETE` are idempotent by Resource Manager's contract, and so is a
    /// `PATCH`: it merges values that do not depend on what is there. A `POST` is not, unless it only asks.
    pub(super) repeat: Repeat,
}

impl ArmRequest {
    /// A request without a body.
    pub(super) fn new(method: Method, target: impl Into<String>) -> Self {
        let repeat = if method == Method::POST { Repeat::Never } else { Repeat::Freely };
        Self { method, target: target.into(), body: None, repeat }
    }

    /// A `GET` of a path with a query, or of a whole address.
    pub(super) fn get(target: impl Into<String>) -> Self {
        Self::new(Method::GET, target)
    }

    /// The same with a document.
    pub(super) fn with_json(self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("requests are made of maps with text as keys");
        Self { body: Some(body.into()), ..self }
    }

    /// The same for a `POST` that changes nothing.
    pub(super) fn only_asks(self) -> Self {
        Self { repeat: Repeat::Freely, ..self }
    }

    /// Method and path, for people: without host and query, which may hold what nobody else should see.
    pub(super) fn describe(&self) -> String {
        let target = self.target.split('?').next().unwrap_or_default();
        let path = target.parse::<Uri>().map_or_else(|_| target.to_owned(), |uri| uri.path().to_owned());
        format!("{} {}", self.method, crate::model::harmless(&path))
    }
}

/// A path with the version of the API that is asked.
pub(super) fn versioned(path: &str, version: &str) -> String {
    format!("{path}?api-version={version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_described_without_host_and_query() {
        for (target, described) in [
            ("/subscriptions/s?api-version=1", "GET /subscriptions/s"),
            (
                "https://host:8443/subscriptions/s/operations/o?api-Version=1&t=secret",
                "GET /subscriptions/s/operations/o",
            ),
        ] {
            assert_eq!(ArmRequest::get(target).describe(), described);
        }
    }

    #[test]
    fn what_is_not_idempotent_is_sent_once() {
        for (method, repeat) in [
            (Method::GET, Repeat::Freely),
            (Method::PUT, Repeat::Freely),
            (Method::PATCH, Repeat::Freely),
            (Method::DELETE, Repeat::Freely),
            (Method::POST, Repeat::Never),
        ] {
            assert_eq!(ArmRequest::new(method, "/").repeat, repeat);
        }
        assert_eq!(ArmRequest::new(Method::POST, "/").only_asks().repeat, Repeat::Freely);
    }
}
