//! What GitHub says beside the cluster: which repository and branch an environment follows, what the tracking
//! files on it say, the pull requests that wait, the statuses of the deployed commit; and what that means for
//! somebody who looks at the environment. The cluster's verdict stays the cluster's: nothing here changes a
//! standing.

mod all_branches;
mod answer;
mod answers;
mod branch;
mod branch_answers;
mod chain;
mod configuration_age;
mod configuration_changes;
mod continuous_integration;
mod deploy_runs;
mod dispatch;
mod downgrade;
mod elsewhere;
mod end_to_end;
mod github_command;
mod held;
mod join;
mod named_versions;
mod notice;
mod notification;
mod pipeline_answers;
mod pipeline_facts;
mod pull_answers;
mod pull_requests;
mod question;
mod rate_limit_message;
mod remaining;
mod restored_branch;
mod revision;
mod revision_stage;
mod scope;
mod stages;
mod upstreams;
mod view;
mod workflow_runs;

pub use answer::{Distance, FormerVersion, Link, PullFacts, Tracking, Upstream, Upstreams};
pub use answers::{GithubAnswer, GithubAnswers};
pub use branch::{FollowedBranch, followed_branches};
pub use chain::Chain;
pub use configuration_changes::ConfigurationChanges;
pub use join::join;
pub use pipeline_facts::PipelineFacts;
pub use question::GithubQuestion;
pub use remaining::remaining_upstreams;
pub use revision::FoundRevision;
pub use scope::GithubScope;
pub use upstreams::{upstreams, wanted_questions};
pub use view::UpstreamView;
