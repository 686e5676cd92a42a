//! A word to a person who waits: on a terminal, after a second, and gone when the answer is there.
//!
//! One line that stands still; a progress bar has nothing to measure here.

use std::time::Duration;

use super::Session;

const PATIENCE: Duration = Duration::from_secs(1);

/// Returns the cursor to the line's beginning and clears it.
const CLEAR: &str = "\r\u{1b}[K";

/// Waits for `work`, and says what is waited for where that takes long.
pub async fn waiting<T>(session: &Session, is_wanted: bool, what: &str, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let shows = is_wanted && session.streams().err_is_terminal;
    tokio::select! {
        biased;
        done = &mut work => return done,
        () = tokio::time::sleep(PATIENCE), if shows => session.message(&format!("waiting for {what} …")),
    }
    let done = work.await;
    session.message(CLEAR);
    done
}
