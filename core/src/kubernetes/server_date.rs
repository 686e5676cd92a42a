//! Lets every answer of an API server tell its time: a layer directly above the HTTP client, so that each attempt
//! of a request counts by itself and a watch counts when its headers come.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use jiff::Timestamp;
use tower::{Layer, Service};

use crate::wire::ServerClock;

/// Makes [`ServerDate`] services that teach one clock.
#[derive(Clone, Debug)]
pub(super) struct ServerDateLayer {
    clock: ServerClock,
}

impl ServerDateLayer {
    pub(super) fn new(clock: ServerClock) -> Self {
        Self { clock }
    }
}

impl<S> Layer<S> for ServerDateLayer {
    type Service = ServerDate<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ServerDate { inner, clock: self.clock.clone() }
    }
}

/// A client whose answers teach a clock.
#[derive(Clone, Debug)]
pub(super) struct ServerDate<S> {
    inner: S,
    clock: ServerClock,
}

impl<S, B, R> Service<Request<B>> for ServerDate<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    S::Error: 'static,
    R: 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (clock, sent) = (self.clock.clone(), Timestamp::now());
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await?;
            clock.observe(answer.headers(), sent, Timestamp::now());
            Ok(answer)
        })
    }
}
