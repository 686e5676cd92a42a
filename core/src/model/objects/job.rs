//! Jobs, and the CronJobs that make them.

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, read};

/// A Job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// Metadata.
    pub meta: Meta,
    /// Its conditions.
    pub conditions: Conditions,
    /// How many of its pods have failed.
    pub failed: i64,
    /// Whether it makes no pods for now.
    pub suspended: bool,
}

impl Job {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let status = &object["status"];
        Self {
            meta: Meta::read(object),
            conditions: Conditions::read(status),
            failed: read::count(status, "failed").unwrap_or(0),
            suspended: read::flag(&object["spec"], "suspend"),
        }
    }

    /// Whether it has failed for good.
    pub fn has_failed(&self) -> bool {
        self.conditions.at("Failed", "True").is_some()
    }

    /// Whether it has done what it is for.
    pub fn has_succeeded(&self) -> bool {
        ["Complete", "SuccessCriteriaMet"].iter().any(|kind| self.conditions.at(kind, "True").is_some())
    }
}

/// A CronJob.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CronJob {
    /// Metadata.
    pub meta: Meta,
    /// Whether it makes no Jobs for now.
    pub suspended: bool,
    /// When one of its Jobs succeeded last.
    pub succeeded: Option<Timestamp>,
}

impl CronJob {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        Self {
            meta: Meta::read(object),
            suspended: read::flag(&object["spec"], "suspend"),
            succeeded: read::time(&object["status"], "lastSuccessfulTime"),
        }
    }
}
