//! The verdict of the end-to-end test of what is deployed.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::github::StatusState;

/// The verdict of an end-to-end test. It is of one commit of the gitops repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tested {
    /// The state of the commit status `e2e/<environment>`.
    pub state: StatusState,
    /// What it says.
    pub description: String,
    /// When it was set.
    pub as_of: Option<Timestamp>,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
