//! The post-deployment gate: looks at every configuration that follows an environment's branch until the decision of
//! [`crate::model::post_deployment`] is made.
//!
//! Resource Graph lists the configurations, Resource Manager confirms those that decide, clusters at hand are watched,
//! GitHub tells which commits deploy the same. A question that fails is asked again at the next look: only the deadline
//! ends the waiting for an answer. Nothing is changed anywhere but the commit status that was asked for, so that a gate
//! that was killed is run again.

mod at_hand;
mod azure_evidence;
mod commits;
mod error;
mod gate;
mod looks;
mod policy;
mod record;
mod report;
mod report_of_look;
mod request;
mod target;
mod waiting;

pub use error::{GithubNotAsked, SettleError};
pub use gate::{Settlement, settlement};
pub use record::{RecordOutcome, StatusRecord};
pub use report::{GateDocument, GateReport, GateScope};
pub use request::{ChosenPolicy, GateRequest, GateStart, RunLink};
