//! A token that somebody else renews in a file: `tokenFile`, and the service account of a pod.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::wire::Secret;

/// client-go reads such a file once a minute, ten seconds early: a kubelet renews a token long before it expires.
const PERIOD: Duration = Duration::from_secs(50);

/// A file with a token, and what it held.
#[derive(Debug)]
pub(super) struct TokenFile {
    path: PathBuf,
    last: Mutex<Option<(Secret, Instant)>>,
}

impl TokenFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, last: Mutex::new(None) }
    }

    /// The token. A file that cannot be read leaves the last one in use: some are removed once they were read.
    pub(super) fn token(&self, now: Instant) -> std::io::Result<Secret> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, read)) = &*last
            && now.saturating_duration_since(*read) < PERIOD
        {
            return Ok(token.clone());
        }
        match (self.read(), &*last) {
            (Ok(token), _) => {
                *last = Some((token.clone(), now));
                Ok(token)
            }
            (Err(_), Some((token, _))) => Ok(token.clone()),
            (Err(error), None) => Err(error),
        }
    }

    /// The token read anew, after the server refused the last one.
    pub(super) fn renewed(&self, now: Instant) -> std::io::Result<Secret> {
        let token = self.read()?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((token.clone(), now));
        Ok(token)
    }

    /// The file, for errors.
    pub(super) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn read(&self) -> std::io::Result<Secret> {
        let text = std::fs::read_to_string(&self.path)?;
        match text.trim() {
            "" => Err(std::io::Error::other("it is empty")),
            token => Ok(Secret::new(token)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_again_after_a_while_and_kept_when_its_file_goes() {
        let path = std::env::temp_dir().join(format!("gitops-token-{}", std::process::id()));
        let begin = Instant::now();
        let after = |seconds| begin + Duration::from_secs(seconds);
        let file = TokenFile::new(path.clone());
        assert!(file.token(begin).is_err(), "no file yet");
        std::fs::write(&path, "first\n").expect("a file");
        let token = |at| file.token(at).map(|token| token.expose().to_owned()).expect("a token");
        assert_eq!(token(begin), "first");
        std::fs::write(&path, "second").expect("a file");
        assert_eq!(token(after(49)), "first");
        assert_eq!(token(after(50)), "second");
        std::fs::write(&path, "third").expect("a file");
        assert_eq!(file.renewed(after(51)).expect("a token").expose(), "third");
        std::fs::remove_file(&path).expect("gone");
        assert_eq!(token(after(200)), "third");
        assert!(file.renewed(after(200)).is_err());
    }
}
