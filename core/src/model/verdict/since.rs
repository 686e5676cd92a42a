//! Since when something has been so, and what that was taken from: a cluster keeps few beginnings, and a reader must
//! know how good one is.

use jiff::Timestamp;
use serde::Serialize;

use super::words::words;

words! {
    /// What a beginning was taken from.
    SinceFrom {
        Condition: "the last transition of a condition",
        History: "Flux's history of the revision (status.history)",
        Event: "an event",
        Artifact: "when the source's artifact was stored",
        ManagedFields: "when the field was last written (metadata.managedFields)",
        Deletion: "when deletion was asked for",
        Creation: "when the object was created",
        Hold: "when the hold was put there, as it says itself",
    }
}

/// A beginning, written as `since` and `sinceFrom`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Since {
    /// When.
    #[serde(rename = "since")]
    pub time: Timestamp,
    /// What it was taken from.
    #[serde(rename = "sinceFrom")]
    pub from: SinceFrom,
}

impl SinceFrom {
    /// The beginning at a time that was taken from this, where there is one.
    pub(super) fn at(self, time: Option<Timestamp>) -> Option<Since> {
        time.map(|time| Since { time, from: self })
    }
}
