//! Where does an environment stand, why, and what is the next command: a function from what the cluster
//! said, and the time, to a verdict.
//!
//! Fields decide, never messages: with every message blanked the standings are the same and only the
//! reasons get coarser. Messages serve to name a cause and to be shown.

mod attempt_failure;
mod attempt_memory;
mod build_failure;
mod changes;
mod clues;
mod controller_crash;
mod controller_work;
mod controllers;
mod crash;
mod deadline;
mod delivered_revision;
mod dependencies;
mod diagnosis;
mod drift;
mod durations;
mod environment_verdict;
mod evidence;
mod failure_subject;
mod fetch_failure;
mod finding;
mod health;
mod image_pull;
mod job_trouble;
mod judged;
mod kept_back;
mod kustomization_case;
mod last_try;
mod lost_contact;
mod message;
mod next_commands;
mod not_observed;
mod observation;
mod outage;
mod outlook;
mod picture;
mod pod_node;
mod pod_trouble;
mod readiness;
mod reason;
mod refusal;
mod release_case;
mod release_drift;
mod release_rules;
mod remarks;
mod revision;
mod rule_table;
mod rules;
mod shortage;
mod since;
mod since_limits;
mod source_remarks;
mod standing;
mod status;
mod terminating_namespace;
pub mod timing;
mod wants;
pub(super) mod words;
mod workload_remarks;

pub use super::cluster::Selection;
pub use attempt_failure::{ReportedFailure, is_failure as is_attempt_failure};
pub use durations::{CLOCK_TOLERANCE_SECONDS, age_in_words, ago_in_words};
pub use finding::{Finding, NextCommand, Remark};
pub use lost_contact::{LostContact, time_of_day};
pub use next_commands::resume_command;
pub(in crate::model) use not_observed::ask_its_cluster;
pub use outlook::Outlook;
pub use picture::{Picture, picture};
pub use reason::{Cause, Reason};
pub use revision::{commit, short};
pub use since::{Since, SinceFrom};
pub use standing::Standing;
pub use status::{
    Delivery, EnvironmentStatus, Evidence, FailedFetch, FollowedSource, Ready, ReleaseDelivery,
};
pub use wants::wants;
