//! How a write is meant: the options of its query, and the kind of a patch.

use serde_json::json;

use super::body::Strictness;
use crate::kubernetes::refusals::Cause;
use crate::kubernetes::{Resource, StatusError, refusals};
use crate::message::Request;

/// How a write is meant.
pub(in crate::kubernetes) struct WriteOptions {
    pub(in crate::kubernetes) dry_run: bool,
    pub(in crate::kubernetes) strictness: Strictness,
    /// Under what name the writer owns what it writes; nothing where it does not say.
    pub(in crate::kubernetes) manager: String,
    /// Whether an apply takes what others own.
    pub(in crate::kubernetes) force: bool,
    is_forced: Option<bool>,
}

impl WriteOptions {
    /// Those of the query of `what` (`CreateOptions`, …).
    pub(in crate::kubernetes) fn read(request: &Request, what: &str) -> Result<Self, StatusError> {
        let parameters = request.parameters();
        let value = |name: &str| parameters.get(name).map(String::as_str).unwrap_or_default();
        let unsupported = |field: &str, value: String, supported: &str| {
            let cause = Cause::unsupported(field, format!("{value}: supported values: {supported}"));
            invalid(what, &cause)
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
        let manager = value("fieldManager").to_owned();
        if manager.len() > 128 {
            let cause = Cause::too_long("fieldManager", "may not be more than 128 bytes");
            return Err(invalid(what, &cause));
        }
        let is_forced = parameters.get("force").map(|value| value == "true" || value == "1");
        Ok(Self { dry_run, strictness, manager, force: is_forced == Some(true), is_forced })
    }

    /// Refuses what a kind of patch needs and has not, or has and cannot use.
    pub(in crate::kubernetes) fn fit(&self, kind: &PatchKind) -> Result<(), StatusError> {
        let cause = match kind {
            PatchKind::Apply if self.manager.is_empty() => {
                let mut cause = Cause::required("fieldManager");
                cause.message += ": is required for apply patch";
                cause
            }
            PatchKind::Apply => return Ok(()),
            _ if self.is_forced.is_some() => {
                Cause::forbidden("force", "may not be specified for non-apply patch")
            }
            _ => return Ok(()),
        };
        Err(invalid("PatchOptions", &cause))
    }
}

/// Options of a kind that are not well.
fn invalid(what: &str, cause: &Cause) -> StatusError {
    let details = json!({"group": "meta.k8s.io", "kind": what});
    refusals::invalid_as(&format!("{what}.meta.k8s.io"), "", details, std::slice::from_ref(cause))
}

/// The kinds of patch that are served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::kubernetes) enum PatchKind {
    Json,
    Merge,
    Strategic,
    Apply,
}

impl PatchKind {
    pub(in crate::kubernetes) fn of(request: &Request, resource: &Resource) -> Result<Self, StatusError> {
        let media = request.media().unwrap_or_default();
        match media.split(';').next().unwrap_or_default().trim() {
            "application/json-patch+json" => Ok(PatchKind::Json),
            "application/merge-patch+json" => Ok(PatchKind::Merge),
            "application/apply-patch+yaml" => Ok(PatchKind::Apply),
            _ if resource.is_custom() => Err(refusals::unsupported_media(
                "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
            )),
            "application/strategic-merge-patch+json" => Ok(PatchKind::Strategic),
            _ => Err(refusals::unsupported_patch()),
        }
    }
}
