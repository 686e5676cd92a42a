//! Why there is nothing to say about the selected environments.

use std::collections::BTreeSet;

use crate::model::{Exit, Failure, Question, Unanswered, Why};

/// There is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The API server does not know who asks.
    #[error("not authenticated at {server}")]
    Unauthenticated {
        /// The API server.
        server: String,
    },
    /// Who asks may read nothing.
    #[error("not allowed to read anything at {server}{}: {first}", asker.as_ref().map(|name| format!(" as {name}")).unwrap_or_default())]
    Forbidden {
        /// The API server.
        server: String,
        /// Who asks, where the API server told.
        asker: Option<String>,
        /// One of the questions that were refused, of Flux's kinds where one is.
        first: Box<Question>,
    },
    /// The API server takes no more requests for now.
    #[error("{server} is overloaded (429 Too Many Requests)")]
    Overloaded {
        /// The API server.
        server: String,
    },
    /// The API server gave no answer.
    #[error("no answer from {server}: {why}")]
    Silent {
        /// The API server.
        server: String,
        /// What happened instead.
        why: String,
    },
    /// The namespace is not there.
    #[error("namespace {namespace} is not there")]
    NamespaceMissing {
        /// The namespace.
        namespace: String,
        /// Those that something delivers to.
        followed: Vec<String>,
    },
    /// Nothing delivers to the namespace.
    #[error("no Flux object deploys to namespace {namespace}")]
    FollowsNothing {
        /// The namespace.
        namespace: String,
        /// Those that something delivers to.
        followed: Vec<String>,
        /// Whether Flux is installed.
        has_flux: bool,
    },
    /// Nothing delivers to any namespace.
    #[error("no Flux object deploys to any namespace of this cluster")]
    Nothing {
        /// Whether Flux is installed.
        has_flux: bool,
    },
    /// Nothing delivers to any of the namespaces that were listed.
    #[error("no Flux object deploys to any of these namespaces: {}", listed(namespaces))]
    NoneFollows {
        /// The namespaces.
        namespaces: BTreeSet<String>,
        /// Those that something delivers to.
        followed: Vec<String>,
        /// Whether Flux is installed.
        has_flux: bool,
    },
    /// Nothing delivers to an environment of the project.
    #[error("no Flux object deploys an environment of project {project}")]
    NoProject {
        /// The project.
        project: String,
        /// The namespaces that something delivers to.
        followed: Vec<String>,
        /// Whether Flux is installed.
        has_flux: bool,
    },
    /// No world tells of an environment of the project.
    #[error("nothing is known of project {project}{}", reasons(gaps))]
    ProjectUnknown {
        /// The project, as it was named.
        project: String,
        /// What was not answered.
        gaps: Vec<Unanswered>,
    },
    /// The pipelines have no environment of the name.
    #[error("there is no environment {environment}{}", unasked.iter().map(|why| format!(", as far as is known ({why})")).collect::<String>())]
    NoEnvironment {
        /// The name.
        environment: String,
        /// Those that there are.
        known: Vec<String>,
        /// Why there may be others.
        unasked: Option<String>,
    },
    /// No repository of the pipelines has the commit.
    #[error("there is no commit {revision} in {}", looked.iter().map(String::as_str).collect::<Vec<_>>().join(", "))]
    NoRevision {
        /// The commit, or the beginning of its hash.
        revision: String,
        /// Where it was looked for.
        looked: BTreeSet<String>,
    },
    /// No environment has the deployment target.
    #[error("there is no deployment target {target}")]
    NoTarget {
        /// The folder.
        target: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// No environment's namespace has the labels.
    #[error("no environment is in a namespace with these labels: {selector}")]
    NoneSelected {
        /// The labels.
        selector: String,
    },
    /// The labels of namespaces may not be read.
    #[error("the labels of namespaces may not be read, so that nothing can be selected by {selector}")]
    LabelsUnreadable {
        /// The labels that were asked for.
        selector: String,
    },
}

fn listed(namespaces: &BTreeSet<String>) -> String {
    namespaces.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// `: github: no token`; each once.
fn reasons(gaps: &[Unanswered]) -> String {
    let reasons: BTreeSet<String> = gaps.iter().map(|gap| format!("{}: {}", gap.world, gap.why)).collect();
    reasons.iter().map(|reason| format!("; {reason}")).collect()
}

impl Failure for StatusError {
    fn is_transient(&self) -> bool {
        matches!(self, StatusError::Silent { .. } | StatusError::Overloaded { .. })
    }

    fn code(&self) -> &'static str {
        match self {
            StatusError::Unauthenticated { .. } => "NotAuthenticated",
            StatusError::Forbidden { .. } => "NotAllowed",
            StatusError::Overloaded { .. } => "TooManyRequests",
            StatusError::Silent { .. } => "NoAnswer",
            StatusError::NamespaceMissing { .. } => "NamespaceMissing",
            StatusError::FollowsNothing { .. }
            | StatusError::NoneFollows { .. }
            | StatusError::NoProject { .. }
            | StatusError::Nothing { .. } => "FollowsNothing",
            StatusError::NoneSelected { .. } => "NothingSelected",
            StatusError::ProjectUnknown { .. } => "ProjectUnknown",
            StatusError::NoEnvironment { .. } => "EnvironmentMissing",
            StatusError::NoTarget { .. } => "TargetMissing",
            StatusError::NoRevision { .. } => "CommitMissing",
            StatusError::LabelsUnreadable { .. } => "NotAllowed",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            StatusError::Unauthenticated { .. } => {
                "sign in again, or choose another context with --context: kubectl config get-contexts".into()
            }
            StatusError::Forbidden { first, .. } => {
                format!("ask for this right, or use a context that has it; check it: {}", first.can_i())
            }
            StatusError::Overloaded { .. } | StatusError::Silent { .. } => {
                return self.refusal()?.hint_of_cluster().map(str::to_owned);
            }
            StatusError::NamespaceMissing { followed, .. }
            | StatusError::NoneFollows { followed, .. }
            | StatusError::NoProject { followed, .. }
            | StatusError::FollowsNothing { followed, .. }
                if !followed.is_empty() =>
            {
                format!("choose one that Flux deploys to with -n: {}", followed.join(", "))
            }
            StatusError::FollowsNothing { has_flux: false, .. }
            | StatusError::NoneFollows { has_flux: false, .. }
            | StatusError::NoProject { has_flux: false, .. }
            | StatusError::Nothing { has_flux: false } => {
                "Flux is not installed here: see az k8s-extension create --extension-type microsoft.flux"
                    .into()
            }
            StatusError::ProjectUnknown { .. } => {
                "check the name, and that the token may read the repository; kubectl gitops-status -A shows what this \
                 cluster follows"
                    .into()
            }
            StatusError::NoEnvironment { known, .. } => format!("choose one of: {}", known.join(", ")),
            StatusError::NoRevision { .. } => {
                "see whether it is pushed: git branch -r --contains COMMIT".into()
            }
            StatusError::NoTarget { known, .. } if known.is_empty() => {
                "leave --target out: which targets there are is not known".into()
            }
            StatusError::NoTarget { known, .. } => format!("choose one of: {}", known.join(", ")),
            StatusError::NoneSelected { .. } => {
                "see their labels: kubectl get namespaces --show-labels".into()
            }
            StatusError::LabelsUnreadable { .. } => {
                "name the namespaces instead: kubectl gitops-status NAMESPACE...".into()
            }
            StatusError::NamespaceMissing { .. } => "see which there are: kubectl get namespaces".into(),
            _ => "see what Flux has: kubectl get gitrepositories,kustomizations,helmreleases -A".into(),
        })
    }

    fn exit(&self) -> Exit {
        match self {
            StatusError::Unauthenticated { .. }
            | StatusError::Forbidden { .. }
            | StatusError::LabelsUnreadable { .. } => Exit::Denied,
            StatusError::Overloaded { .. } | StatusError::Silent { .. } => Exit::Failed,
            StatusError::ProjectUnknown { gaps, .. } => match gaps.as_slice() {
                [] => Exit::NotFound,
                gaps if gaps.iter().all(|gap| gap.why.is_refusal()) => Exit::Denied,
                _ => Exit::Failed,
            },
            _ => Exit::NotFound,
        }
    }
}

impl StatusError {
    /// Why a cluster gave no answer; `None` where it answered that nothing is there.
    pub(super) fn refusal(&self) -> Option<Why> {
        match self {
            StatusError::Unauthenticated { .. } => Some(Why::NotAuthenticated),
            StatusError::Forbidden { .. } => Some(Why::NotAllowed),
            StatusError::Overloaded { .. } => Some(Why::Overloaded),
            StatusError::Silent { why, .. } => Some(Why::NoAnswer(why.clone())),
            _ => None,
        }
    }
}
