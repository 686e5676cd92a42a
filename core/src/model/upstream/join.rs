//! The cluster's picture with what GitHub says beside it.

use super::named_versions::name_versions;
use super::restored_branch::restored_branch;
use super::revision_stage::RevisionCase;
use super::way_back::way_back;
use super::{FollowedBranch, FoundRevision, GithubScope, Upstream, UpstreamView, Upstreams};
use super::{awaited_environment, branch_notices, elsewhere, end_to_end, held, pipeline_views, stages};
use crate::model::argument::valid_subject;
use crate::model::verdict::{
    EnvironmentStatus, NextCommand, Picture, Reason, Remark, Standing, commit, short,
};
use crate::model::{Unanswered, World, counted};

/// Puts into a picture what GitHub answered about its environments and about the rest of their pipelines.
pub fn join(picture: &mut Picture, scope: &GithubScope, answers: &Upstreams) {
    let now = picture.observed_at;
    elsewhere::add_rows(picture, answers, &scope.host);
    for branch in scope.branches.iter().chain(&answers.elsewhere) {
        let found = picture.environments.iter_mut().find(|environment| environment.id == branch.id);
        let (Some(environment), Some(upstream)) = (found, answers.of.get(&branch.id)) else {
            continue;
        };
        let shown = match branch.applied {
            Some(_) => upstream.running.as_ref(),
            None if environment.standing == Standing::Unknown => upstream.tracked(),
            None => None,
        };
        let version = shown.and_then(|tracking| tracking.version.clone());
        environment.version = version.or(environment.version.take());
        environment.commit =
            shown.and_then(|tracking| tracking.commit.as_deref()).map(|commit| short(commit).to_owned());
        environment.remarks.extend(remarks(branch, upstream, environment));
        if let Some((remark, fetch_now)) = restored_branch(branch, upstream, environment) {
            environment.remarks.push(remark);
            environment.next.insert(0, fetch_now);
        }
        let fetch_now = fetch_command(environment);
        environment.next.extend(fetch_now);
        name_versions(branch, upstream, environment);
        let mut notices = branch_notices::notices(&scope.host, branch, upstream, environment);
        notices.extend(stages::notices(branch, upstream, answers, now));
        let pipeline = answers.pipelines.iter().find(|pipeline| pipeline.gitops == branch.repository);
        if let Some(pipeline) = pipeline {
            RevisionCase { followed: branch, pipeline, upstream, notices: &notices, now }.add_to(environment);
        }
        stages::add(notices, environment);
        if let Some(pipeline) = pipeline {
            awaited_environment::add(pipeline, upstream, answers, environment);
            environment.next.extend(way_back(branch, pipeline, upstream, environment));
        }
        if branch.applied.is_some() {
            environment.tested = end_to_end::tested(branch, &upstream.statuses);
        }
        if let Some(pipeline) = pipeline {
            held::add(pipeline, upstream, environment);
        }
        environment.remarks.sort();
        environment.remarks.dedup();
        environment.github = Some(UpstreamView::of(branch, upstream));
    }
    scope.mark_revision_unknown(picture, &why_revision_unknown(scope, answers), |environment| {
        has_revision(answers, scope, environment)
    });
    picture.pipelines = pipeline_views::views(answers);
    picture.replace_unanswered(World::Github, answers.unanswered.iter().cloned());
}

/// Whether the repositories of an environment's pipeline told which commit is asked for.
fn has_revision(answers: &Upstreams, scope: &GithubScope, environment: &EnvironmentStatus) -> bool {
    let mut branches = scope.branches.iter().chain(&answers.elsewhere);
    let branch = branches.find(|branch| branch.id == environment.id);
    let mut pipelines = answers.pipelines.iter();
    let pipeline = branch.and_then(|branch| pipelines.find(|own| own.gitops == branch.repository));
    pipeline.is_some_and(|pipeline| {
        matches!(pipeline.revision, Some(FoundRevision::Source { .. } | FoundRevision::Gitops { .. }))
    })
}

/// What GitHub did not answer, as far as that tells why it does not say which commit is asked for.
fn why_revision_unknown(scope: &GithubScope, answers: &Upstreams) -> String {
    let is_about_it = |unanswered: &&Unanswered| {
        let revision = scope.revision.as_deref().unwrap_or_default();
        unanswered.what.as_ref().is_some_and(|question| question.resource.contains(revision))
    };
    match answers.unanswered.iter().find(is_about_it).or(answers.unanswered.first()) {
        Some(unanswered) => format!("GitHub: {unanswered}"),
        None => {
            "the token does not see the source or the gitops repository, or they are not there".to_owned()
        }
    }
}

fn remarks(followed: &FollowedBranch, upstream: &Upstream, environment: &EnvironmentStatus) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if upstream.is_branch_missing {
        // Of a repository that the cluster does not find no branch is missing besides.
        if !has_reason(environment, Reason::RepositoryNotFound) {
            let message = format!("branch {} of {} is not there", followed.branch, followed.repository);
            remarks.push(Remark::new(Reason::BranchNotFound, message));
        }
        return remarks;
    }
    if branch_notices::lost_commits(followed, upstream).is_none() {
        remarks.extend(unfetched_remark(followed, upstream, environment));
    }
    if let Some(link) = upstream.next.as_ref()
        && let Some(waiting) = link.waiting.filter(|waiting| *waiting > 0)
    {
        let message =
            format!("{} is {} behind {}", link.environment, counted(waiting, "commit"), followed.environment);
        remarks.push(Remark::new(Reason::NextIsBehind, message));
    }
    remarks
}

/// Whether an environment stands where it does for this reason, or has it beside.
fn has_reason(environment: &EnvironmentStatus, reason: Reason) -> bool {
    environment.reason == reason
        || environment.kustomizations.iter().any(|delivery| delivery.reason == reason)
        || environment.remarks.iter().any(|remark| remark.reason == reason)
}

/// What was pushed and is not fetched. What is fetched and not applied is the cluster's own affair.
fn unfetched_remark(
    followed: &FollowedBranch,
    upstream: &Upstream,
    environment: &EnvironmentStatus,
) -> Option<Remark> {
    // Of an environment elsewhere nobody at hand can say what is fetched.
    let head = upstream.head.as_deref().filter(|_| environment.id.cluster.is_at_hand())?;
    let fetched = environment.source.as_ref()?.revision.as_deref().and_then(commit);
    if Some(head) == fetched || Some(head) == followed.applied.as_deref() {
        return None;
    }
    let version = upstream.newest.as_ref().and_then(|newest| newest.version.as_deref());
    let version = version.map(|version| format!(" ({version})")).unwrap_or_default();
    let not_fetched = if has_reason(environment, Reason::SourceSuspended) {
        "not fetched because the source is suspended"
    } else if has_reason(environment, Reason::KustomizationSuspended) {
        "Flux has not fetched it, and applies nothing while the kustomization is suspended"
    } else {
        "Flux has not fetched it"
    };
    let ahead = upstream
        .distance
        .map(|distance| format!(", {} ahead of what is applied", counted(distance.ahead, "commit")));
    let message = format!("{}{version} is pushed{}; {not_fetched}", short(head), ahead.unwrap_or_default());
    Some(Remark::new(Reason::MergedNotFetched, message))
}

/// What has Flux fetch what was pushed, where nothing keeps it from doing so.
fn fetch_command(environment: &EnvironmentStatus) -> Option<NextCommand> {
    let is_stopped = [Reason::SourceSuspended, Reason::KustomizationSuspended]
        .into_iter()
        .any(|reason| has_reason(environment, reason));
    let is_pushed = environment.remarks.iter().any(|remark| remark.reason == Reason::MergedNotFetched);
    let namespace = valid_subject(&environment.id.namespace, "'<namespace>'");
    (is_pushed && !is_stopped).then(|| {
        NextCommand::new(
            format!("kubectl gitops-reconcile -n {namespace}"),
            "have Flux fetch and apply it now",
        )
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::model::cluster::{Answer, ClusterState, Kind, Scope};
    use crate::model::pipeline::{ClusterRef, EnvironmentId};
    use crate::model::upstream::{Distance, Link, Tracking};
    use crate::model::verdict::{Selection, Standing, picture};
    use crate::model::{PipelineStatus, Unanswered, Why};

    const COMMIT: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";

    /// A cluster whose namespace `dev-hello` follows a branch of one gitops repository.
    fn cluster(context: &str, branch: &str, is_suspended: bool) -> ClusterState {
        let mut cluster = ClusterState::new(ClusterRef::Context(context.to_owned()));
        let revision = format!("{branch}@sha1:{COMMIT}");
        let source = json!({
            "metadata": { "name": "hello", "namespace": "dev-hello" },
            "spec": { "url": "https://github.com/contoso/hello-gitops", "ref": { "branch": branch } },
            "status": { "observedGeneration": 0, "artifact": { "revision": revision } },
        });
        let kustomization = json!({
            "metadata": { "name": "hello", "namespace": "dev-hello" },
            "spec": { "suspend": is_suspended, "sourceRef": { "kind": "GitRepository", "name": "hello" } },
            "status": { "observedGeneration": 0, "lastAttemptedRevision": revision, "lastAppliedRevision": revision },
        });
        cluster.replace(Scope::namespace(Kind::GitRepository, "dev-hello"), Answer::Objects(vec![source]));
        cluster.replace(
            Scope::namespace(Kind::Kustomization, "dev-hello"),
            Answer::Objects(vec![kustomization]),
        );
        cluster.replace(Scope::namespace(Kind::Pod, "dev-hello"), Answer::Forbidden);
        cluster
    }

    fn version(version: &str) -> Upstream {
        let tracking = Tracking { version: Some(version.to_owned()), ..Tracking::default() };
        Upstream { running: Some(tracking), ..Upstream::default() }
    }

    /// The remarks of the environment where GitHub answered so, as `reason: message`.
    fn remarks_of(mut picture: Picture, upstream: Upstream) -> Vec<String> {
        let scope = GithubScope::of(&picture, "github.com");
        let of = [(scope.branches[0].id.clone(), upstream)].into();
        join(&mut picture, &scope, &Upstreams { of, ..Upstreams::default() });
        let remarks = picture.environments[0].remarks.iter();
        remarks.map(|remark| format!("{}: {}", remark.reason, remark.message)).collect()
    }

    fn pushed(behind: u64) -> Upstream {
        let newest = Tracking { version: Some("0.0.1-43".to_owned()), ..Tracking::default() };
        Upstream {
            head: Some("8f5b3f1d02f941f7a0787e29e428e569152f66e7".to_owned()),
            running: Some(newest.clone()),
            newest: Some(newest),
            distance: Some(Distance { ahead: 2, behind }),
            ..Upstream::default()
        }
    }

    fn seen(is_suspended: bool) -> Picture {
        let selection = Selection::Namespace("dev-hello".to_owned());
        picture(&cluster("east", "dev", is_suspended), &selection, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_is_pushed_is_told_with_why_it_does_not_arrive() {
        let has = |remarks: &[String], words: &str| remarks.iter().any(|remark| remark == words);
        let running = remarks_of(seen(false), pushed(0));
        let words = "MergedNotFetched: 8f5b3f1 (0.0.1-43) is pushed, 2 commits ahead of what is applied; Flux has not fetched it";
        assert!(has(&running, words), "{running:?}");
        let suspended = remarks_of(seen(true), pushed(0));
        let words = "MergedNotFetched: 8f5b3f1 (0.0.1-43) is pushed, 2 commits ahead of what is applied; Flux has not fetched it, and applies nothing while the kustomization is suspended";
        assert!(has(&suspended, words), "{suspended:?}");
        let mut stopped = seen(true);
        stopped.environments[0].remarks.push(Remark::new(Reason::SourceSuspended, "stopped"));
        let stopped = remarks_of(stopped, pushed(0));
        let words = "MergedNotFetched: 8f5b3f1 (0.0.1-43) is pushed, 2 commits ahead of what is applied; not fetched because the source is suspended";
        assert!(has(&stopped, words), "{stopped:?}");
    }

    #[test]
    fn a_rewritten_history_is_told_beside_every_standing() {
        let fetched = |mut picture: Picture, revision: &str| {
            let source = picture.environments[0].source.as_mut().expect("a source");
            source.revision = Some(format!("dev@sha1:{revision}"));
            picture
        };
        let head = pushed(3).head.expect("a commit");
        for picture in [seen(false), seen(true), fetched(seen(true), &head)] {
            let remarks = remarks_of(picture, pushed(3));
            let words = "HistoryRewritten: branch dev no longer has 3 commits that led to d61d370: its history was rewritten";
            assert!(remarks.iter().any(|remark| remark == words), "{remarks:?}");
            assert!(!remarks.iter().any(|remark| remark.starts_with("MergedNotFetched")), "{remarks:?}");
        }
        let gone = Upstream { distance: None, is_applied_gone: true, ..pushed(0) };
        let remarks = remarks_of(seen(false), gone);
        let words = "HistoryRewritten: branch dev no longer has d61d370: its history was rewritten";
        assert!(remarks.iter().any(|remark| remark == words), "{remarks:?}");
    }

    #[test]
    fn a_missing_repository_has_no_missing_branch_besides() {
        let missing = || Upstream { is_branch_missing: true, ..Upstream::default() };
        let is_branch = |remark: &String| remark.starts_with("BranchNotFound");
        assert!(remarks_of(seen(false), missing()).iter().any(is_branch));
        let mut picture = seen(false);
        picture.environments[0].reason = Reason::RepositoryNotFound;
        assert!(!remarks_of(picture, missing()).iter().any(is_branch));
    }

    #[test]
    fn the_next_environment_is_behind_this_one() {
        let next = |waiting| Some(Link { environment: "qa".to_owned(), waiting: Some(waiting) });
        let behind = |waiting| remarks_of(seen(false), Upstream { next: next(waiting), ..version("1") });
        assert!(behind(1).contains(&"NextIsBehind: qa is 1 commit behind dev".to_owned()), "{:?}", behind(1));
        assert!(behind(3).contains(&"NextIsBehind: qa is 3 commits behind dev".to_owned()));
        assert!(!behind(0).iter().any(|remark| remark.starts_with("NextIsBehind")));
    }

    #[test]
    fn namespaces_of_one_name_on_two_clusters_stay_two() {
        let selection = Selection::Namespace("dev-hello".to_owned());
        let see = |cluster: &ClusterState| picture(cluster, &selection, Timestamp::UNIX_EPOCH);
        let (east, west) = (cluster("east", "dev", false), cluster("west", "qa", true));
        let mut both = see(&west);
        both.merge(see(&east));
        let [east, west] = ["east", "west"]
            .map(|context| EnvironmentId::new(ClusterRef::Context(context.to_owned()), "dev-hello"));
        let ids: Vec<&EnvironmentId> = both.environments.iter().map(|environment| &environment.id).collect();
        assert_eq!(ids, [&east, &west]);
        assert_eq!(both.followed, [east.clone(), west.clone()]);
        let standings: Vec<Standing> =
            both.environments.iter().map(|environment| environment.standing).collect();
        assert_eq!(standings, [Standing::Deployed, Standing::Suspended], "each keeps its own verdict");

        let scope = GithubScope::of(&both, "github.com");
        let followed: Vec<(&EnvironmentId, &str)> =
            scope.branches.iter().map(|branch| (&branch.id, branch.branch.as_str())).collect();
        assert_eq!(followed, [(&east, "dev"), (&west, "qa")]);
        let lost = Unanswered::of_github("pull requests to qa", Why::NoAnswer("not allowed".to_owned()));
        let answers = Upstreams {
            of: [(east, version("1.0.0")), (west, version("2.0.0"))].into(),
            unanswered: vec![lost],
            ..Upstreams::default()
        };
        join(&mut both, &scope, &answers);
        let versions: Vec<Option<&str>> =
            both.environments.iter().map(|environment| environment.version.as_deref()).collect();
        assert_eq!(versions, [Some("1.0.0"), Some("2.0.0")], "each gets its own answers");

        let document = serde_json::to_value(PipelineStatus::of(&both));
        let document = document.expect("a document");
        for (index, context) in ["east", "west"].into_iter().enumerate() {
            assert_eq!(document["environments"][index]["cluster"], context);
            assert_eq!(document["environments"][index]["namespace"], "dev-hello");
            assert_eq!(document["worlds"][0]["missing"][index]["cluster"], context);
        }
        assert_eq!(document["worlds"][1]["missing"][0]["why"], "not allowed");
        let azure = json!({ "world": "azure", "answer": "none", "why": "not asked yet", "missing": [] });
        assert_eq!(document["worlds"][2], azure, "what both lack is listed once");
    }
}
