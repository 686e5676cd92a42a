//! Asks a cluster for completion, in a process that outlives the completion which started it, and keeps the answer for
//! the next one. One process asks at a time: the others say so and end.

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use super::super::start::prepare_process;
use super::super::{Session, Streams};
use super::answer::{in_runtime, session_of_process};
use super::cache::{Cache, KeptAnswer, Lock};
use super::cluster_question::{ClusterQuestion, key};
use crate::flow::known_namespaces;
use crate::kubernetes::Connection;
use crate::model::Exit;

/// The first word of such a process.
pub const REFRESH: &str = "__complete-cluster";

/// What it says while another one asks the same.
pub(super) const BUSY: &str = "busy";

/// How long the cluster, and the credential plugin before it, may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// Runs this process as one that asks. `words` select the cluster. It always succeeds: nobody hears of failures.
pub fn answer_refresh(words: Vec<OsString>) -> ExitCode {
    leave_terminal();
    prepare_process();
    std::panic::set_hook(Box::new(|_| {}));
    let answer = in_runtime(async || {
        let session = session_of_process();
        tokio::select! {
            text = refresh(words, &session) => Some(text),
            () = tokio::time::sleep(PATIENCE) => None,
        }
    });
    match answer.flatten() {
        // Whoever asked may have ended meanwhile.
        Some(text) => _ = Streams::of_process().data(&text.unwrap_or_default()),
        None => end_plugins(),
    }
    Exit::Done.into()
}

/// Asks the cluster that `words` select and keeps its answer. The text is for the process that started this one.
pub async fn refresh(words: Vec<OsString>, session: &Session) -> Option<String> {
    let options = ClusterQuestion::read(words)?.options(session)?;
    let key = key(&options, &session.env_vars);
    let cache = Cache::of(&session.env_vars);
    let lock = cache.as_ref().map_or(Lock::Held(None), |cache| cache.lock(&key));
    let Lock::Held(_lock) = lock else { return Some(BUSY.to_owned()) };
    let connection = Connection::open(options).await.ok()?;
    let namespaces = known_namespaces(&connection).await?;
    let text = serde_json::to_string(&namespaces).ok();
    if let Some(cache) = cache {
        // It is asked anew next time where it cannot be kept.
        let _ = cache.write(&key, &KeptAnswer { at: session.clock.now(), namespaces });
    }
    text
}

/// Leaves the terminal, through which a credential plugin could ask in the middle of the line that somebody types, and
/// becomes the first of its processes.
fn leave_terminal() {
    #[cfg(unix)]
    // Refused where this process leads a group already, which then has no terminal to itself either.
    let _ = rustix::process::setsid();
}

/// Ends the processes that a plugin started, and this one, where that is still their first.
fn end_plugins() {
    #[cfg(unix)]
    if rustix::process::getsid(None).ok() == Some(rustix::process::getpid()) {
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::KILL);
    }
}
