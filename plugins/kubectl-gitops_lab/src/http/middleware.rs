//! What every request of the lab's hosts passes: it is read to its end, is let into the world, which gives it its number,
//! and meets what is to go wrong with it.

use std::sync::Arc;

use http::Response;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use jiff::Timestamp;

use super::fault_effects::through;
use super::server::{Body, ConnectionHandling, Cut, Handler, read};
use super::shared_world::SharedWorld;
use crate::message::Request;
use crate::world::{RequestLine, World};

/// What a host answers by itself.
pub(super) trait Routes: Send + Sync + 'static {
    /// How a new connection is met.
    fn connection_handling(&self) -> ConnectionHandling;

    /// What of a request may be told: no secrets.
    fn line(&self, request: &Request, world: &World, now: Timestamp) -> RequestLine;

    /// Whether nobody needs to know of a request.
    fn is_private(&self, request: &Request) -> bool;

    /// Answers a request.
    fn answer(&self, request: Request, cut: Cut) -> impl Future<Output = Response<Body>> + Send;
}

/// A host whose requests are journalled and meet faults.
pub(super) struct Journalled<R> {
    pub(super) routes: R,
    pub(super) world: Arc<SharedWorld>,
}

impl<R: Routes> Handler for Journalled<R> {
    fn connection_handling(&self) -> ConnectionHandling {
        self.routes.connection_handling()
    }

    fn now(&self) -> Timestamp {
        self.world.time.now()
    }

    async fn answer(&self, request: http::Request<Incoming>, cut: Cut) -> Response<Body> {
        let request = match read(request).await {
            Ok(request) => request,
            Err(response) => return *response,
        };
        if self.routes.is_private(&request) {
            return self.routes.answer(request, cut).await;
        }
        let (line, number, plan) = self.world.with(|world, now| {
            let line = self.routes.line(&request, world, now);
            let (number, plan) = world.admit(line.clone(), now);
            (line, number, plan)
        });
        let guard = RequestGuard { world: Arc::clone(&self.world), number };
        let well = async {
            let response = self.routes.answer(request, cut.clone()).await;
            let status = response.status().as_u16();
            self.world.with_journal(|journal, _| journal.carried_out(number, status));
            response
        };
        guard.track_response(through(plan, &line, &self.world.time, cut.clone(), well).await)
    }
}

/// A request on its way. It ends when this is dropped: with the last byte of the answer, or the client.
struct RequestGuard {
    world: Arc<SharedWorld>,
    number: u64,
}

impl RequestGuard {
    fn track_response(self, response: Response<Body>) -> Response<Body> {
        self.world.with_journal(|journal, _| journal.answered(self.number, response.status().as_u16()));
        let (mut head, body) = response.into_parts();
        // Told here, for the size of a body that is looked through is not known.
        if let Some(length) = body.size_hint().exact() {
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        let body = body.map_frame(move |frame| {
            let _until_the_end = &self;
            frame
        });
        Response::from_parts(head, body.boxed_unsync())
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.world.with_journal(|journal, now| journal.end(self.number, now));
    }
}
