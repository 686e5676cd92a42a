//! One request and its answer.

use http::StatusCode;
use jiff::Timestamp;

use super::call::Call;
use super::refusal::Refusal;
use super::reply::reply;
use super::routes::find;
use crate::azure::entra::Directory;
use crate::azure::instance::Azure;
use crate::message::{Reply, Request};

impl Azure {
    /// Who asks, as far as that is known: an application's id.
    pub(crate) fn actor(&self, request: &Request, now: Timestamp) -> Option<String> {
        let claimed = self.directory.claimed_client(request);
        claimed.or_else(|| self.directory.caller(request, now).ok().map(|claims| claims.client))
    }

    /// What of a request's address may be told. Whoever signs in may have put a secret where none is looked for.
    pub(crate) fn loggable_target(request: &Request) -> String {
        if Directory::is_sign_in(request) { request.path.clone() } else { request.target() }
    }

    /// Answers `request` at `now`.
    pub(crate) fn answer(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.advance(now);
        self.answered += 1;
        let count = self.answered;
        if let Some(reply) = self.directory.answer(request, count, now) {
            return reply;
        }
        let route = find(&request.method, &request.path);
        let (answer, route) = match route {
            None => (Err(unknown(request)), None),
            Some((route, words)) => {
                let mut call = Call { azure: self, request, now, caller: None, words };
                (call.respond(route), Some(route))
            }
        };
        reply(answer, request, route, count, now)
    }
}

fn unknown(request: &Request) -> Refusal {
    let message = format!("the lab does not serve {} {} on its Azure", request.method, request.path);
    Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
}
