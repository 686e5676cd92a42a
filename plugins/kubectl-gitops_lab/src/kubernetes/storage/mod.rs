//! Where objects are kept: the store with its versions, and who owns whom.

pub(super) mod event;
pub(super) mod event_log;
pub(super) mod key;
pub(super) mod owner_references;
pub(super) mod store;
