//! What an environment waits for to which nothing was ever deployed: the one before it in the chain.

use super::github_command::status_of_environment;
use super::stages::environment_before;
use super::{PipelineFacts, Upstream, Upstreams};
use crate::model::verdict::{EnvironmentStatus, Reason, Standing};

/// Says which environment comes first, and looks there: that the folder is not there yet follows from that. Not where
/// something is on its way here already.
pub(super) fn add(
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    upstreams: &Upstreams,
    environment: &mut EnvironmentStatus,
) {
    let is_untouched =
        environment.standing == Standing::NotDeployed && environment.reason == Reason::PathMissing;
    let is_on_its_way = environment.remarks.iter().any(|remark| remark.reason == Reason::DeployNotDispatched);
    if !is_untouched || is_on_its_way {
        return;
    }
    let name = &upstream.environment;
    let (Some(source), Some(before)) = (&pipeline.source, pipeline.chain.before(name)) else { return };
    let proved = environment_before(pipeline, name, upstreams).map(|(_, proved)| proved);
    let version = proved.and_then(|proved| proved.tracked()?.version.as_deref());
    let what = match (version, proved.is_some_and(Upstream::is_untracked)) {
        (Some(version), _) => format!("until {version} is proved there"),
        (None, true) => "where nothing was deployed yet".to_owned(),
        (None, false) => "until something is proved there".to_owned(),
    };
    let waits = format!("it waits for {before}, {what}");
    environment.message = format!("{waits}: {}", environment.message);
    environment.headline = format!("{waits}: {}", environment.headline);
    environment.next = vec![status_of_environment(source, before)];
}
