//! What the kubeconfig and the clusters that a line selects offer, by a deadline.
//!
//! A cluster is asked by another process of this program (`refresh`), which goes on when this one has ended: clusters
//! behind Azure Arc take longer than a shell can wait, and the next completion finds what they said. It also keeps what
//! may hang or ask away from here: name servers, credential plugins. To ask in this process was rejected: what is cut
//! off at the deadline would be asked anew and cut off again.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::super::Session;
use super::cache::{Cache, KeptAnswer};
use super::candidate::Candidate;
use super::cluster_question::{ClusterQuestion, key};
use super::line::Line;
use super::live_value::{
    LiveValue, context_candidates, environment_candidates, namespace_candidates, target_candidates,
};
use super::refresh::{BUSY, REFRESH};
use crate::flow::KnownNamespaces;
use crate::kubernetes::{KubeconfigContext, contexts};

/// How long a completion waits at most. A shell has its answer within 300 milliseconds then, kubectl between them, which
/// is when waiting begins to be felt.
pub const COMPLETION_DEADLINE: Duration = Duration::from_millis(150);

/// How often it is looked whether another process has its answer.
const LOOK: Duration = Duration::from_millis(20);

/// The most clusters that are asked for one word.
const MOST_CLUSTERS: usize = 4;

/// The most bytes that are read of an answer.
const LONGEST_ANSWER: u64 = 4 << 20;

/// When a completion has to answer, with the session whose clock says so.
pub(super) struct Deadline<'a> {
    session: &'a Session,
    started: Timestamp,
}

impl<'a> Deadline<'a> {
    /// From now on.
    pub(super) fn new(session: &'a Session) -> Self {
        Self { session, started: session.clock.now() }
    }

    /// What `work` gives, if it does in time.
    async fn within<T>(&self, work: impl Future<Output = Option<T>>) -> Option<T> {
        let passed = self.session.clock.now().duration_since(self.started);
        // A clock that was set back gives no more time than there was.
        let passed = Duration::try_from(passed).unwrap_or_default();
        let left = COMPLETION_DEADLINE.saturating_sub(passed);
        tokio::select! {
            done = work => done,
            () = self.session.clock.sleep(left) => None,
        }
    }
}

/// A cluster to ask, after the files that say how were read.
struct Cluster {
    words: Vec<String>,
    key: String,
    contexts: Vec<KubeconfigContext>,
    context: Option<String>,
    kept: Option<KeptAnswer>,
}

/// The values that a kubeconfig or clusters name.
pub(super) async fn live_candidates(
    live: LiveValue,
    line: &Line<'_>,
    deadline: &Deadline<'_>,
) -> Vec<Candidate> {
    let session = deadline.session;
    let clusters = ClusterQuestion::contexts(line).into_iter().take(MOST_CLUSTERS).map(async |context| {
        let mut words = ClusterQuestion::words(line, session);
        words.extend(context.map(|context| format!("--context={context}")));
        deadline.within(read(words, session)).await
    });
    let clusters: Vec<Cluster> = join_all(clusters).await.into_iter().flatten().collect();
    if live == LiveValue::Context {
        return clusters.first().map(|cluster| context_candidates(&cluster.contexts)).unwrap_or_default();
    }
    let answers = clusters.iter().map(async |cluster| {
        let fresh = cluster.kept.as_ref().filter(|kept| kept.is_fresh(session.clock.now()));
        let answer = match fresh {
            Some(fresh) => Some(fresh.namespaces.clone()),
            None => deadline.within(ask(cluster, session)).await,
        };
        answer.or_else(|| Some(cluster.kept.as_ref()?.namespaces.clone()))
    });
    let answers = join_all(answers).await;
    // A cluster that lists its namespaces knows better than a kubeconfig.
    let is_listed =
        |answer: &Option<KnownNamespaces>| answer.as_ref().is_some_and(|answer| answer.all.is_some());
    let unlisted = clusters.iter().zip(&answers).filter(|(_, answer)| !is_listed(answer));
    let named: Vec<String> = unlisted.flat_map(|(cluster, _)| cluster.named_namespaces()).collect();
    let answers: Vec<KnownNamespaces> = answers.into_iter().flatten().collect();
    match live {
        LiveValue::Environment => environment_candidates(&answers),
        LiveValue::Target => target_candidates(&answers),
        _ => namespace_candidates(&answers, &named),
    }
}

impl Cluster {
    /// The namespaces that the kubeconfig's contexts of this cluster name.
    fn named_namespaces(&self) -> Vec<String> {
        let is_selected = |context: &&KubeconfigContext| match &self.context {
            Some(name) => context.name == *name,
            None => context.is_current,
        };
        let Some(selected) = self.contexts.iter().find(is_selected) else { return Vec::new() };
        let same = self.contexts.iter().filter(|context| context.cluster == selected.cluster);
        same.filter_map(|context| context.namespace.clone()).collect()
    }
}

/// Reads the files that say which cluster is meant. On a thread of its own: they may lie where nothing answers.
async fn read(words: Vec<String>, session: &Session) -> Option<Cluster> {
    let question = ClusterQuestion::read(words.iter().map(OsString::from))?;
    let (variables, now) = (session.env_vars.clone(), session.clock.now());
    let reading = tokio::task::spawn_blocking(move || {
        let options = question.options(&variables)?;
        let key = key(&options, &variables);
        let kept = Cache::of(&variables).and_then(|cache| cache.read(&key, now));
        let contexts = contexts(&options).unwrap_or_default();
        Some(Cluster { words, key, contexts, context: options.context, kept })
    });
    reading.await.ok().flatten()
}

/// By these a credential plugin would open a window in which to sign in.
const BROWSER_VARIABLES: [&str; 3] = ["BROWSER", "DISPLAY", "WAYLAND_DISPLAY"];

/// Asks the cluster through another process.
async fn ask(cluster: &Cluster, session: &Session) -> Option<KnownNamespaces> {
    let mut command = process(&session.program);
    command.arg(REFRESH).args(&cluster.words).env_clear();
    command.envs(
        session.env_vars.iter().filter(|(name, _)| !BROWSER_VARIABLES.iter().any(|known| name == known)),
    );
    command.current_dir(&session.folder);
    let mut child = command.spawn().ok()?;
    let mut text = Vec::new();
    child.stdout.take()?.take(LONGEST_ANSWER).read_to_end(&mut text).await.ok()?;
    if text.trim_ascii() == BUSY.as_bytes() {
        return other_answer(cluster, session).await;
    }
    serde_json::from_slice(&text).ok()
}

/// The answer that a process gets which was asked before.
async fn other_answer(cluster: &Cluster, session: &Session) -> Option<KnownNamespaces> {
    let cache = Cache::of(&session.env_vars)?;
    loop {
        session.clock.sleep(LOOK).await;
        let (cache, key, now) = (cache.clone(), cluster.key.clone(), session.clock.now());
        let kept = tokio::task::spawn_blocking(move || cache.read(&key, now)).await.ok()?;
        if let Some(kept) = kept.filter(|kept| kept.is_fresh(now)) {
            return Some(kept.namespaces);
        }
    }
}

/// A process that talks to this one alone, and outlives it.
fn process(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(windows)]
    {
        /// With a console that nobody sees, in which a credential plugin asks in vain. Without one (`DETACHED_PROCESS`)
        /// the plugin would open a console of its own, as a window.
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command
}
