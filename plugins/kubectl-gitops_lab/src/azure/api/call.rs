//! A request on its way to its answer: who asks, and what its path, query and body say.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::azure::entra::TokenClaims;
use crate::azure::instance::Azure;
use crate::azure::resources::ResourceId;
use crate::message::Request;
use crate::path_pattern::PathParameters;

/// A request on its way.
pub(in crate::azure) struct Call<'a> {
    pub(in crate::azure) azure: &'a mut Azure,
    pub(in crate::azure) request: &'a Request,
    pub(in crate::azure) now: Timestamp,
    /// Who asks; nobody where nobody has to be somebody.
    pub(in crate::azure) caller: Option<TokenClaims>,
    pub(in crate::azure) words: PathParameters,
}

impl Call<'_> {
    /// A word of the path.
    pub(in crate::azure) fn word(&self, name: &str) -> &str {
        self.words.iter().find(|(key, _)| *key == name).map_or("", |(_, word)| word)
    }

    /// A parameter of the query. Names count in any case: clients write `api-Version`, and so does Azure.
    pub(in crate::azure) fn parameter(&self, name: &str) -> Option<String> {
        let pairs = form_urlencoded::parse(self.request.query.as_bytes());
        let found = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).last();
        found.map(|(_, value)| value.into_owned())
    }

    /// The version of the API that is asked.
    pub(in crate::azure) fn version(&self) -> String {
        self.parameter("api-version").unwrap_or_default()
    }

    /// The body, which is an object.
    pub(in crate::azure) fn body(&self) -> Result<Map<String, Value>, Refusal> {
        let invalid = |why: &str| {
            let message = format!("The request content was invalid and could not be deserialized: '{why}'.");
            Refusal::bad("InvalidRequestContent", message)
        };
        match serde_json::from_slice(&self.request.body) {
            Ok(Value::Object(fields)) => Ok(fields),
            Ok(_) => Err(invalid("the content is not an object")),
            Err(error) => Err(invalid(&error.to_string())),
        }
    }

    /// The application that asks.
    pub(in crate::azure) fn client(&self) -> &str {
        self.caller.as_ref().map_or("", |caller| &caller.client)
    }

    /// The id of the path's subscription.
    pub(in crate::azure) fn subscription(&self) -> ResourceId {
        ResourceId::new(&format!("/subscriptions/{}", self.word("subscription")))
    }

    /// The id of the path's resource group.
    pub(in crate::azure) fn group(&self) -> ResourceId {
        ResourceId::new(&format!("{}/resourceGroups/{}", self.subscription(), self.word("group")))
    }
}

/// The location of a body, without which there is no resource.
pub(in crate::azure) fn required_location(body: &Map<String, Value>) -> Result<&str, Refusal> {
    let location = body.get("location").and_then(Value::as_str).filter(|location| !location.is_empty());
    location.ok_or_else(|| {
        Refusal::bad("LocationRequired", "The location property is required for this definition.")
    })
}
