//! What the lab itself is asked by whoever runs it: what was requested, and what is to go wrong. None of it is in
//! the journal.

use http::{Method, Response, StatusCode};

use super::faults::Fault;
use super::middleware::Gate;
use super::server::{Body, finished};
use super::shared_world::locked;

/// Whether a path is one of the lab's own.
pub(super) fn knows(path: &str) -> bool {
    matches!(path, "/_lab/requests" | "/_lab/faults")
}

/// Answers for one of the lab's own paths.
pub(super) fn answer(gate: &Gate, method: &Method, path: &str, body: &[u8]) -> Response<Body> {
    let (mut journal, mut faults) = (locked(&gate.journal), locked(&gate.faults));
    match (path, method) {
        ("/_lab/requests", &Method::GET) => json(journal.document().to_string()),
        ("/_lab/requests", &Method::DELETE) => {
            journal.clear();
            json("{}".to_owned())
        }
        ("/_lab/faults", &Method::GET) => json(faults.document().to_string()),
        ("/_lab/faults", &Method::POST) => match serde_json::from_slice::<Fault>(body) {
            Ok(fault) => {
                faults.arm(fault);
                json(faults.document().to_string())
            }
            Err(error) => text(StatusCode::BAD_REQUEST, format!("not a fault: {error}\n")),
        },
        ("/_lab/faults", &Method::DELETE) => {
            faults.clear();
            json(faults.document().to_string())
        }
        _ => text(StatusCode::METHOD_NOT_ALLOWED, format!("{path} knows no {method}\n")),
    }
}

fn json(document: String) -> Response<Body> {
    finished(StatusCode::OK, "application/json", document)
}

fn text(status: StatusCode, text: String) -> Response<Body> {
    finished(status, "text/plain; charset=utf-8", text)
}
