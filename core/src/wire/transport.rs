//! The HTTPS client of GitHub and of Azure: whole requests, whole answers, one retry policy ([`super::retry`]).
//!
//! Answers are read to their end before anybody sees them, so that half an answer is an error and not data.
//! Redirects are the callers': a token must not follow one to another host. Kubernetes has a client of its own,
//! whose answers may be streams, on the same policy and the same losses.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use jiff::Timestamp;

use super::host_clients::HostClients;
use super::loss::{Cause, Loss};
use super::proxies::Proxies;
use super::retry::{self, Next, Outcome, Patience, Repeat};
use super::roots::Roots;

/// The most bytes that a body may have. Every answer that the suite needs is far smaller.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// The settings of a [`Transport`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// Roots to trust besides the system's.
    pub roots: Roots,
    /// The proxies that requests go through.
    pub proxies: Proxies,
    /// The `User-Agent`.
    pub agent: String,
    /// How long one answer may take.
    pub timeout: Duration,
    /// How requests are repeated.
    pub patience: Patience,
}

/// Sends requests. Cheap to clone; connections are shared.
#[derive(Clone, Debug)]
pub struct Transport {
    clients: HostClients,
    patience: Patience,
}

impl Transport {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// A proxy's address cannot be used, or TLS cannot be spoken.
    pub fn new(settings: &Settings) -> Result<Self, TransportError> {
        Ok(Self { clients: HostClients::new(settings)?, patience: settings.patience })
    }

    /// Sends a request, repeats it as the retry policy says, and reads the answer whole.
    ///
    /// # Errors
    /// There is no whole answer.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        repeat: Repeat,
    ) -> Result<Response<Bytes>, TransportError> {
        let host = host(request.uri());
        let client = self.clients.of(request.uri())?;
        let begun = Instant::now();
        let mut attempt = 1;
        loop {
            let result = Self::send_once(&client, request.clone()).await;
            let outcome = match &result {
                Ok(answer) => Outcome::Answer(answer.status(), answer.headers(), answer.body()),
                Err(loss) => loss.outcome(),
            };
            let so_far = (attempt, begun.elapsed(), Timestamp::now());
            let Next::Again(pause) = retry::next(&self.patience, so_far, repeat, outcome, fastrand::f64())
            else {
                return result.map_err(|loss| TransportError::Lost { host, loss });
            };
            let why = match &result {
                Ok(answer) => answer.status().to_string(),
                Err(loss) => loss.to_string(),
            };
            tracing::debug!("{} {}: {why}; again in {pause:.1?}", request.method(), request.uri().path());
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    async fn send_once(client: &reqwest::Client, request: Request<Bytes>) -> Result<Response<Bytes>, Loss> {
        let request = reqwest::Request::try_from(request).map_err(|error| Loss::of(&error))?;
        let mut answer = client.execute(request).await.map_err(|error| Loss::of(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| Loss::of(&error))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(Loss { cause: Cause::TooLarge, is_sent: true });
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = Response::new(Bytes::from(body));
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = std::mem::take::<HeaderMap>(answer.headers_mut());
        Ok(whole)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransportError {
    /// The client cannot be made.
    #[error("no HTTPS client: {why}")]
    Unusable {
        /// What is wrong.
        why: String,
    },
    /// A proxy variable does not hold the address of a proxy.
    #[error("HTTPS_PROXY or HTTP_PROXY is not the address of a proxy")]
    Proxy,
    /// The request got no whole answer.
    #[error("{host} cannot be asked: {loss}")]
    Lost {
        /// The host of the request.
        host: String,
        /// What happened.
        loss: Loss,
    },
}

fn host(uri: &Uri) -> String {
    uri.host().unwrap_or_default().to_owned()
}
