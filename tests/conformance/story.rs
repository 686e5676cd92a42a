//! What the plugin told, what it should have told, and how that is shown to a person.

pub(crate) mod expectation;
pub(crate) mod moment;
pub(crate) mod next;
pub(crate) mod recording;
pub(crate) mod report;
pub(crate) mod transcript;
pub(crate) mod watch;
