//! What a client sends to sign in: a form, and perhaps who it is in a header. All of it may be secret.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;

use crate::message::Request;

const MEDIA: &str = "application/x-www-form-urlencoded";

/// The fields of a form.
pub(super) struct SignInForm(BTreeMap<String, String>);

impl SignInForm {
    /// That of a request; none where it has another body. What basic authentication says stands for fields that are not
    /// there.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let media = request.media().unwrap_or_default();
        let is_form = media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(MEDIA));
        let mut fields: BTreeMap<String, String> = match is_form {
            true => form_urlencoded::parse(&request.body).into_owned().collect(),
            false => return None,
        };
        if let Some((client, secret)) = basic(request) {
            fields.entry("client_id".to_owned()).or_insert(client);
            fields.entry("client_secret".to_owned()).or_insert(secret);
        }
        Some(Self(fields))
    }

    /// A field that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// User and password of basic authentication: both are encoded as in a form, as OAuth wants it.
fn basic(request: &Request) -> Option<(String, String)> {
    let (scheme, credentials) = request.header(AUTHORIZATION)?.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (client, secret) = text.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    Some((decoded(client), decoded(secret)))
}

fn decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map_or_else(String::new, |(text, _)| text.into_owned())
}
