//! The one way to GitHub of a run: one client, opened on first use, and one memory of what it answered. Clones share
//! both, so that what follows in the background asks nothing that the run has asked before.

use std::sync::{Arc, Mutex as Lock, MutexGuard, PoisonError};

use tokio::sync::Mutex;

use super::github_memory::GithubMemory;
use crate::github::{Access, AccessError, Github};
use crate::wire::Clock;

/// GitHub as one run reaches it. Cheap to clone.
#[derive(Clone)]
pub(super) struct GithubConnection {
    access: Access,
    clock: Clock,
    client: Arc<Mutex<Option<Github>>>,
    memory: Arc<Lock<GithubMemory>>,
}

impl GithubConnection {
    /// Connects to nothing yet.
    pub(super) fn new(access: Access, clock: Clock) -> Self {
        Self { access, clock, client: Arc::default(), memory: Arc::default() }
    }

    /// The host that git addresses name, with its port where it has one.
    pub(super) fn host(&self) -> &str {
        self.access.host()
    }

    /// The clock of the run.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The client, made on first use; `None` without a token.
    pub(super) async fn client(&self) -> Result<Option<Github>, AccessError> {
        let mut client = self.client.lock().await;
        if client.is_none() {
            *client = self.access.open().await?.map(|github| github.with_clock(self.clock.clone()));
        }
        Ok(client.clone())
    }

    /// What was answered before.
    pub(super) fn memory(&self) -> MutexGuard<'_, GithubMemory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
