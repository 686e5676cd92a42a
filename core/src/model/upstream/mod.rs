//! What GitHub says beside the cluster: which repository and branch an environment follows, what the tracking
//! files on it say, the pull requests that wait, the statuses of the deployed commit; and what that means for
//! somebody who looks at the environment. The cluster's verdict stays the cluster's: nothing here changes a
//! standing.

mod answer;
mod join;
mod question;
mod view;

pub use answer::{Distance, Link, Tracking, Unanswered, Upstream, Upstreams};
pub use join::{Beside, join};
pub use question::{Question, questions};
pub use view::UpstreamView;
