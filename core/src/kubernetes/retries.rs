//! Drives the retry policy of [`crate::wire::retry`] for requests to an API server.
//!
//! kube's own retries are off: they repeat any method up to 15 times, so that a POST could do its work twice.
//! Answers are read whole here, so that one that breaks off in its middle is asked for again. A stream (a watch, a
//! log that is followed) is handed on as soon as it begins. Its reader resumes it after whatever happens to it, and
//! knows from where; so it is begun again here only when the server never looked at the request.

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
    waits_for_limits: true,
};

/// Sends requests to `inner`, again where that does no harm.
#[derive(Clone)]
pub(super) struct Retries<S> {
    inner: S,
    patience: Patience,
    /// How long an answer may take, repetitions included.
    timeout: Option<Duration>,
}

impl<S> Retries<S> {
    pub(super) fn new(inner: S, timeout: Option<Duration>) -> Self {
        let patience = Patience { limit: timeout.unwrap_or(PATIENCE.limit), ..PATIENCE };
        Self { inner, patience, timeout }
    }

    /// The same, repeated otherwise where that is said.
    pub(super) fn patiently(self, patience: Option<Patience>) -> Self {
        Self { patience: patience.unwrap_or(self.patience), ..self }
    }

    /// For callers that repeat by themselves: every request is sent once.
    pub(super) fn none(inner: S, timeout: Option<Duration>) -> Self {
        Self { inner, patience: Patience { attempts: 1, ..PATIENCE }, timeout }
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
            let timeout = service.timeout.filter(|_| !is_stream(request.uri()));
            let deadline = timeout.map(|timeout| tokio::time::Instant::now() + timeout);
            service.send(request, deadline).await
        })
    }
}

impl<S> Retries<S> {
    /// Sends until there is an answer or the deadline has come. A server that refused and was asked again without an
    /// answer has answered with that refusal: 429 is told as 429.
    async fn send<B>(
        mut self,
        mut request: Request<Body>,
        deadline: Option<tokio::time::Instant>,
    ) -> Result<Answered<B>, BoxError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Send,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let repeat = repeat(&request);
        let begun = Instant::now();
        let mut attempt = 1;
        let mut refusal = None;
        loop {
            // A request whose body is a stream itself cannot be had twice.
            let copy = copy(&request);
            let once = self.once(request);
            let came = match deadline {
                None => once.await,
                Some(deadline) => match tokio::time::timeout_at(deadline, once).await {
                    Ok(came) => came,
                    Err(_) => return refusal.ok_or_else(|| TimedOut.into()),
                },
            };
            let (outcome, what) = outcome(&came);
            let so_far = (attempt, begun.elapsed(), Timestamp::now());
            let next = retry::next(&self.patience, so_far, repeat, outcome, fastrand::f64());
            let (Next::Again(pause), Some(copy)) = (next, copy) else {
                return came;
            };
            tracing::debug!("{method} {}: {what}; again in {pause:.1?}", uri.path());
            refusal = came.ok().or(refusal);
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

/// Reads that have an end may be repeated; what else may, says so.
fn repeat(request: &Request<Body>) -> Repeat {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let own = if reads && !is_stream(request.uri()) { Repeat::Freely } else { Repeat::Never };
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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::wire::ProxyError;

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
        let request = |method: Method, uri: &'static str| {
            Request::builder().method(method).uri(uri).body(Body::empty()).expect("valid")
        };
        assert_eq!(repeat(&request(Method::GET, "/x")), Repeat::Freely);
        assert_eq!(repeat(&request(Method::GET, "/x?watch=1")), Repeat::Never);
        for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
            assert_eq!(repeat(&request(method, "/x")), Repeat::Never);
        }
        let mut idempotent = request(Method::PATCH, "/x");
        idempotent.extensions_mut().insert(Repeat::Freely);
        assert_eq!(repeat(&copy(&idempotent).expect("a copy")), Repeat::Freely);
    }

    /// What comes of the first attempt; the second is answered.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum First {
        Status(u16),
        /// The connection was cut after the request was sent.
        Cut,
        /// The answer breaks off.
        Half,
        /// No connection was made.
        NotConnected,
        /// The server's certificate is not trusted.
        Untrusted,
    }

    type Answer = Either<Full<Bytes>, Broken>;

    /// A body that breaks off.
    struct Broken;

    impl http_body::Body for Broken {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
            Poll::Ready(Some(Err(std::io::ErrorKind::UnexpectedEof.into())))
        }
    }

    fn answer(first: First) -> Result<Response<Answer>, BoxError> {
        let with = |status: u16, body| Response::builder().status(status).body(body).map_err(BoxError::from);
        match first {
            First::Status(status) => with(status, Either::Left(Full::new(Bytes::from_static(b"first")))),
            First::Half => with(200, Either::Right(Broken)),
            First::Cut => Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into()),
            First::NotConnected => Err(ProxyError::Unreachable {
                proxy: "http://proxy:1".to_owned(),
                source: std::io::Error::from(std::io::ErrorKind::ConnectionRefused).into(),
            }
            .into()),
            First::Untrusted => {
                let distrust = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
                Err(std::io::Error::other(distrust).into())
            }
        }
    }

    /// How often a request is sent whose first attempt comes to this.
    async fn attempts(method: Method, uri: &'static str, first: First) -> usize {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let transport = tower::service_fn(move |_: Request<Body>| {
            let is_first = counted.fetch_add(1, Ordering::SeqCst) == 0;
            std::future::ready(answer(if is_first { first } else { First::Status(200) }))
        });
        let mut retries = Retries::new(transport, None);
        retries.patience.first = Duration::from_millis(1);
        let request = Request::builder().method(method).uri(uri).body(Body::from(b"{}".to_vec()));
        let _ = retries.ready().await.expect("ready").call(request.expect("valid")).await;
        count.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn what_is_sent_again_depends_on_the_method_and_on_what_came() {
        const READ: &str = "/api/v1/pods";
        const WATCH: &str = "/api/v1/pods?watch=true";
        for (first, read, watch, write) in [
            (First::Status(200), 1, 1, 1),
            (First::Status(400), 1, 1, 1),
            (First::Status(401), 1, 1, 1),
            (First::Status(403), 1, 1, 1),
            (First::Status(404), 1, 1, 1),
            (First::Status(409), 1, 1, 1),
            (First::Status(410), 1, 1, 1),
            (First::Status(422), 1, 1, 1),
            (First::Status(429), 2, 2, 2),
            (First::Status(500), 2, 1, 1),
            (First::Status(502), 2, 1, 1),
            (First::Status(503), 2, 1, 1),
            (First::Status(504), 2, 1, 1),
            (First::Cut, 2, 1, 1),
            (First::NotConnected, 2, 2, 2),
            (First::Untrusted, 1, 1, 1),
        ] {
            assert_eq!(attempts(Method::GET, READ, first).await, read, "GET: {first:?}");
            assert_eq!(attempts(Method::GET, WATCH, first).await, watch, "watch: {first:?}");
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                assert_eq!(attempts(method.clone(), READ, first).await, write, "{method}: {first:?}");
            }
        }
        assert_eq!(attempts(Method::GET, READ, First::Half).await, 2, "half an answer is none");
        assert_eq!(attempts(Method::GET, WATCH, First::Half).await, 1, "a stream is not read here");
        assert_eq!(attempts(Method::POST, READ, First::Half).await, 1);
    }

    /// Also where the server does not answer at all after it refused.
    #[tokio::test]
    async fn a_refusal_before_the_deadline_is_the_answer_at_it() {
        for refused in [429, 500, 503] {
            let count = Arc::new(AtomicUsize::new(0));
            let transport = tower::service_fn(move |_: Request<Body>| {
                let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
                async move {
                    if !is_first {
                        std::future::pending::<()>().await;
                    }
                    answer(First::Status(refused))
                }
            });
            let mut retries = Retries::new(transport, Some(Duration::from_millis(50)));
            retries.patience.first = Duration::from_millis(1);
            let request = Request::get("/api").body(Body::empty()).expect("valid");
            let answered = retries.call(request).await.expect("an answer");
            assert_eq!(answered.status().as_u16(), refused);
        }
    }

    #[tokio::test]
    async fn the_limit_of_time_counts_for_all_attempts_and_not_for_streams() {
        let hanging = tower::service_fn(|_: Request<Body>| {
            std::future::pending::<Result<Response<Answer>, BoxError>>()
        });
        let limit = Duration::from_millis(5);
        let mut retries = Retries::new(hanging, Some(limit));
        let get = |uri: &'static str| Request::get(uri).body(Body::empty()).expect("valid");
        let Err(error) = retries.call(get("/api")).await else { panic!("nothing answers") };
        assert!(error.is::<TimedOut>());
        assert_eq!(Retries::none((), None).patience.attempts, 1);
        let stream = tokio::time::timeout(limit * 4, retries.call(get("/api?watch=1")));
        assert!(stream.await.is_err(), "a stream may say nothing for as long as it likes");
    }
}
