//! The one way of a request to Resource Manager: signed, sent, its refusals made into errors.
//!
//! The token goes to the scheme, host and port of the configured endpoint and to nobody else, whatever an answer points
//! to. A request that is refused because its token has expired or was revoked is signed once anew: nothing came of it.

use std::sync::Arc;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode, Uri};
use jiff::Timestamp;

use super::credentials::{AccessToken, TokenStore};
use super::error::AzureError;
use super::request::ArmRequest;
use super::response::ArmResponse;
use crate::wire::{BaseUrl, Clock, ServerClock, ServerTime, Transport};

/// Resource Manager as the holder of a credential reaches it. Cheap to clone.
#[derive(Clone)]
pub(super) struct ArmConnection {
    transport: Transport,
    endpoint: BaseUrl,
    tokens: Arc<TokenStore>,
    server_clock: ServerClock,
    clock: Clock,
}

impl ArmConnection {
    pub(super) fn new(transport: Transport, endpoint: BaseUrl, tokens: TokenStore, clock: Clock) -> Self {
        Self { transport, endpoint, tokens: Arc::new(tokens), server_clock: ServerClock::default(), clock }
    }

    /// The endpoint: `https://management.azure.com`.
    pub(super) fn endpoint(&self) -> &BaseUrl {
        &self.endpoint
    }

    /// The clock to wait by.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The tokens, and the credential that they are got by.
    pub(super) fn tokens(&self) -> &TokenStore {
        &self.tokens
    }

    /// The time at Azure, as far as it is known.
    pub(super) fn now(&self) -> Timestamp {
        ServerTime::decide(self.clock.now(), self.clock.is_given(), self.server_clock.offset()).now
    }

    /// Sends a request; whatever is no success is an error.
    pub(super) async fn send(&self, request: ArmRequest) -> Result<ArmResponse, AzureError> {
        let response = self.send_any(request).await?;
        if response.status.is_success() { Ok(response) } else { Err(self.refusal(&response)) }
    }

    /// The error that a response means which is no success.
    pub(super) fn refusal(&self, response: &ArmResponse) -> AzureError {
        response.refusal(self.tokens.credential(), self.tokens.redaction(), self.now())
    }

    /// Sends a request, and returns the response whatever its status.
    pub(super) async fn send_any(&self, request: ArmRequest) -> Result<ArmResponse, AzureError> {
        let description = request.describe();
        let address = self.address(&request.target, &description)?;
        let token = self.tokens.current().await?;
        let response = self.send_once(&request, &address, &token, &description).await?;
        if response.status != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        // The request was turned away before it was looked at, so that even a write may be sent again.
        let token = self.tokens.renewed(&token).await?;
        self.send_once(&request, &address, &token, &description).await
    }

    /// The address of a target, if it is at the endpoint.
    fn address(&self, target: &str, description: &str) -> Result<Uri, AzureError> {
        let malformed = || AzureError::Malformed { request: description.to_owned() };
        let uri: Uri = target.parse().map_err(|_| malformed())?;
        if uri.authority().is_none() {
            return self.endpoint.address(&uri).map_err(|_| malformed());
        }
        if !self.endpoint.is_origin_of(&uri) {
            return Err(AzureError::other_host(description, target));
        }
        Ok(uri)
    }

    async fn send_once(
        &self,
        request: &ArmRequest,
        address: &Uri,
        token: &AccessToken,
        description: &str,
    ) -> Result<ArmResponse, AzureError> {
        let authorization = format!("Bearer {}", token.secret().expose());
        let mut authorization =
            HeaderValue::from_str(&authorization).expect("the store keeps no token that is no header");
        authorization.set_sensitive(true);
        let builder = http::Request::builder()
            .method(request.method.clone())
            .uri(address.clone())
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, authorization);
        let builder = match &request.body {
            Some(_) => builder.header(CONTENT_TYPE, "application/json"),
            None => builder,
        };
        let body = request.body.clone().unwrap_or_default();
        let whole = builder.body(body).expect("method, address and headers are valid each");
        let sent = Timestamp::now();
        let response = self.transport.send(whole, request.repeat).await.map_err(AzureError::Unreachable)?;
        self.server_clock.observe(response.headers(), sent, Timestamp::now());
        let (head, body) = response.into_parts();
        tracing::debug!("{description}: {}", head.status);
        Ok(ArmResponse { status: head.status, headers: head.headers, body, request: description.to_owned() })
    }
}
