//! What the lab itself is asked by whoever runs it: what was requested, and what is to go wrong. None of it is in
//! the journal.

use http::{Method, Response, StatusCode};

use super::server::{Body, finished};
use super::shared_world::SharedWorld;
use crate::message::Request;
use crate::world::Fault;

/// Whether a path is one of the lab's own.
pub(super) fn knows(path: &str) -> bool {
    matches!(path, "/_lab/requests" | "/_lab/faults")
}

/// Answers for one of the lab's own paths.
pub(super) fn answer(world: &SharedWorld, request: &Request) -> Response<Body> {
    world.with(|world, _| match (request.path.as_str(), &request.method) {
        ("/_lab/requests", &Method::GET) => json(world.journal.document().to_string()),
        ("/_lab/requests", &Method::DELETE) => {
            world.journal.clear();
            json("{}".to_owned())
        }
        ("/_lab/faults", &Method::GET) => json(world.faults.document().to_string()),
        ("/_lab/faults", &Method::POST) => match serde_json::from_slice::<Fault>(&request.body) {
            Ok(fault) => {
                world.faults.arm(fault);
                json(world.faults.document().to_string())
            }
            Err(error) => text(StatusCode::BAD_REQUEST, format!("not a fault: {error}\n")),
        },
        ("/_lab/faults", &Method::DELETE) => {
            world.faults.clear();
            json(world.faults.document().to_string())
        }
        (path, method) => text(StatusCode::METHOD_NOT_ALLOWED, format!("{path} knows no {method}\n")),
    })
}

fn json(document: String) -> Response<Body> {
    finished(StatusCode::OK, "application/json", document)
}

fn text(status: StatusCode, text: String) -> Response<Body> {
    finished(status, "text/plain; charset=utf-8", text)
}
