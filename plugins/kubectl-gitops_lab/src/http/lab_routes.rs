//! What the lab itself is asked by whoever runs it: what was requested, and what is to go wrong. None of it is in
//! the journal.

use http::{Method, Response, StatusCode};
use serde_json::json;

use super::server::{Body, finished};
use super::shared_world::SharedWorld;
use crate::message::Request;
use crate::world::{Fault, World};

/// Whether a path is one of the lab's own.
pub(super) fn knows(path: &str) -> bool {
    matches!(path, "/_lab/requests" | "/_lab/faults")
}

/// Answers for one of the lab's own paths.
pub(super) fn answer(world: &SharedWorld, request: &Request) -> Response<Body> {
    world.with(|world, _| match (request.path.as_str(), &request.method) {
        ("/_lab/requests", &Method::GET) => document(world.journal.document().to_string()),
        ("/_lab/requests", &Method::DELETE) => {
            world.journal.clear();
            document("{}".to_owned())
        }
        ("/_lab/faults", &Method::GET) => document(world.faults.document().to_string()),
        ("/_lab/faults", &Method::POST) => match arm(&request.body, world) {
            Ok(()) => document(world.faults.document().to_string()),
            Err(why) => refuse(&format!("not a fault: {why}")),
        },
        ("/_lab/faults", &Method::DELETE) => {
            world.faults.clear();
            document(world.faults.document().to_string())
        }
        (path, method) => text(StatusCode::METHOD_NOT_ALLOWED, format!("{path} knows no {method}\n")),
    })
}

/// Lets the fault of a body go on, or says why it cannot.
fn arm(body: &[u8], world: &mut World) -> Result<(), String> {
    let fault: Fault = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    world.arm(fault)
}

/// A refusal in the form whose reason kubectl shows.
fn refuse(message: &str) -> Response<Body> {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": message, "reason": "BadRequest", "code": 400,
    });
    finished(StatusCode::BAD_REQUEST, "application/json", status.to_string())
}

fn document(document: String) -> Response<Body> {
    finished(StatusCode::OK, "application/json", document)
}

fn text(status: StatusCode, text: String) -> Response<Body> {
    finished(status, "text/plain; charset=utf-8", text)
}
