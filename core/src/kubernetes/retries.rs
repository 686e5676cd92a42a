//! Drives the retry policy of [`crate::wire::retry`] for requests to an API server.
//!
//! kube's own retries are off: they repeat any method up to 15 times, so that a POST could do its work twice.
//! Answers are read whole here, so that one that breaks off in its middle is asked for again; a stream (a watch, a
//! log that is followed) is handed on as soon as it begins, and what happens to it then is its reader's.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body_util::{BodyExt, Either, Full};
use jiff::Timestamp;
use kube::client::Body;
use tower::{BoxError, Service, ServiceExt};

use super::credentials::CredentialsError;
use crate::wire::retry::{self, Next, Outcome, Patience, Repeat};
use crate::wire::{Loss, TimedOut};

/// A request is repeated so patiently that nobody waits long for a server that is not there.
const PATIENCE: Patience = Patience {
    attempts: 5,
    first: Duration::from_millis(100),
    longest: Duration::from_secs(5),
    limit: Duration::from_secs(90),
};

/// Sends requests to `inner`, again where that does no harm.
#[derive(Clone)]
pub(super) struct Retries<S> {
    inner: S,
    /// How long an answer may take, repetitions included.
    timeout: Option<Duration>,
}

impl<S> Retries<S> {
    pub(super) fn new(inner: S, timeout: Option<Duration>) -> Self {
        Self { inner, timeout }
    }
}

type Answered<B> = Response<Either<Full<Bytes>, B>>;

impl<S, B> Service<Request<Body>> for Retries<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Answered<B>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Answered<B>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            match service.timeout.filter(|_| !is_stream(request.uri())) {
                None => service.send(request).await,
                Some(timeout) => match tokio::time::timeout(timeout, service.send(request)).await {
                    Ok(answered) => answered,
                    Err(_) => Err(TimedOut.into()),
                },
            }
        })
    }
}

impl<S> Retries<S> {
    async fn send<B>(mut self, mut request: Request<Body>) -> Result<Answered<B>, BoxError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Send,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let limit = self.timeout.unwrap_or(PATIENCE.limit);
        let patience = Patience { limit, ..PATIENCE };
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let repeat = repeat(&request);
        let begun = Instant::now();
        let mut attempt = 1;
        loop {
            // A request whose body is a stream itself cannot be had twice.
            let copy = copy(&request);
            let came = self.once(request).await;
            let (outcome, what) = outcome(&came);
            let so_far = (attempt, begun.elapsed(), Timestamp::now());
            let next = retry::next(&patience, so_far, repeat, outcome, fastrand::f64());
            let (Next::Again(pause), Some(copy)) = (next, copy) else {
                return came;
            };
            tracing::debug!("{method} {}: {what}; again in {pause:.1?}", uri.path());
            tokio::time::sleep(pause).await;
            request = copy;
            attempt += 1;
        }
    }

    /// One attempt: an answer that is read whole, or a stream that has begun.
    async fn once<B>(&mut self, request: Request<Body>) -> Result<Answered<B>, BoxError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let is_stream = is_stream(request.uri());
        let (head, body) = self.inner.ready().await?.call(request).await?.into_parts();
        let body = if is_stream && head.status.is_success() {
            Either::Right(body)
        } else {
            let whole = body.collect().await.map_err(Into::into)?;
            Either::Left(Full::new(whole.to_bytes()))
        };
        Ok(Response::from_parts(head, body))
    }
}

/// Reads may be repeated; what else may, says so.
fn repeat(request: &Request<Body>) -> Repeat {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let own = if reads { Repeat::Freely } else { Repeat::Never };
    request.extensions().get::<Repeat>().copied().unwrap_or(own)
}

fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}

/// What came of an attempt, and how it reads in a log.
fn outcome<B>(came: &Result<Answered<B>, BoxError>) -> (Outcome<'_>, String) {
    match came {
        // The policy reads bodies for GitHub's rate limits alone; an API server says 429.
        Ok(answer) => (Outcome::Answer(answer.status(), answer.headers(), &[]), answer.status().to_string()),
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = &**error;
            let loss = Loss::of(error);
            let outcome = if is_about_credentials(error) { Outcome::Hopeless } else { loss.outcome() };
            (outcome, loss.to_string())
        }
    }
}

/// Whether there was nothing to sign the request with. It never came to a connection then.
fn is_about_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<CredentialsError>())
}

/// Whether the answer to a request has no end of its own: a watch, or a log that is followed.
fn is_stream(uri: &Uri) -> bool {
    let pairs = uri.query().unwrap_or_default().split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .any(|(name, value)| matches!(name, "watch" | "follow") && matches!(value, "1" | "true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_and_a_followed_log_are_streams() {
        for (uri, expected) in [
            ("/api/v1/pods?watch=1&timeoutSeconds=290", true),
            ("/api/v1/pods?limit=500&watch=true", true),
            ("/api/v1/namespaces/n/pods/p/log?container=c&follow=true", true),
            ("/api/v1/pods?watch=false", false),
            ("/api/v1/pods?labelSelector=watch%3Dtrue", false),
            ("/api/v1/pods", false),
        ] {
            assert_eq!(is_stream(&Uri::from_static(uri)), expected, "{uri}");
        }
    }

    #[test]
    fn only_reads_are_repeated_unless_a_request_says_so() {
        let request =
            |method: Method| Request::builder().method(method).uri("/x").body(Body::empty()).expect("valid");
        assert_eq!(repeat(&request(Method::GET)), Repeat::Freely);
        for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
            assert_eq!(repeat(&request(method)), Repeat::Never);
        }
        let mut idempotent = request(Method::PATCH);
        idempotent.extensions_mut().insert(Repeat::Freely);
        assert_eq!(repeat(&copy(&idempotent).expect("a copy")), Repeat::Freely);
    }
}
