//! Signs requests. A request that the server refuses with 401 was not carried out, so it is sent once more where
//! its credentials can be renewed, writes included.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use kube::client::Body;
use tower::{BoxError, Layer, Service, ServiceExt};

use super::source::{Credential, Credentials};

/// Puts [`Credentials`] before a client.
#[derive(Clone)]
pub(in crate::kubernetes) struct CredentialsLayer(Credentials);

impl CredentialsLayer {
    pub(in crate::kubernetes) fn new(credentials: Credentials) -> Self {
        Self(credentials)
    }
}

impl<S> Layer<S> for CredentialsLayer {
    type Service = Signed<S>;

    fn layer(&self, inner: S) -> Signed<S> {
        Signed { inner, credentials: self.0.clone() }
    }
}

/// A client whose requests are signed.
#[derive(Clone)]
pub(in crate::kubernetes) struct Signed<S> {
    inner: S,
    credentials: Credentials,
}

impl<S, B> Service<Request<Body>> for Signed<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Send,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<B>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The client is waited for when there are credentials.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let (mut inner, credentials) = (self.inner.clone(), self.credentials.clone());
        Box::pin(async move {
            let credential = credentials.current().await?;
            let copy = copy(&request);
            sign(&mut request, &credentials, &credential);
            let answer = inner.ready().await.map_err(Into::into)?.call(request).await.map_err(Into::into)?;
            let (StatusCode::UNAUTHORIZED, Some(mut again)) = (answer.status(), copy) else {
                return Ok(answer);
            };
            match credentials.renewed(&credential).await {
                Ok(Some(renewed)) => {
                    sign(&mut again, &credentials, &renewed);
                    let client = inner.ready().await.map_err(Into::into)?;
                    client.call(again).await.map_err(Into::into)
                }
                Ok(None) => Ok(answer),
                Err(error) => {
                    // The refusal says what matters; why there are no others is for whoever looks closer.
                    tracing::info!("credentials cannot be renewed: {error}");
                    Ok(answer)
                }
            }
        })
    }
}

fn sign(request: &mut Request<Body>, credentials: &Credentials, credential: &Arc<Credential>) {
    let headers = request.headers_mut();
    if let Some(authorization) = &credential.authorization {
        headers.insert(AUTHORIZATION, authorization.clone());
    }
    for (name, value) in credentials.impersonation() {
        headers.append(name.clone(), value.clone());
    }
}

/// The same request; nothing where its body is a stream, which cannot be had twice.
fn copy(request: &Request<Body>) -> Option<Request<Body>> {
    let mut copy = Request::new(request.body().try_clone()?);
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    Some(copy)
}
