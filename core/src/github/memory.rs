//! What GitHub answered before, for questions whether it has changed: an answer 304 costs nothing of the rate
//! limit. It lives as long as the client does, belongs to one token, and stays small.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::header::ETAG;

use super::answer::Answer;

/// So many answers are remembered, and so many bytes of them; then all are forgotten.
const ANSWERS: usize = 500;
const BYTES: usize = 32 * 1024 * 1024;
/// A larger answer is not remembered.
const LARGEST: usize = 4 * 1024 * 1024;

/// Answers by what was asked and in which form.
#[derive(Default)]
pub(super) struct Memory {
    answers: Mutex<Answers>,
}

#[derive(Default)]
struct Answers {
    by_key: HashMap<String, Answer>,
    bytes: usize,
}

impl Memory {
    /// What was answered before.
    pub(super) fn get(&self, key: &str) -> Option<Answer> {
        self.answers().by_key.get(key).cloned()
    }

    /// Keeps an answer that can be asked about again.
    pub(super) fn put(&self, key: String, answer: &Answer) {
        let size = answer.body.len();
        if answer.header(ETAG.as_str()).is_none() || size > LARGEST {
            return;
        }
        let mut answers = self.answers();
        if answers.by_key.len() >= ANSWERS || answers.bytes + size > BYTES {
            *answers = Answers::default();
        }
        answers.bytes += size;
        if let Some(old) = answers.by_key.insert(key, answer.clone()) {
            answers.bytes = answers.bytes.saturating_sub(old.body.len());
        }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;

    fn answer(size: usize, etag: Option<&'static str>) -> Answer {
        let mut headers = HeaderMap::new();
        headers.extend(etag.map(|etag| (ETAG, HeaderValue::from_static(etag))));
        let body = Bytes::from(vec![b'x'; size]);
        Answer { status: StatusCode::OK, headers, body, asked: String::new() }
    }

    #[test]
    fn it_stays_small() {
        let memory = Memory::default();
        memory.put("none".to_owned(), &answer(1, None));
        memory.put("large".to_owned(), &answer(LARGEST + 1, Some("a")));
        assert!(memory.get("none").is_none() && memory.get("large").is_none());
        for round in 0..20 {
            memory.put(round.to_string(), &answer(LARGEST, Some("a")));
            assert!(memory.get(&round.to_string()).is_some());
            assert!(memory.answers().bytes <= BYTES);
        }
        for round in 0..2 * ANSWERS {
            memory.put(format!("small {round}"), &answer(1, Some("a")));
            assert!(memory.answers().by_key.len() <= ANSWERS);
        }
        memory.put("same".to_owned(), &answer(10, Some("a")));
        let before = memory.answers().bytes;
        memory.put("same".to_owned(), &answer(10, Some("b")));
        assert_eq!(memory.answers().bytes, before);
    }
}
