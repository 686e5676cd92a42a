//! What a scenario is: steps on a real pipeline, and the story that the plugin must tell of them.

pub(crate) mod case;
pub(crate) mod helm;
pub(crate) mod manifests;
pub(crate) mod origin;

use futures::future::LocalBoxFuture;

use crate::problem::Outcome;
use crate::scenario::case::Case;
use crate::story::expectation::Expected;

/// One scenario.
pub(crate) struct Scenario {
    /// Also its project, and the names of its files.
    pub(crate) name: &'static str,
    /// What happens, for `--list`.
    pub(crate) title: &'static str,
    /// What must be told, in order.
    pub(crate) story: Vec<Expected>,
    pub(crate) steps: Steps,
    /// Whether it disturbs others: then it runs after them, by itself.
    pub(crate) alone: bool,
    /// Whether it has HelmReleases, whose definition is not part of this checkout.
    pub(crate) releases: bool,
    /// Whether what its objects said is kept beside the transcript.
    pub(crate) recorded: bool,
}

/// What is done. Steps wait on what Flux says and on what the plugin says, never on a clock.
pub(crate) type Steps = for<'a> fn(&'a mut Case<'_>) -> LocalBoxFuture<'a, Outcome>;

impl Scenario {
    /// One of parts: the entries of the parts, one after another.
    pub(crate) fn new(name: &'static str, title: &'static str, story: &[&[Expected]], steps: Steps) -> Self {
        Self { name, title, story: story.concat(), steps, alone: false, releases: false, recorded: false }
    }

    /// One that keeps what its objects said.
    pub(crate) fn recorded(self) -> Self {
        Self { recorded: true, ..self }
    }

    /// One with HelmReleases.
    pub(crate) fn with_releases(self) -> Self {
        Self { releases: true, ..self }
    }
}
