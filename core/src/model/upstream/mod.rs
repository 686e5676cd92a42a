//! What GitHub says of pipelines: which repository and branch an environment follows, the runs of workflows, the tracking
//! files, the pull requests that wait, statuses and holds; and what that means for somebody who looks at an environment.
//!
//! A [`GithubScope`] and the answers by now say what is still to be asked ([`wanted_questions`]). [`join`] adds what they
//! say ([`upstreams`]) to a picture, whose standings change only where nothing was applied, when held, and of a revision.
//!
//! ```
//! use gitops_core::model::pipeline::{Resolved, ResolvedFrom};
//! use gitops_core::model::upstream::{GithubAnswers, GithubScope, wanted_questions};
//!
//! let named = Resolved::new("contoso/hello".parse()?, ResolvedFrom::Flag("--project"));
//! let scope = GithubScope::default().with_repository(named);
//! let first = wanted_questions(&scope, &GithubAnswers::default());
//! assert!(first.iter().any(|question| question.to_string() == "workflow runs of contoso/hello-gitops"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod all_branches;
mod answer;
mod answers;
mod asked_revision;
mod awaited_environment;
mod branch;
mod branch_answers;
mod branch_notices;
mod chain;
mod configuration_age;
mod configuration_changes;
mod continuous_integration;
mod deploy_runs;
mod dispatch;
mod downgrade;
mod elsewhere;
mod end_to_end;
mod former_version;
mod found_repository;
mod github_command;
mod held;
mod join;
mod named_versions;
mod notice;
mod notification;
mod pipeline_answers;
mod pipeline_facts;
mod pipeline_repositories;
mod pipeline_views;
mod pull_answers;
mod pull_requests;
mod question;
mod rate_limit_message;
mod remaining;
mod restored_branch;
mod revision;
mod revision_answers;
mod revision_stage;
mod scope;
mod stages;
mod superseded;
mod upstreams;
mod version_order;
mod view;
mod way_back;
mod workflow_runs;

pub use answer::{Distance, Link, PullFacts, Tracking, Upstream, Upstreams};
pub use answers::{GithubAnswer, GithubAnswers};
pub use branch::{FollowedBranch, followed_branches};
pub use chain::Chain;
pub use configuration_changes::ConfigurationChanges;
pub use former_version::FormerVersion;
pub use join::join;
pub use pipeline_facts::{PipelineFacts, RepositoryOrigins};
pub use pipeline_views::add_pipelines;
pub use question::GithubQuestion;
pub use remaining::remaining_upstreams;
pub use revision::FoundRevision;
pub use revision_answers::RevisionFacts;
pub use scope::GithubScope;
pub use upstreams::{upstreams, wanted_questions};
pub use view::UpstreamView;
