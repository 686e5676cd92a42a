//! Whoever hears everything that a cluster answers, as it was answered: a recording. Verdicts do not listen, they ask.

use std::fmt;
use std::sync::Arc;

use super::connect::Connection;
use super::pruning::Audience;
use crate::model::cluster::Scope;
use crate::model::recording::AnswerReport;
use crate::wire::ServerClock;

type Hear = dyn Fn(&Scope, &str, AnswerReport<'_>, &ServerClock) + Send + Sync;

/// Hears what is answered: of which scope, at which API version, what, and by which clock. Cheap to clone.
#[derive(Clone)]
pub struct Listener(Arc<Hear>);

impl Listener {
    /// One that calls `hear` for every answer.
    pub fn new(hear: impl Fn(&Scope, &str, AnswerReport<'_>, &ServerClock) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Listener")
    }
}

impl Connection {
    /// Who reads what is answered.
    pub(super) fn audience(&self) -> Audience {
        if self.options.listener.is_some() { Audience::Recording } else { Audience::Verdict }
    }

    /// Lets the listener hear, where there is one.
    pub(super) fn tell_listener(&self, scope: &Scope, report: AnswerReport<'_>) {
        if let Some(Listener(hear)) = &self.options.listener {
            let api_version = self.versions.resource(scope.kind).api_version;
            hear(scope, &api_version, report, self.server_clock());
        }
    }
}
