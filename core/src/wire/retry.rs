//! The one retry policy, a pure decision: given what came of a request, whether to send it again and when.
//!
//! The clients drive it: [`super::Transport`] for GitHub and Azure, `kubernetes` for API servers. Their libraries'
//! own retries are switched off.
//!
//! A write is repeated only when it is certain that nothing came of it: it never left, or the service turned it
//! away before looking at it (429, GitHub's 403 for its rate limits, a refused HTTP/2 stream). Everything else is
//! left to the caller, who can look whether it happened.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Whether a request may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// The request is idempotent.
    Freely,
    /// Sending it again would do its work twice.
    Never,
}

/// What came of a request.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The service answered, with this status, these headers and the beginning of the body.
    Answer(StatusCode, &'a HeaderMap, &'a [u8]),
    /// Nothing was sent: the name did not resolve or the connection failed.
    NotSent,
    /// Nothing was sent and another attempt would fail alike: the server's certificate is not trusted.
    Hopeless,
    /// The request was sent and no complete answer came.
    Lost,
}

/// How patient requests are.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The most times that a request is sent.
    pub attempts: u32,
    /// The first pause; each one is twice as long as the one before.
    pub first: Duration,
    /// The longest pause, unless the service requests a longer one.
    pub longest: Duration,
    /// How long a request with all its pauses may take.
    pub limit: Duration,
    /// Whether a request that was one too many is sent again once the service takes requests again. Otherwise that
    /// it was refused is the answer, and nothing more is sent to a service that asked for that.
    pub waits_for_limits: bool,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 5,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(20),
            limit: Duration::from_secs(90),
            waits_for_limits: true,
        }
    }
}

impl Patience {
    /// For a service whose answer is one of several: the others are not kept waiting by it.
    pub fn in_passing() -> Self {
        Self {
            attempts: 2,
            first: Duration::from_millis(200),
            longest: Duration::from_secs(1),
            limit: Duration::from_secs(2),
            waits_for_limits: false,
        }
    }
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// What came is the answer.
    Done,
    /// Send it again after a pause.
    Again(Duration),
}

/// Decides after the `attempt`th time (from 1), `spent` after the first. `chance` is between 0 and 1: pauses
/// differ, so that many clients do not come back at the same moment.
pub fn next(
    patience: &Patience,
    (attempt, spent, now): (u32, Duration, Timestamp),
    repeat: Repeat,
    outcome: Outcome<'_>,
    chance: f64,
) -> Next {
    let is_again = match outcome {
        Outcome::Answer(status, headers, body) if is_limited(status, headers, body) => {
            patience.waits_for_limits
        }
        Outcome::Answer(status, ..) => repeat == Repeat::Freely && is_transient(status),
        Outcome::NotSent => true,
        Outcome::Hopeless => false,
        Outcome::Lost => repeat == Repeat::Freely,
    };
    if !is_again || attempt >= patience.attempts {
        return Next::Done;
    }
    let doubled = patience.first.saturating_mul(1 << (attempt - 1).min(16)).min(patience.longest);
    let backoff = doubled.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0);
    let requested = match outcome {
        Outcome::Answer(status, headers, body) => requested_pause(status, headers, body, now),
        _ => None,
    };
    // A pause that the service requests outranks the backoff. Up to a second is added, so that clients that were
    // told the same time do not all come back at once.
    let pause = requested
        .map_or(backoff, |requested| requested + Duration::from_secs(1).mul_f64(chance.clamp(0.0, 1.0)));
    if spent + pause > patience.limit { Next::Done } else { Next::Again(pause) }
}

/// Whether the service turns a request away because there were too many.
pub fn is_limited(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::FORBIDDEN
            && (headers.contains_key("retry-after") || says_limit(headers, body) || is_secondary(body)))
}

/// The last request of an hour may be refused for a reason other than the limit, so the body is read too.
fn says_limit(headers: &HeaderMap, body: &[u8]) -> bool {
    is_quota_spent(headers) && (body.is_empty() || beginning(body).contains("rate limit"))
}

/// Whether GitHub's secondary rate limit refused the request. No header of its own tells it.
pub fn is_secondary(body: &[u8]) -> bool {
    let text = beginning(body);
    text.contains("secondary rate limit") || text.contains("abuse detection")
}

/// The first 2 KiB of a body, in lower case.
fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(2048)]).to_lowercase()
}

/// How long the service asks to be left alone (`Retry-After`): seconds, or a date.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// When the service takes requests again, as far as it says so.
pub fn resumes(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    if let Some(after) = retry_after(headers, now) {
        return now.checked_add(after).ok();
    }
    let reset = number(headers, "x-ratelimit-reset").filter(|_| is_quota_spent(headers))?;
    Timestamp::from_second(i64::try_from(reset).ok()?).ok()
}

/// Whether a status is transient.
fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 500 | 502 | 503 | 504)
}

/// The pause that the service requests.
fn requested_pause(status: StatusCode, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Option<Duration> {
    if let Some(at) = resumes(headers, now) {
        return Some(Duration::try_from(at.duration_since(now)).unwrap_or_default());
    }
    // GitHub's documentation asks for at least a minute where a secondary limit names no time.
    (is_limited(status, headers, body) && is_secondary(body)).then_some(Duration::from_secs(60))
}

fn is_quota_spent(headers: &HeaderMap) -> bool {
    number(headers, "x-ratelimit-remaining") == Some(0)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-01-01T00:00:00Z";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("valid"), value.parse().expect("valid")))
            .collect()
    }

    fn decide(attempt: u32, repeat: Repeat, outcome: Outcome<'_>) -> Next {
        next(
            &Patience::default(),
            (attempt, Duration::ZERO, NOW.parse().expect("valid")),
            repeat,
            outcome,
            0.0,
        )
    }

    fn answered(status: u16, pairs: &[(&'static str, &str)], body: &str, repeat: Repeat) -> Next {
        let headers = headers(pairs);
        decide(
            1,
            repeat,
            Outcome::Answer(StatusCode::from_u16(status).expect("valid"), &headers, body.as_bytes()),
        )
    }

    #[test]
    fn a_write_is_repeated_only_when_nothing_came_of_it() {
        let own = Next::Again(Duration::from_millis(250));
        for (outcome, freely, never) in [
            (Outcome::NotSent, own, own),
            (Outcome::Lost, own, Next::Done),
            (Outcome::Hopeless, Next::Done, Next::Done),
        ] {
            assert_eq!(decide(1, Repeat::Freely, outcome), freely, "{outcome:?}");
            assert_eq!(decide(1, Repeat::Never, outcome), never, "{outcome:?}");
        }
        for status in [500, 502, 503, 504] {
            assert_eq!(answered(status, &[], "", Repeat::Freely), own, "{status}");
            assert_eq!(answered(status, &[("retry-after", "1")], "", Repeat::Never), Next::Done, "{status}");
        }
        for status in [200, 301, 304, 400, 401, 403, 404, 409, 422, 501] {
            assert_eq!(answered(status, &[], "", Repeat::Freely), Next::Done, "{status}");
        }
    }

    #[test]
    fn a_service_says_when_to_come_back() {
        let seconds = |seconds| Next::Again(Duration::from_secs(seconds));
        let spent = |reset| [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
        for repeat in [Repeat::Freely, Repeat::Never] {
            assert_eq!(answered(429, &[("retry-after", "7")], "", repeat), seconds(7));
            let date = "Thu, 01 Jan 2026 00:00:07 GMT";
            assert_eq!(
                answered(429, &[("retry-after", date)], "", repeat),
                seconds(7),
                "by the clock of the server"
            );
            assert_eq!(answered(403, &[("retry-after", "7")], "", repeat), seconds(7));
            assert_eq!(answered(403, &spent("1767225630"), "", repeat), seconds(30));
            assert_eq!(answered(403, &spent("1767229200"), "", repeat), Next::Done, "an hour is too long");
            let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
            assert_eq!(answered(403, &[], secondary, repeat), seconds(60));
            assert_eq!(answered(403, &[("x-ratelimit-remaining", "9")], "", repeat), Next::Done);
            let rights = r#"{"message":"Must have admin rights to Repository."}"#;
            assert_eq!(
                answered(403, &spent("1767225630"), rights, repeat),
                Next::Done,
                "no right, and the last"
            );
        }
    }

    #[test]
    fn a_limit_is_the_answer_for_who_does_not_wait() {
        let impatient = Patience { waits_for_limits: false, ..Patience::default() };
        let now: Timestamp = NOW.parse().expect("valid");
        let headers = headers(&[("retry-after", "1")]);
        for (status, expected) in
            [(429, Next::Done), (403, Next::Done), (503, Next::Again(Duration::from_secs(1)))]
        {
            let status = StatusCode::from_u16(status).expect("valid");
            let outcome = Outcome::Answer(status, &headers, b"");
            let decided = next(&impatient, (1, Duration::ZERO, now), Repeat::Freely, outcome, 0.0);
            assert_eq!(decided, expected, "{status}");
        }
    }

    #[test]
    fn pauses_grow_differ_and_end() {
        let patience = Patience::default();
        let now: Timestamp = NOW.parse().expect("valid");
        let pause = |attempt, spent, chance| {
            next(&patience, (attempt, Duration::from_secs(spent), now), Repeat::Freely, Outcome::Lost, chance)
        };
        assert_eq!(pause(3, 0, 0.0), Next::Again(Duration::from_secs(1)));
        assert_eq!(pause(3, 0, 1.0), Next::Again(Duration::from_secs(2)));
        assert_eq!(pause(5, 0, 0.0), Next::Done, "five times are enough");
        assert_eq!(pause(3, 90, 0.0), Next::Done, "the time is up");
    }
}
