//! What every request of the lab's hosts passes: it is written into the journal when it comes and when its answer
//! has been told, and meets what is to go wrong with it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HeaderValue};
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use jiff::Timestamp;

use super::clock::Time;
use super::fault_effects::through;
use super::faults::{Faults, RequestFacts};
use super::journal::{Journal, RequestLine};
use super::server::{Answering, Body, Cut, Meeting};
use super::shared_world::locked;

/// What the hosts of a lab share.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) journal: Mutex<Journal>,
    pub(super) faults: Mutex<Faults>,
    pub(super) time: Arc<Time>,
}

impl Gate {
    pub(super) fn new(time: Arc<Time>, latency: Duration) -> Self {
        let faults = Mutex::new(Faults::with_latency(latency));
        Self { journal: Mutex::default(), faults, time }
    }
}

/// What a host answers by itself.
pub(super) trait Routes: Send + Sync + 'static {
    /// How a new connection is met.
    fn meet(&self) -> Meeting;

    /// What of a request may be told: no secrets.
    fn asked(&self, request: &Request<Incoming>) -> RequestLine;

    /// Whether nobody needs to know of a request.
    fn is_private(&self, request: &Request<Incoming>) -> bool;

    /// Answers a request.
    fn answer(&self, request: Request<Incoming>, cut: Cut) -> impl Future<Output = Response<Body>> + Send;
}

/// A host behind the gate.
pub(super) struct Gated<R> {
    pub(super) routes: R,
    pub(super) gate: Arc<Gate>,
}

impl<R: Routes> Answering for Gated<R> {
    fn meet(&self) -> Meeting {
        self.routes.meet()
    }

    fn now(&self) -> Timestamp {
        self.gate.time.now()
    }

    async fn answer(&self, request: Request<Incoming>, cut: Cut) -> Response<Body> {
        if self.routes.is_private(&request) {
            return self.routes.answer(request, cut).await;
        }
        let asked = self.routes.asked(&request);
        let visit = Visit::begin(&self.gate, asked.clone());
        let path = request.uri().path().to_owned();
        let seen =
            RequestFacts { host: asked.host, method: &asked.method, path: &path, is_watch: asked.is_watch };
        let plan = locked(&self.gate.faults).meet(seen);
        let well = self.routes.answer(request, cut.clone());
        visit.accompany(through(plan, seen, self.gate.time.now(), cut, well).await)
    }
}

/// A request on its way. It ends when this is dropped: with the last byte of the answer, or the client.
struct Visit {
    gate: Arc<Gate>,
    number: u64,
    is_watch: bool,
}

impl Visit {
    fn begin(gate: &Arc<Gate>, asked: RequestLine) -> Self {
        let is_watch = asked.is_watch;
        let number = locked(&gate.journal).begin(asked, gate.time.now());
        Self { gate: Arc::clone(gate), number, is_watch }
    }

    fn accompany(self, response: Response<Body>) -> Response<Body> {
        locked(&self.gate.journal).answered(self.number, response.status().as_u16());
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

impl Drop for Visit {
    fn drop(&mut self) {
        let now = self.gate.time.now();
        locked(&self.gate.journal).end(self.number, self.is_watch, now);
    }
}
