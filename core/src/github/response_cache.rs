//! Responses of GitHub's by request, to ask whether they have changed: a 304 costs nothing of the rate limit. That
//! something is not there (404) is kept like everything else. The cache lives as long as the client does, belongs to
//! one token, and is bounded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::header::ETAG;

use super::response::GithubResponse;

/// The most responses that are kept, and the most bytes of them; beyond that all are dropped.
const RESPONSES: usize = 500;
const BYTES: usize = 32 * 1024 * 1024;
/// A larger response is not kept.
const LARGEST: usize = 4 * 1024 * 1024;

/// Responses by route and media type.
#[derive(Default)]
pub(super) struct ResponseCache {
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<String, GithubResponse>,
    bytes: usize,
}

impl ResponseCache {
    /// The response that was kept.
    pub(super) fn get(&self, key: &str) -> Option<GithubResponse> {
        self.entries().by_key.get(key).cloned()
    }

    /// Keeps a response that has an `ETag`.
    pub(super) fn put(&self, key: String, response: &GithubResponse) {
        let size = response.body.len();
        if response.header(ETAG.as_str()).is_none() || size > LARGEST {
            return;
        }
        let mut entries = self.entries();
        if entries.by_key.len() >= RESPONSES || entries.bytes + size > BYTES {
            *entries = Entries::default();
        }
        entries.bytes += size;
        if let Some(replaced) = entries.by_key.insert(key, response.clone()) {
            entries.bytes = entries.bytes.saturating_sub(replaced.body.len());
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;

    fn response(size: usize, etag: Option<&'static str>) -> GithubResponse {
        let mut headers = HeaderMap::new();
        headers.extend(etag.map(|etag| (ETAG, HeaderValue::from_static(etag))));
        let body = Bytes::from(vec![b'x'; size]);
        GithubResponse { status: StatusCode::OK, headers, body, request: String::new() }
    }

    #[test]
    fn it_is_bounded() {
        let cache = ResponseCache::default();
        cache.put("none".to_owned(), &response(1, None));
        cache.put("large".to_owned(), &response(LARGEST + 1, Some("a")));
        assert!(cache.get("none").is_none() && cache.get("large").is_none());
        for round in 0..20 {
            cache.put(round.to_string(), &response(LARGEST, Some("a")));
            assert!(cache.get(&round.to_string()).is_some());
            assert!(cache.entries().bytes <= BYTES);
        }
        for round in 0..2 * RESPONSES {
            cache.put(format!("small {round}"), &response(1, Some("a")));
            assert!(cache.entries().by_key.len() <= RESPONSES);
        }
        cache.put("same".to_owned(), &response(10, Some("a")));
        let before = cache.entries().bytes;
        cache.put("same".to_owned(), &response(10, Some("b")));
        assert_eq!(cache.entries().bytes, before);
    }
}
