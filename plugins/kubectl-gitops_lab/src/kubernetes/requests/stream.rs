//! What goes on after the head of a reply, and the replies of an API server.

use http::StatusCode;
use http::header::{RETRY_AFTER, WARNING};

use crate::kubernetes::StatusError;
use crate::kubernetes::logs::Following;
use crate::kubernetes::requests::watch_cursor::WatchCursor;
use crate::message::{self, Body};

/// What goes on.
#[derive(Debug)]
pub(crate) enum Stream {
    Watch(WatchCursor),
    /// What a container has written, and what follows it.
    Log(String, Following),
}

/// A reply of an API server.
pub(crate) type Reply = message::Reply<Stream>;

impl Reply {
    /// The same with a warning, which is told to the person behind the client.
    pub(in crate::kubernetes) fn with_warning(self, warning: &str) -> Self {
        let text = warning.replace('\\', "\\\\").replace('"', "\\\"");
        self.with_header(WARNING, &format!("299 - \"{text}\""))
    }

    pub(in crate::kubernetes) fn watch(cursor: WatchCursor) -> Self {
        Self::new(StatusCode::OK, "application/json", Body::Stream(Stream::Watch(cursor)))
    }

    pub(in crate::kubernetes) fn log(text: String, following: Option<Following>) -> Self {
        let body = match following {
            Some(following) => Body::Stream(Stream::Log(text, following)),
            None => Body::Bytes(text.into()),
        };
        Self::new(StatusCode::OK, "text/plain", body)
    }
}

impl From<StatusError> for Reply {
    fn from(error: StatusError) -> Self {
        let code = error.code();
        let reply = match error.status() {
            Some(status) => Reply::json(code, status),
            None => Reply::text(code, "404 page not found\n"),
        };
        if code == StatusCode::GATEWAY_TIMEOUT { reply.with_header(RETRY_AFTER, "1") } else { reply }
    }
}
