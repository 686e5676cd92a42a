//! What Azure says beside the cluster: which Flux configurations deliver to an environment, whether the cluster complies
//! with them, how old that is, and why it is not known or cannot be relied on. The cluster's verdict stays the
//! cluster's: nothing here changes the standing of what a cluster was asked about. Where an environment is that no asked
//! cluster has, and where it stands there, is Azure's to say.

mod answers;
mod case;
mod clusters;
mod configuration;
mod doubt;
mod elsewhere;
mod followed_repository;
mod follower_finding;
mod followers;
mod join;
mod lag;
mod next_command;
mod origin;
mod own_word;
mod question;
mod silence;
mod unlisted;
mod view;

#[cfg(test)]
mod elsewhere_tests;
#[cfg(test)]
mod scene;

pub use answers::{AzureAnswer, AzureAnswers};
pub use case::{ComplianceCase, ComplianceFinding};
pub use followed_repository::FollowedRepository;
pub use followers::{Follower, Followers};
pub use join::{join, unidentified_clusters};
pub(in crate::model) use next_command::{
    list_configurations, resume_configuration, show_cluster, show_configuration,
};
pub use origin::{AppliedConfiguration, AppliedObject, AzureOrigin};
pub use question::{AzureQuestion, clouds, further_questions, wanted_questions};
pub use silence::AzureSilence;
pub use view::Compliance;
