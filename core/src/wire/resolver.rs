//! Names to addresses, by the system's resolver, with an error that says by its type that a name was not found.
//!
//! The clients' own resolvers pass on what the system says, which is text in the system's language.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns;
use tower::{BoxError, Service};

/// A name that the system cannot resolve.
#[derive(Debug, thiserror::Error)]
#[error("no address is known for the name")]
pub(crate) struct NameNotFound {
    source: io::Error,
}

/// Asks the system, on a thread that may wait.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Resolver;

impl Resolver {
    async fn addresses(name: String) -> Result<vec::IntoIter<SocketAddr>, NameNotFound> {
        let found = tokio::net::lookup_host((name, 0)).await.map_err(|source| NameNotFound { source })?;
        Ok(found.collect::<Vec<_>>().into_iter())
    }
}

impl Service<dns::Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = NameNotFound;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, NameNotFound>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NameNotFound>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: dns::Name) -> Self::Future {
        Box::pin(Self::addresses(name.as_str().to_owned()))
    }
}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async move {
            let addresses = Self::addresses(name.as_str().to_owned()).await.map_err(BoxError::from)?;
            Ok(Box::new(addresses) as reqwest::dns::Addrs)
        })
    }
}
