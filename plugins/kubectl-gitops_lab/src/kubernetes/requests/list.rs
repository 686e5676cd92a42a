//! Lists, in pages and from the past, and the form in which objects are shown.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::accept::Form;
use super::list_document::listing;
use super::path::Target;
use super::presentation::Presentation;
use super::selector::Matching;
use crate::kubernetes::cluster::Cluster;
use crate::kubernetes::requests::stream::Reply;
use crate::kubernetes::{ListQuery, StatusError, Version, refusals, table};
use crate::message::Request;

/// How tokens are written, and read as leniently as Go does.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Where a page ends: the version that the list is of, and the first key that was not listed.
struct Page {
    /// None for a list that goes on at the present.
    version: Option<u64>,
    start: String,
}

impl Cluster {
    /// A list, or a page of one.
    pub(in crate::kubernetes) fn list(
        &self,
        target: &Target,
        listed: &ListQuery,
        form: Form,
        request: &Request,
        now: Timestamp,
    ) -> Result<Reply, StatusError> {
        let page = listed.page.as_deref().map(Page::read).transpose()?;
        let present = self.store.version();
        let version = match (&page, listed.version) {
            (Some(page), _) => page.version.unwrap_or(present),
            (None, Some(Version { number, .. })) if number > present => {
                return Err(StatusError::TooNew { asked: number, now: present });
            }
            (None, Some(Version { number, exact: true })) => number,
            _ => present,
        };
        let Some(objects) = self.store.objects_at(target.place, version) else {
            return Err(forgotten(page.as_ref()));
        };
        let all_namespaces = target.resource.namespaced && target.namespace.is_none();
        let place = |key: &crate::kubernetes::storage::key::Key| match all_namespaces {
            true => format!("/{}/{}", key.namespace, key.name),
            false => format!("/{}", key.name),
        };
        let start = page.map(|page| page.start).unwrap_or_default();
        let mut found = objects
            .iter()
            .map(|(key, object)| (place(key), object))
            .filter(|(place, object)| *place >= start && listed.filter.matches(object));
        let limit = listed.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let items: Vec<_> = found.by_ref().take(limit).collect();
        let remaining = found.count();
        let mut metadata = json!({"resourceVersion": version.to_string()});
        if remaining > 0
            && let Some((last, _)) = items.last()
        {
            metadata["continue"] = json!(Page { version: Some(version), start: format!("{last}\0") }.write());
            // How many match a selector is not counted.
            if listed.filter.labels.is_empty() && listed.filter.fields.is_empty() {
                metadata["remainingItemCount"] = json!(remaining);
            }
        }
        let items: Vec<&Value> = items.iter().map(|(_, object)| object.as_ref()).collect();
        Ok(Reply::json(
            StatusCode::OK,
            listing(&target.resource, metadata, &items, form, &table::Inclusion::asked(request), now),
        ))
    }

    /// One object, in the form that was asked for.
    pub(in crate::kubernetes) fn shown(
        &self,
        object: &Value,
        target: &Target,
        form: Form,
        request: &Request,
        now: Timestamp,
    ) -> Value {
        Presentation::new(form, table::Inclusion::asked(request)).object(&target.resource, object, now)
    }
}

fn forgotten(page: Option<&Page>) -> StatusError {
    let Some(page) = page else {
        return refusals::expired("The resourceVersion for the provided list is too old.", None);
    };
    let told = "The provided continue parameter is too old to display a consistent list result. You can start a \
                new list without the continue parameter, or use the continue token in this response to retrieve \
                the remainder of the results. Continuing with the provided token results in an inconsistent list \
                - objects that were created, modified, or deleted between the time the first chunk was returned \
                and now may show up in the list.";
    let present = Page { version: None, start: page.start.clone() };
    refusals::expired(told, Some(present.write()))
}

impl Page {
    fn read(token: &str) -> Result<Self, StatusError> {
        let refused = |why: String| {
            refusals::bad_request(format!("invalid continue token: continue key is not valid: {why}"))
        };
        let text = BASE64.decode(token);
        let text = text.map_err(|error| refused(format!("illegal base64 data: {error}")))?;
        let odd = text.first().copied().map_or(' ', char::from);
        let read: Value = serde_json::from_slice(&text)
            .map_err(|_| refused(format!("invalid character '{odd}' looking for beginning of value")))?;
        match (read["v"].as_str(), read["rv"].as_i64(), read["start"].as_str()) {
            (Some("meta.k8s.io/v1"), Some(version), Some(start)) if version != 0 => {
                Ok(Self { version: u64::try_from(version).ok(), start: start.to_owned() })
            }
            _ => Err(refused("server does not recognize this encoded version".to_owned())),
        }
    }

    fn write(&self) -> String {
        let version = self.version.and_then(|version| i64::try_from(version).ok()).unwrap_or(-1);
        let token = json!({"v": "meta.k8s.io/v1", "rv": version, "start": self.start});
        BASE64.encode(token.to_string())
    }
}
