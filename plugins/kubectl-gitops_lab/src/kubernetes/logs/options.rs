//! What of a log is asked for, and the refusal of what makes no sense.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::kubernetes::refusals::Cause;
use crate::kubernetes::{StatusError, refusals};
use crate::message::Request;

/// What of a log is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct LogOptions {
    pub(super) container: Option<String>,
    pub(super) follow: bool,
    pub(super) previous: bool,
    pub(super) timestamps: bool,
    /// Nothing that was written before.
    pub(super) since: Option<Timestamp>,
    /// So many of the last lines.
    pub(super) tail: Option<usize>,
    /// So many bytes.
    pub(super) limit: Option<usize>,
}

impl LogOptions {
    /// Those of the query of a log of `pod`.
    pub(super) fn read(request: &Request, pod: &str, now: Timestamp) -> Result<Self, StatusError> {
        let parameters = request.parameters();
        let text = |name: &str| parameters.get(name).filter(|text| !text.is_empty());
        let flag = |name: &str| matches!(text(name).map(String::as_str), Some("true" | "1"));
        let number = |name: &str| -> Result<Option<i64>, StatusError> {
            let Some(text) = text(name) else { return Ok(None) };
            let read = text.parse().map(Some);
            read.map_err(|_| {
                refusals::bad_request(format!("strconv.ParseInt: parsing {text:?}: invalid syntax"))
            })
        };
        let (tail, limit) = (number("tailLines")?, number("limitBytes")?);
        let seconds = number("sinceSeconds")?;
        let time: Option<Timestamp> = text("sinceTime").and_then(|time| time.parse().ok());
        let mut causes = Vec::new();
        let mut least = |field: &str, value: Option<i64>, least: i64, what: &str| {
            if let Some(value) = value.filter(|value| *value < least) {
                causes.push(Cause::invalid(field, format!("{value}: must be greater than {what}0")));
            }
        };
        least("tailLines", tail, 0, "or equal to ");
        least("limitBytes", limit, 1, "");
        least("sinceSeconds", seconds, 1, "");
        if seconds.is_some() && time.is_some() {
            let why = "at most one of `sinceTime` or `sinceSeconds` may be specified";
            causes.push(Cause::forbidden("sinceSeconds", why));
        }
        if !causes.is_empty() {
            let details = json!({"name": pod, "kind": "PodLogOptions"});
            return Err(refusals::invalid_as("PodLogOptions", pod, details, &causes));
        }
        let count = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let before = |seconds: i64| now.checked_sub(SignedDuration::from_secs(seconds)).ok();
        Ok(Self {
            container: text("container").cloned(),
            follow: flag("follow"),
            previous: flag("previous"),
            timestamps: flag("timestamps"),
            since: seconds.and_then(before).or(time),
            tail: tail.map(count),
            limit: limit.map(count),
        })
    }
}
