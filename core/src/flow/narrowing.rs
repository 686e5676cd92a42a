//! What of the selected pipelines is shown: one environment, one deployment target; and the commit whose way is asked
//! for. Taken at the end: which environments and targets there are is known when every world was asked.

use std::collections::BTreeSet;

use super::status_error::StatusError;
use crate::model::pipeline::target_path;
use crate::model::verdict::{EnvironmentStatus, Picture};
use crate::model::{World, harmless};

/// A part of the selected pipelines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// The name of an environment.
    pub environment: Option<String>,
    /// A deployment target: a folder of the gitops repository, in any spelling.
    pub target: Option<String>,
    /// A commit of a source or gitops repository, or the beginning of its hash.
    pub revision: Option<String>,
}

impl Narrowing {
    /// Leaves what was asked for.
    pub(super) fn narrow(&self, picture: &mut Picture) {
        picture.environments.retain(|environment| self.is_asked(environment));
    }

    /// Why nothing of a picture is what was asked for; nothing where something is.
    pub(super) fn error(&self, picture: &Picture) -> Option<StatusError> {
        let environments = &picture.environments;
        if environments.is_empty() || environments.iter().any(|environment| self.is_asked(environment)) {
            return None;
        }
        let unasked = picture.unanswered_by(World::Github).find(|unanswered| unanswered.is_gap());
        let unasked = unasked.map(|unanswered| format!("{}: {unanswered}", World::Github));
        let named: Vec<&EnvironmentStatus> =
            environments.iter().filter(|environment| self.is_named(environment)).collect();
        Some(match (&self.environment, &self.target) {
            (Some(environment), _) if named.is_empty() => StatusError::NoEnvironment {
                environment: harmless(environment),
                known: distinct(environments.iter().map(|own| own.environment.clone())),
                unasked,
            },
            (_, target) => StatusError::NoTarget {
                target: harmless(&target_path(target.as_deref().unwrap_or_default())),
                known: distinct(named.iter().flat_map(|environment| environment.targets.iter().cloned())),
            },
        })
    }

    fn is_asked(&self, environment: &EnvironmentStatus) -> bool {
        self.is_named(environment) && self.has_target(environment)
    }

    fn is_named(&self, environment: &EnvironmentStatus) -> bool {
        let name = self.environment.as_deref();
        name.is_none_or(|name| environment.environment.eq_ignore_ascii_case(name.trim()))
    }

    fn has_target(&self, environment: &EnvironmentStatus) -> bool {
        let Some(target) = self.target.as_deref().map(target_path) else { return true };
        environment.targets.iter().any(|own| target_path(own) == target)
    }
}

/// Each once, in order.
fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    names.collect::<BTreeSet<String>>().into_iter().collect()
}
