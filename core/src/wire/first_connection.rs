//! Requests to a host that begin side by side share the first connection where it can be shared.
//!
//! Twenty questions side by side would else be twenty TLS handshakes, which cost more than the answers: the pool
//! beneath learns only from a finished handshake that the server speaks HTTP/2. So the first connection is made
//! alone; where the server takes HTTP/2 the others share it, where it does not they connect as well.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::client::legacy::connect::Connection;
use tokio::sync::Semaphore;
use tower::Service;

/// How long waiting requests trust that the first connection is shared. They connect after all where it broke
/// before it could be.
const TRUST: Duration = Duration::from_secs(10);

/// Connects once; connections that are asked for meanwhile wait to see whether they are needed.
#[derive(Clone)]
pub(crate) struct FirstAlone<C> {
    inner: C,
    turn: Arc<Semaphore>,
    is_shared: Arc<AtomicBool>,
}

impl<C> FirstAlone<C> {
    pub(crate) fn new(inner: C) -> Self {
        Self { inner, turn: Arc::new(Semaphore::new(1)), is_shared: Arc::default() }
    }
}

/// Whatever says where to connect to: connectors of hyper take an address, those of reqwest what only they can read.
impl<C, To> Service<To> for FirstAlone<C>
where
    To: Send + 'static,
    C: Service<To> + Clone + Send + 'static,
    C::Response: Connection + Send,
    C::Future: Send + 'static,
    C::Error: Send,
{
    type Response = C::Response;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, C::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, to: To) -> Self::Future {
        let (turn, is_shared) = (self.turn.clone(), self.is_shared.clone());
        // Whoever finds the turn free is the first, or comes after the first has ended.
        let free = turn.clone().try_acquire_owned();
        let inner = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, inner);
        Box::pin(async move {
            let _turn = match free {
                Ok(turn) => Some(turn),
                Err(_) => {
                    let waited = turn.acquire_owned().await.ok();
                    drop(waited);
                    if is_shared.load(Ordering::Acquire) {
                        tokio::time::sleep(TRUST).await;
                    }
                    None
                }
            };
            let connection = inner.call(to).await?;
            if connection.connected().is_negotiated_h2() {
                is_shared.store(true, Ordering::Release);
            }
            Ok(connection)
        })
    }
}
