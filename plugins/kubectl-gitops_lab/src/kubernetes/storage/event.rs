//! One change of one object.

use std::sync::Arc;

use serde_json::Value;

use super::key::Key;

/// One change of one object.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(in crate::kubernetes) version: u64,
    pub(in crate::kubernetes) key: Key,
    pub(crate) before: Option<Arc<Value>>,
    pub(crate) after: Option<Arc<Value>>,
}
