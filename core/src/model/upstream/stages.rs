//! Where a change is on its way to an environment: what all decisions say of it, as remarks; as its standing where
//! nothing was ever applied there and nothing else is wrong.

use jiff::Timestamp;

use super::github_command::GithubPlace;
use super::notice::Notice;
use super::{
    FollowedBranch, PipelineFacts, Upstream, Upstreams, configuration_age, continuous_integration,
    deploy_runs, dispatch, downgrade, notification, pull_requests,
};
use crate::model::contract::NEXT_ENVIRONMENT;
use crate::model::verdict::{EnvironmentStatus, Outlook, Reason, Remark, Standing};

/// Everything that is to be said of an environment, the furthest on its way first.
pub(super) fn notices(
    followed: &FollowedBranch,
    upstream: &Upstream,
    upstreams: &Upstreams,
    now: Timestamp,
) -> Vec<Notice> {
    let pipeline = upstreams.pipelines.iter().find(|pipeline| pipeline.gitops == followed.repository);
    let mut notices = pull_requests::notices(followed, pipeline, upstream);
    let Some(pipeline) = pipeline else { return notices };
    let environment = upstream.environment.as_str();
    notices.extend(deploy_runs::notice(pipeline, environment, upstream, now));
    notices.extend(notification::notice(followed, pipeline, upstream, now));
    notices.extend(downgrade::notice(followed, pipeline, upstream));
    if !pull_requests::renders_again(&notices) {
        notices.extend(configuration_age::notice(followed, pipeline, upstream, now));
    }
    if is_first(pipeline, environment) {
        notices.extend(deploy_runs::unattributed_notice(pipeline, upstream, now));
        notices.extend(dispatch::of_build(pipeline, upstream, now));
        notices.extend(continuous_integration::notice(pipeline, now));
        notices.extend(circle(pipeline));
    }
    if let Some((before, proved)) = environment_before(pipeline, environment, upstreams) {
        notices.extend(dispatch::of_promotion(pipeline, (before, proved), (environment, upstream), now));
    }
    notices
}

fn is_first(pipeline: &PipelineFacts, environment: &str) -> bool {
    pipeline.chain.position(environment) == Some(0)
}

/// The environment before one, with what GitHub says of it.
pub(super) fn environment_before<'a>(
    pipeline: &'a PipelineFacts,
    environment: &str,
    upstreams: &'a Upstreams,
) -> Option<(&'a str, &'a Upstream)> {
    let is_next = |upstream: &&Upstream| {
        let next = upstream.next.as_ref().map(|next| next.environment.as_str());
        next.is_some_and(|next| next.eq_ignore_ascii_case(environment))
            && pipeline.chain.position(&upstream.environment).is_some()
            && pipeline.source == upstream.source
    };
    let proved = upstreams.of.values().find(is_next)?;
    Some((proved.environment.as_str(), proved))
}

/// That the links of the chain lead back.
fn circle(pipeline: &PipelineFacts) -> Option<Notice> {
    let way = pipeline.chain.circle.as_ref()?;
    let source = pipeline.source.as_ref()?;
    // The last of them leads back to one before it.
    let last = way.len().checked_sub(2).and_then(|index| way.get(index))?;
    let place = GithubPlace::new(&pipeline.host, source);
    let end = place.delete_variable(last, NEXT_ENVIRONMENT, &format!("let promotion end at {last}"));
    let way = way.join(" → ");
    let message = format!("the chain of environments is a circle: {way}; promotion would never end");
    let notice = Notice::new(Reason::ChainCircular, message).then([end]);
    Some(notice.by("Variable", source, NEXT_ENVIRONMENT, way, None))
}

/// Adds what is to be said of an environment to its verdict.
pub(super) fn add(notices: Vec<Notice>, environment: &mut EnvironmentStatus) {
    let is_undeployed = environment.standing == Standing::NotDeployed
        && matches!(environment.reason, Reason::PathMissing | Reason::SourceNotReady);
    let stage = notices.iter().position(|notice| notice.stage.is_some()).filter(|_| is_undeployed);
    let mut next = Vec::new();
    // What follows from where it stands is not told beside it.
    let is_told = |notice: &Notice| stage.is_none() || !is_consequence(notice.remark.reason);
    for (index, notice) in notices.into_iter().enumerate().filter(|(_, notice)| is_told(notice)) {
        let Notice { remark, evidence, next: commands, stage: standing } = notice;
        environment.evidence.extend(evidence);
        if stage == Some(index)
            && let Some(standing) = standing
        {
            take_standing(environment, standing, remark);
            // What Flux is waiting for is no command's work.
            environment.next.clear();
            next.splice(0..0, commands);
        } else {
            environment.remarks.push(remark);
            next.extend(commands);
        }
    }
    for command in next {
        if !environment.next.contains(&command) {
            environment.next.push(command);
        }
    }
}

/// Whether it follows from that something is on its way to where nothing was ever applied.
fn is_consequence(reason: Reason) -> bool {
    matches!(reason, Reason::PathMissing | Reason::TrackingMissing)
}

/// Has an environment stand where a notice says. That its folder is not there yet follows from that.
fn take_standing(environment: &mut EnvironmentStatus, standing: Standing, remark: Remark) {
    environment.remarks.retain(|remark| !is_consequence(remark.reason));
    if environment.reason != Reason::PathMissing {
        environment.remarks.push(Remark::new(environment.reason, environment.message.clone()));
    }
    environment.standing = standing;
    environment.reason = remark.reason;
    environment.cause = remark.cause;
    environment.headline.clone_from(&remark.message);
    environment.message = remark.message;
    environment.url = remark.url;
    environment.since = None;
    environment.outlook = Outlook::MayMend { until: None };
}
