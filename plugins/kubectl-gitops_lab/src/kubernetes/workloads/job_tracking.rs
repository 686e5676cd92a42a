//! The finalizer by which a job's pods are counted, and the conditions of jobs.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::kubernetes::timestamp::time;

/// What holds a pod until its job has counted it.
pub(super) const TRACKING: &str = "batch.kubernetes.io/job-tracking";

/// Whether a pod is held until its job has counted it.
pub(super) fn is_tracked(pod: &Value) -> bool {
    let names = pod["metadata"]["finalizers"].as_array().into_iter().flatten();
    names.into_iter().any(|name| name == TRACKING)
}

pub(super) fn job_condition(kind: &str, reason: &str, message: &str, now: Timestamp) -> Value {
    json!({
        "type": kind,
        "status": "True",
        "lastProbeTime": time(now),
        "lastTransitionTime": time(now),
        "reason": reason,
        "message": message,
    })
}
