//! What GitHub says beside the cluster: which repository and branch an environment follows, what the tracking
//! files on it say, the pull requests that wait, the statuses of the deployed commit; and what that means for
//! somebody who looks at the environment. The cluster's verdict stays the cluster's: nothing here changes a
//! standing.

mod answer;
mod answers;
mod branch;
mod branch_answers;
mod join;
mod named_versions;
mod question;
mod rate_limit_message;
mod remaining;
mod restored_branch;
mod upstreams;
mod view;
mod view_command;

pub use answer::{Distance, Link, Tracking, Upstream, Upstreams};
pub use answers::{GithubAnswer, GithubAnswers};
pub use branch::{FollowedBranch, followed_branches};
pub use join::join;
pub use question::GithubQuestion;
pub use remaining::remaining_upstreams;
pub use upstreams::{upstreams, wanted_questions};
pub use view::UpstreamView;
