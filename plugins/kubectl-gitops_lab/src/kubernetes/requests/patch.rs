//! Patching: what a patch makes of an object, or why it is refused.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::accept::Form;
use super::options::{PatchKind, WriteOptions};
use super::path::Target;
use super::update::{Replacement, manager, type_of, written};
use super::{body, go_values, json_patch};
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::schema::decoding::Undecodable;
use crate::kubernetes::schema::immutable::same_name;
use crate::kubernetes::schema::strategic_merge;
use crate::kubernetes::{Resource, StatusError, refusals};
use crate::message::Request;

impl Cluster {
    /// `PATCH`
    pub(in crate::kubernetes) fn patch(
        &mut self,
        request: &Request,
        target: &Target,
        name: &str,
        form: Form,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let resource = &target.resource;
        let kind = PatchKind::of(request, resource)?;
        let options = WriteOptions::read(request, "PatchOptions")?;
        options.fit(&kind)?;
        if kind == PatchKind::Apply {
            return self.apply(request, target, name, form, now);
        }
        let before = self.object(resource, &self.key(target, name))?;
        let mut object = patched(resource, kind, &before, &body::patch(&request.body)?)?;
        let warnings = body::fit(target, &mut object, options.strictness)?;
        same_name(&object, name)?;
        let manager = manager(request, &options, target);
        let replacement = Replacement { object, manager, managers: None, dry_run: options.dry_run };
        let object = self.replace(target, name, replacement, now)?;
        let value = self.shown(&object, target, form, request, now);
        Ok(written(StatusCode::OK, value, warnings))
    }
}

/// What `patch` makes of an object, if that can still be read.
fn patched(
    resource: &Resource,
    kind: PatchKind,
    before: &Value,
    patch: &Value,
) -> Result<Value, StatusError> {
    let mut object = before.clone();
    match kind {
        PatchKind::Json if !patch.is_array() => {
            let why = "json: cannot unmarshal object into Go value of type jsonpatch.Patch";
            return Err(refusals::bad_request(why));
        }
        PatchKind::Json => {
            object = json_patch::json(before, patch).ok_or_else(refusals::unpatchable)?;
        }
        PatchKind::Strategic => strategic_merge::merge(type_of(resource), &mut object, patch)
            .map_err(|error| refusals::unmergeable(&error))?,
        _ => json_patch::merge(&mut object, patch),
    }
    match body::undecodable(resource, &object) {
        Some(Undecodable::Bytes(why)) if kind == PatchKind::Strategic => {
            let why = format!("error decoding from json: {why}");
            Err(refusals::undecodable_patch(&go_values::printed(patch), &why))
        }
        Some(found) if kind != PatchKind::Strategic => {
            Err(refusals::undecodable_patch(&object.to_string(), &found.to_string()))
        }
        _ => Ok(object),
    }
}
