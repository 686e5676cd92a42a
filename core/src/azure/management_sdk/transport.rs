//! Hands the SDK of Resource Manager, which is of another generation than that of credentials, the suite's own
//! connection. It signs requests itself, so that the SDK never holds a token.

use std::collections::HashMap;

use azure_core::time::OffsetDateTime;
use azure_core_legacy::auth::{AccessToken, TokenCredential};
use azure_core_legacy::error::{Error, ErrorKind};
use azure_core_legacy::headers::{HeaderName, HeaderValue, Headers};
use azure_core_legacy::{HttpClient, Request, Response, StatusCode};
use bytes::Bytes;

use crate::azure::connection::ArmConnection;
use crate::azure::error::AzureError;
use crate::azure::request::ArmRequest;
use crate::azure::response::ArmResponse;
use crate::model::harmless;

/// The credential that the SDK asks for. It gives nothing, and nothing of it leaves.
#[derive(Debug)]
pub(super) struct NoToken;

#[async_trait::async_trait]
impl TokenCredential for NoToken {
    async fn get_token(&self, _: &[&str]) -> azure_core_legacy::Result<AccessToken> {
        // It has to say until when it is valid, and the SDK never looks.
        Ok(AccessToken::new(String::new(), OffsetDateTime::UNIX_EPOCH))
    }

    async fn clear_cache(&self) -> azure_core_legacy::Result<()> {
        Ok(())
    }
}

/// The connection, as the SDK's transport.
pub(super) struct SdkTransport {
    pub(super) connection: ArmConnection,
    /// The document of a write. The SDK's models are not sent: they drop what they do not know and add nulls for what
    /// Azure alone sets, and the SDK logs what it sends, which would show protected settings.
    pub(super) body: Option<Bytes>,
}

impl std::fmt::Debug for SdkTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SdkTransport")
    }
}

#[async_trait::async_trait]
impl HttpClient for SdkTransport {
    async fn execute_request(&self, request: &Request) -> azure_core_legacy::Result<Response> {
        let refused = |error: AzureError| Error::new(ErrorKind::Other, error);
        let method: http::Method = request.method().as_ref().parse().expect("the SDK's methods are HTTP's");
        let body = self.body.clone();
        let request = ArmRequest { body, ..ArmRequest::new(method, request.url().as_str()) };
        let response = self.connection.send(request).await.map_err(refused)?;
        let status =
            StatusCode::try_from(response.status.as_u16()).map_err(|_| refused(response.malformed()))?;
        let headers = response.headers.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((HeaderName::from(name.as_str().to_owned()), HeaderValue::from(value.to_owned())))
        });
        let headers = Headers::from(headers.collect::<HashMap<_, _>>());
        let body = futures::stream::iter([Ok::<Bytes, Error>(response.body)]);
        Ok(Response::new(status, headers, Box::pin(body)))
    }
}

/// A raw response of the SDK's as one of ours.
pub(super) async fn raw(response: Response, request: String) -> Result<ArmResponse, AzureError> {
    let (status, headers, body) = response.deconstruct();
    let status = http::StatusCode::from_u16(u16::from(status)).expect("the transport had it from HTTP");
    let headers = headers.iter().filter_map(|(name, value)| {
        let name: http::HeaderName = name.as_str().parse().ok()?;
        Some((name, value.as_str().parse().ok()?))
    });
    let headers = headers.collect();
    let body = body.collect().await.expect("the transport has read it whole");
    Ok(ArmResponse { status, headers, body, request })
}

/// The error that lies in one of the SDK's: ours, which the transport put there, else that it made no request.
pub(super) fn failure(error: Error, request: &str) -> AzureError {
    error.into_downcast::<AzureError>().unwrap_or_else(|error| AzureError::Unsendable {
        request: request.to_owned(),
        why: harmless(&error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Failure;

    #[test]
    fn an_error_of_the_sdk_is_ours_or_says_that_no_request_was_made() {
        let ours = AzureError::Failed { request: "GET /x".to_owned(), status: 502 };
        assert_eq!(
            failure(Error::new(ErrorKind::Other, ours), "GET /y").to_string(),
            "Azure failed with 502: GET /x"
        );
        let its_own = failure(Error::message(ErrorKind::Other, "no base"), "GET /y");
        assert_eq!(its_own.to_string(), "the request cannot be made: GET /y: no base");
        assert!(its_own.hint().is_some() && !its_own.is_transient());
    }
}
