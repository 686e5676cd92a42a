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

/// How long they may take where nothing can be kept: whoever asked has gone by then, and every completion asks anew.
const BRIEF_PATIENCE: Duration = Duration::from_secs(1);

/// How much memory the process may have for its data: nobody watches what a server or a plugin sends to it.
#[cfg(unix)]
const MOST_DATA: u64 = 1 << 30;

/// Runs this process as one that asks. `words` select the cluster. It always succeeds: nobody hears of failures.
///
/// Called before the process opens anything.
pub fn answer_refresh(words: Vec<OsString>) -> ExitCode {
    close_inherited_descriptors();
    leave_terminal();
    // Without a limit nothing is asked: the lock would be held for ever.
    if limit_life(PATIENCE).is_err() {
        return Exit::Done.into();
    }
    prepare_process();
    limit_memory();
    std::panic::set_hook(Box::new(|_| {}));
    let answer = in_runtime(async || refresh(words, &session_of_process()).await);
    // Whoever asked may have ended meanwhile.
    let _ = Streams::of_process().data(&answer.flatten().unwrap_or_default());
    Exit::Done.into()
}

/// Ends this process and the plugins that it started when the time is over. From a thread of its own: a token file on a
/// file system that does not answer keeps every timer of the runtime from being looked at.
fn limit_life(time: Duration) -> std::io::Result<()> {
    let limit = std::thread::Builder::new().name("limit".to_owned());
    let ending = limit.spawn(move || {
        std::thread::sleep(time);
        end_plugins();
        std::process::exit(0)
    });
    ending.map(|_| ())
}

fn limit_memory() {
    // A limit that cannot be lowered is no reason not to ask.
    #[cfg(unix)]
    let _ = rlimit::setrlimit(rlimit::Resource::DATA, MOST_DATA, MOST_DATA);
}

/// Closes what the caller of a completion had open. Somebody may wait for the end of it, as a pipe's reader does, and
/// this process and its plugins outlive the completion.
fn close_inherited_descriptors() {
    #[cfg(unix)]
    {
        let entries = std::fs::read_dir("/dev/fd").into_iter().flatten().flatten();
        let descriptors = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let descriptors: Vec<std::os::fd::RawFd> = descriptors.filter(|number| *number > 2).collect();
        for descriptor in descriptors {
            // That of the listing itself is closed already.
            let _ = nix::unistd::close(descriptor);
        }
    }
}

/// Asks the cluster that `words` select and keeps its answer. The text is for the process that started this one.
pub async fn refresh(words: Vec<OsString>, session: &Session) -> Option<String> {
    let options = ClusterQuestion::read(words)?.options(&session.env_vars)?;
    let key = key(&options, &session.env_vars);
    let cache = Cache::of(&session.env_vars);
    let lock = cache.as_ref().map_or(Lock::Held(None), |cache| cache.lock(&key));
    let Lock::Held(lock) = lock else { return Some(BUSY.to_owned()) };
    let asking = async { known_namespaces(&Connection::open(options).await.ok()?).await };
    let limit = if lock.is_some() { PATIENCE } else { BRIEF_PATIENCE };
    let namespaces = tokio::select! {
        namespaces = asking => namespaces?,
        () = session.clock.sleep(limit) => return None,
    };
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
