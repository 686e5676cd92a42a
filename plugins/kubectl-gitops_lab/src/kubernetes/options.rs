//! How a write is meant: the options of its query, and the kind of a patch.

use serde_json::json;

use super::decoding::Strictness;
use super::refusals::{self, Cause};
use super::reply::Request;
use crate::api::Refusal;
use crate::recording::Resource;

/// How a write is meant.
pub(super) struct Options {
    pub(super) dry_run: bool,
    pub(super) strictness: Strictness,
}

impl Options {
    /// Those of the query of `what` (`CreateOptions`, …).
    pub(super) fn read(request: &Request, what: &str) -> Result<Self, Refusal> {
        let parameters = request.parameters();
        let value = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
        let unsupported = |field: &str, value: String, supported: &str| {
            let cause = Cause::unsupported(field, format!("{value}: supported values: {supported}"));
            let details = json!({"group": "meta.k8s.io", "kind": what});
            refusals::invalid_as(&format!("{what}.meta.k8s.io"), "", details, &[cause])
        };
        let dry_run = match value("dryRun") {
            "" => false,
            "All" => true,
            other => return Err(unsupported("dryRun", json!([other]).to_string(), "\"All\"")),
        };
        let strictness = match value("fieldValidation") {
            "Ignore" => Strictness::Ignore,
            "" | "Warn" => Strictness::Warn,
            "Strict" => Strictness::Strict,
            other => {
                let supported = "\"Ignore\", \"Strict\", \"Warn\"";
                return Err(unsupported("fieldValidation", json!(other).to_string(), supported));
            }
        };
        Ok(Self { dry_run, strictness })
    }
}

/// The kinds of patch that are served.
pub(super) enum PatchKind {
    Json,
    Merge,
    Strategic,
}

impl PatchKind {
    pub(super) fn of(request: &Request, resource: &Resource) -> Result<Self, Refusal> {
        let media = request.media.as_deref().unwrap_or_default();
        match media.split(';').next().unwrap_or_default().trim() {
            "application/json-patch+json" => Ok(PatchKind::Json),
            "application/merge-patch+json" => Ok(PatchKind::Merge),
            "application/apply-patch+yaml" => Err(refusals::unknown("server-side apply")),
            _ if resource.is_custom() => Err(refusals::unsupported_media(
                "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
            )),
            "application/strategic-merge-patch+json" => Ok(PatchKind::Strategic),
            _ => Err(refusals::unsupported_patch()),
        }
    }
}
