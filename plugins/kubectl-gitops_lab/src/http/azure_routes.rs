//! Azure over HTTPS: Resource Manager, Resource Graph and the authority that signs in, on one host.

use std::sync::Arc;

use http::Response;
use jiff::Timestamp;
use tokio_rustls::TlsAcceptor;

use super::middleware::Routes;
use super::server::{Body, ConnectionHandling, Cut, respond};
use super::shared_world::SharedWorld;
use crate::azure::Azure;
use crate::message::Request;
use crate::world::{Host, RequestLine, World};

/// What requests are answered from.
pub(super) struct AzureRoutes {
    pub(super) world: Arc<SharedWorld>,
    pub(super) acceptor: TlsAcceptor,
}

impl Routes for AzureRoutes {
    fn connection_handling(&self) -> ConnectionHandling {
        ConnectionHandling::Tls(self.acceptor.clone())
    }

    fn line(&self, request: &Request, world: &World, now: Timestamp) -> RequestLine {
        RequestLine {
            host: Host::Azure,
            site: None,
            actor: world.azure.actor(request, now),
            method: request.method.to_string(),
            // Azure takes secrets in headers and forms alone.
            target: Azure::loggable_target(request),
            is_watch: false,
        }
    }

    fn is_private(&self, _: &Request) -> bool {
        false
    }

    async fn answer(&self, request: Request, _: Cut) -> Response<Body> {
        let reply = self.world.with(|world, now| world.ask_azure(&request, now));
        respond(reply, |stream| match stream {})
    }
}
