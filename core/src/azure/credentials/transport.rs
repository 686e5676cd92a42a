//! Hands `azure_identity` the suite's own transport, so that signing in has the roots, the proxies, the losses and the
//! retries of everything else. The SDK's own retries are switched off.

use std::sync::Arc;

use azure_core::cloud::CustomConfiguration;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{
    AsyncRawResponse, Body, ClientOptions, HttpClient, Method, Request, RetryOptions, StatusCode,
    Transport as SdkTransport,
};
use bytes::Bytes;
use serde_json::Value;

use super::error::SignInError;
use crate::wire::retry::Repeat;
use crate::wire::{BaseUrl, Transport};

/// Options for a credential of the SDK that signs in at an authority over a transport.
pub(super) fn client_options(authority: &BaseUrl, transport: &Transport) -> ClientOptions {
    let client = SignInTransport { authority: authority.clone(), transport: transport.clone() };
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = authority.to_string();
    ClientOptions {
        retry: RetryOptions::none(),
        transport: Some(SdkTransport::new(Arc::new(client))),
        cloud: Some(Arc::new(cloud.into())),
        ..ClientOptions::default()
    }
}

/// Why Entra ID refuses a credential, in its words. The SDK cannot read them: it takes no description with an escaped
/// character in it, and every description has line ends.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct EntraRefusal {
    pub(super) message: String,
}

/// What a refusal says: its description without the identifiers behind it, else its code, else its status.
fn refusal(status: u16, body: &[u8]) -> String {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |key: &str| document[key].as_str().filter(|text| !text.trim().is_empty());
    let description = text("error_description").or(text("error"));
    let line = description.and_then(|text| text.lines().map(str::trim).find(|line| !line.is_empty()));
    match line.map(|line| line.split(" Trace ID:").next().unwrap_or(line)) {
        Some(line) => line.to_owned(),
        None => format!("status {status}"),
    }
}

/// A token that would last for longer than anybody's does, or for a time that is no number. The SDK adds what it reads to
/// the time without a check, and panics.
#[derive(Debug, thiserror::Error)]
#[error("the token says that it lasts for a time that cannot be")]
struct UnusableLife;

/// The longest life of a token, in seconds: a year. Entra ID's last for a day at most.
const LONGEST_LIFE: u64 = 366 * 24 * 3600;

/// Whether the life of the token in an answer can be added to a time. What is no document is left to the SDK.
fn has_bounded_life(body: &[u8]) -> bool {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    ["expires_in", "ext_expires_in"].iter().all(|key| match &document[key] {
        Value::Null => true,
        Value::String(text) => text.trim().parse().is_ok_and(|seconds: u64| seconds <= LONGEST_LIFE),
        seconds => seconds.as_u64().is_some_and(|seconds| seconds <= LONGEST_LIFE),
    })
}

#[derive(Debug)]
struct SignInTransport {
    authority: BaseUrl,
    transport: Transport,
}

impl SignInTransport {
    /// The request as the transport sends it. The secret in its body goes to the authority and to nobody else.
    fn request(&self, request: &Request) -> azure_core::Result<http::Request<Bytes>> {
        let refused = |why: &'static str| Error::with_message(ErrorKind::Other, why);
        let (Body::Bytes(body), Method::Post) = (request.body(), request.method()) else {
            return Err(refused("signing in takes one POST"));
        };
        let uri: http::Uri = request.url().as_str().parse().map_err(|_| refused("no address"))?;
        if !self.authority.is_origin_of(&uri) {
            return Err(refused("another host than the authority's"));
        }
        let mut builder = http::Request::builder().method(http::Method::POST).uri(uri);
        for (name, value) in request.headers().iter() {
            if !name.as_str().eq_ignore_ascii_case("user-agent") {
                builder = builder.header(name.as_str(), value.as_str());
            }
        }
        builder.body(body.clone()).map_err(|_| refused("no request"))
    }
}

#[async_trait::async_trait]
impl HttpClient for SignInTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        // However often a token is asked for, nothing but a token comes of it.
        let answer = self.transport.send(self.request(request)?, Repeat::Freely).await;
        let answer = answer.map_err(|error| Error::new(ErrorKind::Io, SignInError::Unreachable(error)))?;
        let (head, body) = answer.into_parts();
        let status = head.status.as_u16();
        if status == 429 || status >= 500 {
            return Err(Error::new(ErrorKind::Other, SignInError::Failed { status }));
        }
        if status >= 400 {
            return Err(Error::new(ErrorKind::Credential, EntraRefusal { message: refusal(status, &body) }));
        }
        if !has_bounded_life(&body) {
            return Err(Error::new(ErrorKind::Credential, UnusableLife));
        }
        let headers = head.headers.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((HeaderName::from(name.as_str().to_owned()), HeaderValue::from(value.to_owned())))
        });
        let headers = Headers::from(headers.collect::<std::collections::HashMap<_, _>>());
        Ok(AsyncRawResponse::from_bytes(StatusCode::from(status), headers, body))
    }
}

#[cfg(test)]
mod tests {
    use super::has_bounded_life;

    #[test]
    fn no_life_that_is_too_long_to_be_added_to_a_time_reaches_the_sdk() {
        for (life, is_bounded) in [
            ("3599", true),
            ("\"3599\"", true),
            ("31622400", true),
            ("31622401", false),
            ("260000000000", false),
            ("9223372036854775807", false),
            ("18446744073709551616", false),
            ("-1", false),
            ("\"soon\"", false),
            ("null", true),
        ] {
            let body = format!("{{\"access_token\":\"abc\",\"expires_in\":{life}}}");
            assert_eq!(has_bounded_life(body.as_bytes()), is_bounded, "{life}");
        }
        assert!(has_bounded_life(b"<html>"), "the SDK says that it is none");
    }
}
