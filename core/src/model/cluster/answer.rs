//! What came back for one question to a cluster.

use serde_json::Value;

use crate::model::harmless;

/// What came back for one scope.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The objects, in any order.
    Objects(Vec<Value>),
    /// The server does not serve this kind, or has no such object.
    Absent,
    /// 401: it does not know who asks.
    Unauthenticated,
    /// 403: who asks may not.
    Forbidden,
    /// 429: the server takes no more requests for now.
    Overloaded,
    /// Nothing usable: the text says why.
    Silent(String),
}

impl Answer {
    /// No usable answer. What a server wrote about it is made harmless here.
    pub fn silent(why: &str) -> Self {
        Answer::Silent(harmless(why))
    }
}
