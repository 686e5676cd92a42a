//! The Kubernetes API of a site over HTTPS.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt;
use http::Response;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use jiff::Timestamp;
use tokio_rustls::TlsAcceptor;

use super::lab_routes;
use super::middleware::Routes;
use super::server::{Body, ConnectionHandling, Cut, respond};
use super::shared_world::SharedWorld;
use crate::kubernetes::{Stream, is_watch};
use crate::message::Request;
use crate::world::{Host, RequestLine, World};

/// What requests are answered from.
pub(super) struct KubernetesRoutes {
    pub(super) world: Arc<SharedWorld>,
    /// The site's place in the world.
    pub(super) site: usize,
    /// The administrator's, who may read the journal.
    pub(super) token: String,
    pub(super) acceptor: TlsAcceptor,
}

impl Routes for KubernetesRoutes {
    fn connection_handling(&self) -> ConnectionHandling {
        ConnectionHandling::Tls(self.acceptor.clone())
    }

    fn line(&self, request: &Request, world: &World, now: Timestamp) -> RequestLine {
        let site = &world.sites[self.site];
        RequestLine {
            host: Host::Kubernetes,
            site: Some(site.name.clone()),
            actor: site.cluster.user(request, now),
            method: request.method.to_string(),
            // Kubernetes takes no secrets in a query.
            target: request.target(),
            is_watch: is_watch(request),
        }
    }

    fn is_private(&self, request: &Request) -> bool {
        lab_routes::knows(&request.path) && request.token().as_ref() == Some(&self.token)
    }

    async fn answer(&self, request: Request, _: Cut) -> Response<Body> {
        if self.is_private(&request) {
            return lab_routes::answer(&self.world, &request);
        }
        let reply = self.world.with(|world, now| world.ask_site(self.site, &request, now));
        respond(reply, |stream| match stream {
            Stream::Watch(cursor) => {
                let events = self.world.events(self.site, cursor);
                StreamBody::new(events.map(|lines| lines.map(Frame::data))).boxed_unsync()
            }
            Stream::Log(text, following) => {
                let first = futures::stream::iter([Ok(Bytes::from(text))]);
                let lines = first.chain(self.world.lines(self.site, following));
                StreamBody::new(lines.map(|lines| lines.map(Frame::data))).boxed_unsync()
            }
        })
    }
}
