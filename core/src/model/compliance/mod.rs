//! What Azure says beside the cluster: which Flux configurations deliver to an environment, whether the cluster complies
//! with them, how old that is, and why it is not known or cannot be relied on. The cluster's verdict stays the
//! cluster's: nothing here changes a standing.

mod answers;
mod case;
mod clusters;
mod configuration;
mod doubt;
mod join;
mod lag;
mod next_command;
mod origin;
mod question;
mod view;

#[cfg(test)]
mod scene;

pub use answers::{AzureAnswer, AzureAnswers};
pub use case::{ComplianceCase, ComplianceFinding};
pub use join::{join, unidentified_clusters};
pub use origin::{AppliedConfiguration, AppliedObject, AzureOrigin};
pub use question::{AzureQuestion, clouds, wanted_questions};
pub use view::Compliance;
