//! Requests to a host that begin side by side share the first connection where it can be shared.
//!
//! Twenty questions side by side would else be twenty TLS handshakes, which cost more than the answers: the pool
//! beneath learns only from a finished handshake that the server speaks HTTP/2. So the first connection is made
//! alone; where the server takes HTTP/2 the others share it, where it does not they connect as well.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::client::legacy::connect::Connection;
use tokio::sync::Semaphore;
use tower::{BoxError, Service};

/// How long waiting requests trust that the first connection is shared. The pool drops whoever it has served by then to
/// the background; for all others the connection broke before it could be shared, and they are asked again.
const SHARING_LIMIT: Duration = Duration::from_secs(5);

/// Connects once; connections that are asked for meanwhile wait to see whether they are needed.
#[derive(Clone)]
pub(crate) struct SharedConnector<C> {
    inner: C,
    permit: Arc<Semaphore>,
    /// Whether the newest connection can be shared.
    is_shared: Arc<AtomicBool>,
    sharing_limit: Duration,
}

impl<C> SharedConnector<C> {
    pub(crate) fn new(inner: C) -> Self {
        Self {
            inner,
            permit: Arc::new(Semaphore::new(1)),
            is_shared: Arc::default(),
            sharing_limit: SHARING_LIMIT,
        }
    }
}

/// Whatever says where to connect to: connectors of hyper take an address, those of reqwest what only they can read.
impl<C, To> Service<To> for SharedConnector<C>
where
    To: Send + 'static,
    C: Service<To> + Clone + Send + 'static,
    C::Response: Connection + Send,
    C::Future: Send + 'static,
    C::Error: Into<BoxError> + Send,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, to: To) -> Self::Future {
        let (permit, is_shared) = (self.permit.clone(), self.is_shared.clone());
        let sharing_limit = self.sharing_limit;
        // Whoever gets the permit at once is the first, or comes after the first has ended.
        let own = permit.clone().try_acquire_owned();
        let inner = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, inner);
        Box::pin(async move {
            if let Ok(_own) = own {
                let connected = inner.call(to).await;
                let is_http2 = |connection: &C::Response| connection.connected().is_negotiated_h2();
                is_shared.store(connected.as_ref().is_ok_and(is_http2), Ordering::Release);
                return connected.map_err(Into::into);
            }
            drop(permit.acquire_owned().await);
            if is_shared.load(Ordering::Acquire) {
                tokio::time::sleep(sharing_limit).await;
                return Err(io::Error::from(io::ErrorKind::ConnectionAborted).into());
            }
            inner.call(to).await.map_err(Into::into)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures::future::join_all;
    use hyper_util::client::legacy::connect::Connected;

    use super::*;

    /// A connection of HTTP/2, or of HTTP/1.1.
    struct Made {
        is_http2: bool,
    }

    impl Connection for Made {
        fn connected(&self) -> Connected {
            if self.is_http2 { Connected::new().negotiated_h2() } else { Connected::new() }
        }
    }

    /// Connects five times side by side, the first time with this result. How often it connected, and what came of each.
    async fn side_by_side(first: Option<bool>) -> (usize, Vec<bool>) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        let connector = tower::service_fn(move |(): ()| {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::time::sleep(Duration::from_millis(10)).await;
                match (number, first) {
                    (0, None) => Err(BoxError::from("refused")),
                    (_, is_http2) => Ok(Made { is_http2: is_http2.unwrap_or_default() }),
                }
            }
        });
        let limit = Duration::from_millis(20);
        let mut shared = SharedConnector { sharing_limit: limit, ..SharedConnector::new(connector) };
        let calls: Vec<_> = (0..5).map(|_| shared.call(())).collect();
        let outcomes = join_all(calls).await;
        (count.load(Ordering::SeqCst), outcomes.iter().map(Result::is_ok).collect())
    }

    #[tokio::test]
    async fn what_is_shared_is_made_once_however_long_others_wait() {
        assert_eq!(side_by_side(Some(true)).await, (1, vec![true, false, false, false, false]));
    }

    #[tokio::test]
    async fn what_cannot_be_shared_is_made_for_each() {
        assert_eq!(side_by_side(Some(false)).await, (5, vec![true; 5]));
    }

    #[tokio::test]
    async fn the_others_connect_where_the_first_could_not() {
        assert_eq!(side_by_side(None).await, (5, vec![false, true, true, true, true]));
    }
}
