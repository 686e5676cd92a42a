//! Why a request got no whole answer, and whether it may have arrived: one classification for all worlds.
//!
//! It is decided by the types of the errors alone. What they say differs between versions and systems, and is
//! only shown. Errors of hyper, h2, rustls and the system lie in one another, and reqwest's and kube's around
//! them, so the whole chain of sources is walked.

use std::error::Error;
use std::io;

use hyper_util::client::legacy;

use super::proxy::ProxyError;
use super::resolver::NameNotFound;
use super::retry::Outcome;
use crate::model::harmless;

/// A request that got no whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What happened.
    pub cause: Cause,
    /// Whether the request may have arrived.
    pub is_sent: bool,
}

/// What happened to a request or its connection. `Display` says it in few words, without the server's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The server's name has no address.
    #[error("its name cannot be found (DNS)")]
    NameNotFound,
    /// Nothing listens at the address.
    #[error("connection refused")]
    ConnectionRefused,
    /// The time for it was up.
    #[error("it does not answer in time")]
    TimedOut,
    /// The server's certificate is not valid for it.
    #[error("its certificate is not trusted ({0})")]
    Untrusted(String),
    /// The two sides do not agree on a TLS connection; a refused client certificate is one reason.
    #[error("no TLS connection: {0}")]
    Tls(String),
    /// A proxy was not reached.
    #[error("{0}")]
    ProxyUnreachable(String),
    /// A proxy connects to nothing for us.
    #[error("{0}")]
    ProxyRefused(String),
    /// The server turned the request away before looking at it: a refused HTTP/2 stream, or GOAWAY.
    #[error("the server takes no more requests on this connection")]
    TurnedAway,
    /// The connection ended before the answer.
    #[error("the connection was cut")]
    Cut,
    /// The answer is larger than any answer to what is asked.
    #[error("its answer is too large")]
    TooLarge,
    /// Anything else, in the words of the innermost error.
    #[error("{0}")]
    Other(String),
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.cause.fmt(f)
    }
}

/// A limit of one's own that was exceeded.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("it does not answer in time")]
pub(crate) struct TimedOut;

impl Loss {
    /// Reads an error of any client.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut causes = chain(error);
        let is_sent = !chain(error).any(is_before_sending);
        let cause = causes.find_map(cause).unwrap_or_else(|| Cause::Other(innermost(error)));
        Self { cause, is_sent }
    }

    /// A loss that no error tells of.
    pub(crate) fn other(why: &str) -> Self {
        Self { cause: Cause::Other(why.to_owned()), is_sent: true }
    }

    /// What the retry policy has to know of it.
    pub(crate) fn outcome(&self) -> Outcome<'static> {
        match (&self.cause, self.is_sent) {
            (Cause::Untrusted(_) | Cause::Tls(_) | Cause::ProxyRefused(_) | Cause::TooLarge, _) => {
                Outcome::Hopeless
            }
            (_, false) => Outcome::NotSent,
            (_, true) => Outcome::Lost,
        }
    }
}

/// The last error of a chain says what happened; the others repeat addresses.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    harmless(&chain(error).last().unwrap_or(error).to_string())
}

/// An error and what lies in it, the outermost first.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| within(*error))
}

/// The next error of a chain. An `io::Error` gives the source of what it carries, and h2's gives none, so that
/// what they carry itself would be passed over.
fn within<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return error.get_ref().map(|carried| carried as &(dyn Error + 'static));
    }
    if let Some(error) = error.downcast_ref::<h2::Error>() {
        return error.get_io().map(|carried| carried as &(dyn Error + 'static));
    }
    error.source()
}

/// Whether an error is of the kind that leaves a request unsent.
fn is_before_sending(error: &(dyn Error + 'static)) -> bool {
    let legacy = error.downcast_ref::<legacy::Error>();
    let reqwest = error.downcast_ref::<reqwest::Error>();
    legacy.is_some_and(legacy::Error::is_connect)
        || reqwest.is_some_and(|error| error.is_connect() || error.is_builder())
        // hyper cancels what it has not begun to write, and gives it back.
        || error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
        || error.downcast_ref::<h2::Error>().is_some_and(is_turned_away)
        || error.is::<ProxyError>()
        || error.is::<NameNotFound>()
}

/// RFC 9113, 8.7: a refused stream was not processed, and neither was one above the last that a GOAWAY names;
/// h2 fails just those with the peer's GOAWAY.
fn is_turned_away(error: &h2::Error) -> bool {
    error.is_remote() && (error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM))
}

/// What an error means by its type; nothing where only what lies in it says so.
fn cause(error: &(dyn Error + 'static)) -> Option<Cause> {
    if error.is::<NameNotFound>() {
        return Some(Cause::NameNotFound);
    }
    if let Some(error) = error.downcast_ref::<ProxyError>() {
        return Some(of_proxy(error));
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(of_tls(error));
    }
    if let Some(error) = error.downcast_ref::<h2::Error>() {
        return of_stream(error);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return of_exchange(error);
    }
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return of_system(error);
    }
    let is_timeout = error.is::<TimedOut>()
        || error.is::<tokio::time::error::Elapsed>()
        || error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout);
    is_timeout.then_some(Cause::TimedOut)
}

fn of_proxy(error: &ProxyError) -> Cause {
    match error {
        ProxyError::Unreachable { source, .. } => {
            let source: &(dyn Error + 'static) = &**source;
            Cause::ProxyUnreachable(format!("{error}: {}", Loss::of(source)))
        }
        ProxyError::Refused { is_passing: true, .. } => Cause::ProxyUnreachable(error.to_string()),
        ProxyError::Refused { .. } | ProxyError::Scheme { .. } | ProxyError::Address => {
            Cause::ProxyRefused(error.to_string())
        }
    }
}

fn of_tls(error: &rustls::Error) -> Cause {
    let text = harmless(&error.to_string());
    match error {
        rustls::Error::InvalidCertificate(_) => Cause::Untrusted(text),
        _ => Cause::Tls(text),
    }
}

fn of_stream(error: &h2::Error) -> Option<Cause> {
    if is_turned_away(error) {
        return Some(Cause::TurnedAway);
    }
    (error.is_go_away() || error.is_reset()).then_some(Cause::Cut)
}

fn of_exchange(error: &hyper::Error) -> Option<Cause> {
    if error.is_timeout() {
        return Some(Cause::TimedOut);
    }
    let is_cut = error.is_incomplete_message() || error.is_canceled() || error.is_closed();
    is_cut.then_some(Cause::Cut)
}

fn of_system(error: &io::Error) -> Option<Cause> {
    use io::ErrorKind;
    // What a library carries in it says more than the kind that it chose for it.
    if error.get_ref().is_some_and(|carried| carried.is::<rustls::Error>()) {
        return None;
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => Some(Cause::ConnectionRefused),
        ErrorKind::TimedOut => Some(Cause::TimedOut),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof => Some(Cause::Cut),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_error_decides_and_not_its_words() {
        let system = |kind| io::Error::new(kind, "Verbindung verweigert");
        for (error, expected) in [
            (system(io::ErrorKind::ConnectionRefused), Cause::ConnectionRefused),
            (system(io::ErrorKind::ConnectionReset), Cause::Cut),
            (system(io::ErrorKind::UnexpectedEof), Cause::Cut),
            (system(io::ErrorKind::TimedOut), Cause::TimedOut),
            (io::Error::other(TimedOut), Cause::TimedOut),
            (io::Error::other("connection reset"), Cause::Other("connection reset".to_owned())),
        ] {
            assert_eq!(Loss::of(&error).cause, expected);
            // The same, carried by another.
            assert_eq!(Loss::of(&io::Error::other(error)).cause, expected);
        }
    }

    #[test]
    fn distrust_is_found_within_an_error_of_the_system() {
        let distrust = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let error = io::Error::new(io::ErrorKind::InvalidData, distrust);
        let loss = Loss::of(&error);
        assert!(matches!(loss.cause, Cause::Untrusted(_)), "{loss:?}");
        assert!(matches!(loss.outcome(), Outcome::Hopeless));
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::CertificateRequired);
        assert!(matches!(Loss::of(&io::Error::new(io::ErrorKind::InvalidData, alert)).cause, Cause::Tls(_)));
    }

    #[test]
    fn what_no_connection_carried_was_not_sent() {
        let unreachable = ProxyError::Unreachable {
            proxy: "http://proxy:1".to_owned(),
            source: io::Error::from(io::ErrorKind::ConnectionRefused).into(),
        };
        let loss = Loss::of(&unreachable);
        assert_eq!(loss.to_string(), "no connection to the proxy http://proxy:1: connection refused");
        assert!(matches!(loss.outcome(), Outcome::NotSent));
        let refused = |is_passing| ProxyError::Refused {
            proxy: "http://proxy:1".to_owned(),
            answer: "403 Forbidden".to_owned(),
            is_passing,
        };
        assert!(matches!(Loss::of(&refused(true)).outcome(), Outcome::NotSent));
        assert!(matches!(Loss::of(&refused(false)).outcome(), Outcome::Hopeless));
    }

    /// What a server does to the first stream of a connection.
    type Treatment = fn(&mut h2::server::Connection<tokio::io::DuplexStream, bytes::Bytes>, Stream);
    type Stream = h2::server::SendResponse<bytes::Bytes>;

    /// The loss of a request over HTTP/2.
    async fn lost(treatment: Option<Treatment>) -> Loss {
        let (near, far) = tokio::io::duplex(4096);
        let server = async move {
            let mut connection = h2::server::handshake(far).await.expect("a handshake");
            match treatment {
                None => connection.abrupt_shutdown(h2::Reason::NO_ERROR),
                Some(treatment) => {
                    let (_, stream) = connection.accept().await.expect("a stream").expect("a request");
                    treatment(&mut connection, stream);
                }
            }
            while connection.accept().await.is_some() {}
        };
        tokio::spawn(server);
        let (mut requests, connection) = h2::client::handshake(near).await.expect("a handshake");
        let request = http::Request::get("https://server/").body(()).expect("valid");
        let (answer, _) = requests.send_request(request, true).expect("sent");
        tokio::spawn(connection);
        Loss::of(&answer.await.expect_err("a loss"))
    }

    #[tokio::test]
    async fn what_a_server_turns_away_was_not_sent() {
        let refused = lost(Some(|_, mut stream| stream.send_reset(h2::Reason::REFUSED_STREAM))).await;
        assert_eq!(refused, Loss { cause: Cause::TurnedAway, is_sent: false });
        let gone_away = lost(None).await;
        assert_eq!(gone_away, Loss { cause: Cause::TurnedAway, is_sent: false });
        let reset = lost(Some(|_, mut stream| stream.send_reset(h2::Reason::INTERNAL_ERROR))).await;
        assert_eq!(reset, Loss { cause: Cause::Cut, is_sent: true });
        let failed = lost(Some(|connection, _| connection.abrupt_shutdown(h2::Reason::INTERNAL_ERROR))).await;
        assert!(failed.is_sent, "it was looked at before: {failed:?}");
    }
}
