//! Why set-up cannot be planned.

use crate::flow::DiscoverError;
use crate::kubernetes::Connection;
use crate::model::cluster::{Answer, Scope};
use crate::model::github::RepositoryName;
use crate::model::{ClusterFlags, Exit, Failure};

/// Why set-up cannot be planned.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A cluster does not say what it has.
    #[error("{cluster} does not answer: {question}: {why}")]
    NotRead {
        /// The cluster.
        cluster: String,
        /// What was asked.
        question: String,
        /// Why not.
        why: String,
        /// A command that shows more.
        hint: String,
        /// How a command ends.
        exit: Exit,
    },
    /// Somebody else moves a branch again and again.
    #[error("branch {branch} of {repository} is being moved by somebody else")]
    BranchMoves {
        /// The repository.
        repository: RepositoryName,
        /// The branch.
        branch: String,
    },
    /// The repository has no commit to begin from.
    #[error("{repository} has no commit on its default branch")]
    Empty {
        /// The repository.
        repository: RepositoryName,
    },
    /// There is no token.
    #[error(transparent)]
    NoToken(#[from] DiscoverError),
}

impl SetupError {
    /// What a cluster did not say.
    pub(super) fn not_read(connection: &Connection, scope: &Scope, answer: &Answer) -> Self {
        let question = scope.question();
        let namespace = question.namespace.as_ref().map(|name| format!(" -n {name}")).unwrap_or_default();
        let can_i = format!("kubectl auth can-i {} {}{namespace}", question.verb, question.resource);
        let (why, hint, exit) = match answer {
            Answer::Forbidden => ("not allowed".to_owned(), can_i, Exit::Denied),
            Answer::Unauthenticated => {
                ("not authenticated".to_owned(), "kubectl auth whoami".to_owned(), Exit::Denied)
            }
            Answer::Silent(why) => (why.clone(), "kubectl cluster-info".to_owned(), Exit::Failed),
            _ => ("it takes no more requests".to_owned(), "kubectl cluster-info".to_owned(), Exit::Failed),
        };
        let flags: ClusterFlags = connection.flags();
        let cluster = connection
            .cluster()
            .context()
            .map_or_else(|| "the cluster".to_owned(), |context| format!("context {context}"));
        Self::NotRead { cluster, question: question.to_string(), why, hint: flags.add_to(&hint), exit }
    }
}

impl Failure for SetupError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotRead { .. } => "ClusterNotRead",
            Self::BranchMoves { .. } => "BranchMoves",
            Self::Empty { .. } => "RepositoryEmpty",
            Self::NoToken(error) => error.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotRead { hint, .. } => Some(hint.clone()),
            Self::BranchMoves { .. } => Some("run the command again once it rests".to_owned()),
            Self::Empty { repository } => Some(format!("commit something to it: gh repo clone {repository}")),
            Self::NoToken(error) => error.hint(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NotRead { exit, .. } => *exit,
            Self::BranchMoves { .. } | Self::Empty { .. } => Exit::Failed,
            Self::NoToken(error) => error.exit(),
        }
    }
}
