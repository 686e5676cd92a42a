//! Whether the configuration has changes that are not rendered, and nothing renders them.

use jiff::Timestamp;

use super::deploy_runs::deploy_runs;
use super::github_command::GithubPlace;
use super::notice::{Notice, is_recent};
use super::{ConfigurationChanges, FollowedBranch, PipelineFacts, PullFacts, Upstream};
use crate::model::contract::NOTIFY_CONFIGURATION_WORKFLOW;
use crate::model::counted;
use crate::model::github::PullRequest;
use crate::model::verdict::{NextCommand, Reason, short};

/// That the branch of the configs repository is newer than what is tracked. Not while a run or a pull request renders
/// it, and not before the change had time to start one.
pub(super) fn notice(
    followed: &FollowedBranch,
    pipeline: &PipelineFacts,
    upstream: &Upstream,
    now: Timestamp,
) -> Option<Notice> {
    let changes = upstream.configuration.as_ref().filter(|changes| changes.is_newer())?;
    let (source, configs) = (pipeline.source.as_ref()?, pipeline.configs.as_ref()?);
    let tracking = upstream.tracked()?;
    let rendered = tracking.config_commit.as_deref()?;
    let is_rendering = deploy_runs(pipeline).iter().any(|deploy| {
        deploy.run.state.is_under_way()
            && (deploy.environment.is_none() || deploy.is_for(&upstream.environment))
    });
    let renders = |facts: &PullFacts| facts.configuration.as_ref().is_some_and(|own| !own.is_newer());
    let is_notifying = pipeline.configs_runs.iter().any(|runs| {
        runs.of(NOTIFY_CONFIGURATION_WORKFLOW)
            .any(|run| run.state.is_under_way() && run.branch.eq_ignore_ascii_case(&followed.branch))
    });
    let is_rendered = upstream.pull_facts.iter().any(renders);
    if is_recent(changes.oldest, now) || is_rendering || is_notifying || is_rendered {
        return None;
    }
    let files = files_in_words(changes);
    let message = format!(
        "branch {} of {configs} has changed {files} since {}, which was rendered: no pull request brings it",
        followed.branch,
        short(rendered)
    );
    let place = GithubPlace::new(&pipeline.host, source);
    let inputs = tracking.commit.as_deref().map(|commit| {
        let mut inputs = vec![("environment", upstream.environment.as_str()), ("commit_id", commit)];
        inputs.push(("promotion", "n"));
        inputs.extend(tracking.image_tag.as_deref().map(|tag| ("image_tag", tag)));
        inputs.extend(tracking.version.as_deref().map(|version| ("version", version)));
        inputs
    });
    let file = super::dispatch::deploy_file(pipeline);
    let next = inputs.map(|inputs| place.start(&file, &inputs, "render it, without promoting it further"));
    let says = format!("{} after {}", counted(changes.commits, "commit"), short(rendered));
    let notice = Notice::new(Reason::ConfigurationNewer, message);
    Some(notice.by("Branch", configs, &followed.branch, says, changes.oldest).then(next))
}

/// The changed files in words: `hello/values.yaml`, `3 values.yaml files`.
pub(super) fn files_in_words(changes: &ConfigurationChanges) -> String {
    match changes.values.as_slice() {
        [only] if !changes.is_cut => crate::model::harmless(only),
        files => {
            let more = if changes.is_cut { " or more" } else { "" };
            format!("{}{more} values.yaml files", files.len())
        }
    }
}

/// The command that renders a pull request anew from the newest configuration. Its image and version are those of its
/// tracking files, which the workflow is given by whoever starts it.
pub(super) fn render_again(
    pipeline: &PipelineFacts,
    environment: &str,
    pull: &PullRequest,
    facts: &PullFacts,
) -> Option<NextCommand> {
    let commit = facts.source_commit.as_deref()?;
    let place = GithubPlace::new(&pipeline.host, pipeline.source.as_ref()?);
    let version = version_of_title(&pull.title)?;
    let inputs =
        [("environment", environment), ("commit_id", commit), ("version", version), ("image_tag", version)];
    Some(place.start(
        &super::dispatch::deploy_file(pipeline),
        &inputs,
        "render it again from the newest configuration",
    ))
}

/// The version in a title `Deploy to '<environment>' '<version>'`.
fn version_of_title(title: &str) -> Option<&str> {
    let version = title.strip_suffix('\'')?.rsplit('\'').next()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte);
    (!version.is_empty() && version.bytes().all(is_plain)).then_some(version)
}
