//! A hold: a person keeps promotions away from an environment. It takes the place of what is well or waits, and stands
//! beside what is wrong or moves.

use super::github_command::GithubPlace;
use super::{PipelineFacts, Upstream};
use crate::model::World;
use crate::model::contract::HOLD;
use crate::model::pipeline::Hold;
use crate::model::verdict::{
    EnvironmentStatus, Evidence, Outlook, Reason, Remark, Since, SinceFrom, Standing,
};

/// Adds the hold on an environment to its verdict.
pub(super) fn add(pipeline: &PipelineFacts, upstream: &Upstream, environment: &mut EnvironmentStatus) {
    let (Some(hold), Some(source)) = (&upstream.hold, &pipeline.source) else { return };
    let remark = hold_remark(hold, upstream);
    let gives_way = matches!(
        environment.standing,
        Standing::Deployed
            | Standing::NotDeployed
            | Standing::Building
            | Standing::Rendering
            | Standing::AwaitingApproval
    );
    if gives_way {
        environment.message = format!("{}; {}", remark.message, environment.message);
        environment.headline.clone_from(&environment.message);
        environment.standing = Standing::Held;
        environment.reason = Reason::HeldBy;
        environment.cause = None;
        environment.since = hold.since.map(|time| Since { time, from: SinceFrom::Hold });
        environment.outlook = Outlook::Final;
    } else {
        environment.remarks.push(remark.clone());
    }
    environment.evidence.push(Evidence {
        world: World::Github,
        as_of: hold.since,
        kind: "Variable",
        namespace: source.to_string(),
        name: format!("{HOLD} of {}", upstream.environment),
        says: remark.message,
    });
    environment.next.push(GithubPlace::new(&pipeline.host, source).lift_hold(&upstream.environment));
    environment.hold = Some(hold.clone());
}

/// `held by ada since 2026-11-01 04:00 UTC at 0.0.1-12: broken line 4`.
fn hold_remark(hold: &Hold, upstream: &Upstream) -> Remark {
    let by = hold.by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
    let since =
        hold.since.map(|since| format!(" since {}", since.strftime("%F %H:%M UTC"))).unwrap_or_default();
    let version = hold.version.as_deref().map(|version| format!(" at {version}")).unwrap_or_default();
    let by = if by.is_empty() { " by somebody" } else { &by };
    let environment = &upstream.environment;
    Remark::quoting(Reason::HeldBy, format!("{environment} is held{by}{since}{version}"), &hold.reason)
}
