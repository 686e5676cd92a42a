//! Hands the SDK of Resource Manager, which is of another generation than that of credentials, the suite's own
//! connection. It signs requests itself, so that the SDK never holds a token.

use std::collections::HashMap;

use azure_core::time::OffsetDateTime;
use azure_core_legacy::auth::{AccessToken, TokenCredential};
use azure_core_legacy::error::{Error, ErrorKind};
use azure_core_legacy::headers::{HeaderName, HeaderValue, Headers};
use azure_core_legacy::{HttpClient, Method, Request, Response, StatusCode};
use bytes::Bytes;

use crate::azure::connection::ArmConnection;
use crate::azure::error::AzureError;
use crate::azure::request::ArmRequest;
use crate::azure::response::ArmResponse;

/// The credential that the SDK asks for. It gives nothing, and nothing of it leaves.
#[derive(Debug)]
pub(super) struct SignedLater;

#[async_trait::async_trait]
impl TokenCredential for SignedLater {
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
        let malformed = || refused(AzureError::Malformed { request: request.url().path().to_owned() });
        let method = match request.method() {
            Method::Get => http::Method::GET,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
            _ => return Err(malformed()),
        };
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
    let malformed = || AzureError::Malformed { request: request.clone() };
    let (status, headers, body) = response.deconstruct();
    let status = http::StatusCode::from_u16(u16::from(status)).map_err(|_| malformed())?;
    let headers = headers.iter().filter_map(|(name, value)| {
        let name: http::HeaderName = name.as_str().parse().ok()?;
        Some((name, value.as_str().parse().ok()?))
    });
    let headers = headers.collect();
    let body = body.collect().await.map_err(|_| malformed())?;
    Ok(ArmResponse { status, headers, body, request })
}

/// The error that lies in one of the SDK's: ours, which the transport put there.
pub(super) fn failure(error: Error, request: &str) -> AzureError {
    error
        .into_downcast::<AzureError>()
        .unwrap_or_else(|_| AzureError::Malformed { request: request.to_owned() })
}
