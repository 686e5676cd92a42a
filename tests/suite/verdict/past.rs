//! What Flux said at its last try, and what has changed since.

use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope};
use gitops_core::model::upstream::{Distance, GithubScope, Upstream, Upstreams, join};
use gitops_core::model::verdict::{EnvironmentStatus, Reason, Selection, Standing, wants};
use serde_json::{Value, json};

use super::least::*;
use super::timeline::cluster;

const MISSING: &str = "failed to get secret 'dev-hello/auth': secrets \"auth\" not found";
const REFUSED: &str = "authentication required: ";

/// A condition that says why, changed so many seconds ago.
fn saying(kind: &str, reason: &str, message: &str, seconds: i64) -> Value {
    let status = if kind == "Ready" { "False" } else { "True" };
    with(condition(kind, status, reason, seconds), &[("/message", json!(message))])
}

/// The source after a fetch that failed.
fn failing(reason: &str, message: &str, seconds: i64) -> Value {
    let conditions = json!([saying("FetchFailed", reason, message, seconds)]);
    with(source(), &[("/status/conditions", conditions)])
}

/// An event about the source, first and last seen so many seconds ago.
fn source_event(kind: &str, reason: &str, message: &str, first: i64, last: i64) -> Value {
    json!({
        "kind": "Event", "type": kind, "reason": reason, "message": message,
        "metadata": { "name": format!("{reason}-{first}-{last}"), "namespace": NAMESPACE },
        "firstTimestamp": ago(first), "lastTimestamp": ago(last),
        "involvedObject": { "kind": "GitRepository", "namespace": NAMESPACE, "name": "hello-dev", "uid": "s" },
    })
}

/// A kustomization whose attempt at the fetched revision failed so many seconds ago.
fn failed(reason: &str, message: &str, seconds: i64) -> Value {
    let conditions = json!([saying("Ready", reason, message, seconds)]);
    with(
        kustomization(),
        &[("/status/conditions", conditions), ("/status/lastAppliedRevision", json!(OLDER))],
    )
}

fn changes(environment: &EnvironmentStatus) -> Vec<&str> {
    let changes = environment.remarks.iter().filter(|remark| remark.reason == Reason::ChangedSince);
    changes.map(|remark| remark.message.as_str()).collect()
}

fn first_step(environment: &EnvironmentStatus) -> (&str, &str) {
    let step = &environment.next[0];
    (step.command.split(" -n ").next().unwrap_or_default(), &step.why)
}

const FETCH_NOW: (&str, &str) = ("kubectl annotate --overwrite gitrepository/hello-dev", "fetch now");
const APPLY_NOW: (&str, &str) =
    ("kubectl annotate --overwrite kustomization/hello-dev-hello-dev", "apply now");

#[test]
fn a_failed_fetch_is_told_with_the_age_of_the_last_try() {
    let tried = |events: &[Value]| {
        let failing = failing("GitOperationFailed", REFUSED, 200);
        seen(&[&[failing, kustomization(), deployment()], events].concat()).message
    };
    let event = source_event("Warning", "GitOperationFailed", REFUSED, 200, 40);
    let rest = "https://git.example/contoso/hello-gitops refused the token in Secret dev-hello/auth; \
                still running d61d370; new commits are blocked";
    assert_eq!(tried(&[event]), format!("at Flux's last try, 40 s ago: {rest}"));
    let within = format!("at Flux's last try, within the last 3 min: {rest}");
    assert_eq!(tried(&[]), within, "a retry with the same words moves no condition");
}

#[test]
fn a_reworded_failure_neither_begins_anew_nor_is_given_another_grace() {
    let reworded = failing("GitOperationFailed", "dial tcp 1.2.3.5: connection refused", 5);
    let first =
        source_event("Warning", "GitOperationFailed", "dial tcp 1.2.3.4: connection refused", 300, 35);
    let other = source_event("Warning", "GitOperationFailed", "i/o timeout", 500, 400);
    let all = [reworded.clone(), kustomization(), deployment(), first, other];
    let environment = seen(&all);
    assert_stands(&environment, Standing::Failed, Reason::ConnectionRefused);
    let since = environment.since.expect("a beginning");
    assert_eq!((since.time.to_string(), since.from.to_string()), (ago(300), "Event".to_owned()));
    // A success in between ends what was before.
    let success = source_event("Normal", "GitOperationSucceeded", "no changes", 3000, 20);
    let environment = seen(&[all.as_slice(), &[success]].concat());
    assert_stands(&environment, Standing::Deployed, Reason::Applied);
    assert_eq!(seen(&[reworded, kustomization(), deployment()]).standing, Standing::Deployed);
}

/// The cluster, whose Secret was last written so many seconds ago.
fn with_secret(objects: &[Value], written: i64) -> ClusterState {
    let mut answers = cluster(NAMESPACE, objects);
    let secret = json!({
        "kind": "PartialObjectMetadata",
        "metadata": {
            "name": "auth", "namespace": NAMESPACE, "creationTimestamp": ago(3000),
            "managedFields": [{ "manager": "kubectl-client-side-apply", "operation": "Update", "time": ago(written) }],
        },
    });
    answers.replace(Scope::object(Kind::GitSecret, NAMESPACE, "auth"), Answer::Objects(vec![secret]));
    answers
}

#[test]
fn a_secret_that_is_back_or_was_written_since_is_told_and_fetched_with() {
    for (reason, message, written, change) in [
        (
            Reason::GitSecretMissing,
            MISSING,
            10,
            Some("Secret dev-hello/auth is there now; Flux last tried 40 s ago"),
        ),
        (
            Reason::TokenRejected,
            REFUSED,
            10,
            Some("Secret dev-hello/auth was written 10 s ago; Flux last tried 40 s ago"),
        ),
        (Reason::TokenRejected, REFUSED, 100, None),
    ] {
        let kind =
            if reason == Reason::TokenRejected { "GitOperationFailed" } else { "AuthenticationFailed" };
        let event = source_event("Warning", kind, message, 90, 40);
        let objects = [failing(kind, message, 90), kustomization(), deployment(), event];
        let environment = judged(&with_secret(&objects, written)).environments.remove(0);
        assert_stands(&environment, Standing::Failed, reason);
        assert_eq!(changes(&environment), change.into_iter().collect::<Vec<_>>());
        assert_eq!(first_step(&environment) == FETCH_NOW, change.is_some(), "{:?}", environment.next);
        assert_eq!(environment.outlook.is_final(now()), change.is_none(), "Flux looks again");
        let commands: Vec<&str> = environment.next.iter().map(|step| step.command.as_str()).collect();
        assert!(
            commands.iter().all(|command| commands.iter().filter(|other| *other == command).count() == 1)
        );
    }
}

#[test]
fn secrets_and_source_events_are_asked_for_where_a_fetch_failed_and_missed_by_nobody() {
    let asked = |source: Value| {
        let answers = cluster(NAMESPACE, &[source, kustomization(), deployment()]);
        let wanted = wants(&answers, &Selection::Namespace(NAMESPACE.into()));
        let of = |kind: Kind| wanted.iter().filter(|scope| scope.kind == kind).count();
        (of(Kind::SourceEvent), of(Kind::GitSecret))
    };
    assert_eq!(asked(source()), (0, 0));
    assert_eq!(asked(failing("GitOperationFailed", "i/o timeout", 9)), (1, 0));
    assert_eq!(asked(failing("GitOperationFailed", REFUSED, 9)), (1, 1));
    assert_eq!(asked(failing("AuthenticationFailed", MISSING, 9)), (1, 1));
    let objects = [failing("AuthenticationFailed", MISSING, 9), kustomization(), deployment()];
    let mut answers = cluster(NAMESPACE, &objects);
    answers.replace(Scope::object(Kind::GitSecret, NAMESPACE, "auth"), Answer::Forbidden);
    answers.replace(Scope::namespace(Kind::SourceEvent, NAMESPACE), Answer::Forbidden);
    assert!(answers.unanswered().is_empty(), "{:?}", answers.unanswered());
    assert_eq!(changes(&judged(&answers).environments[0]), <[&str; 0]>::default());
}

#[test]
fn a_specification_that_changed_since_is_told() {
    let changed = with(failing("GitOperationFailed", REFUSED, 90), &[("/metadata/generation", json!(2))]);
    let environment = seen(&[changed, kustomization(), deployment()]);
    assert!(changes(&environment)[0].starts_with("GitRepository dev-hello/hello-dev was changed; "));
    assert_eq!(first_step(&environment), FETCH_NOW);
    let changed = with(failed("BuildFailed", "no", 30), &[("/metadata/generation", json!(2))]);
    let environment = seen(&[source(), changed, deployment()]);
    assert_eq!(
        changes(&environment),
        ["Kustomization dev-hello/hello-dev-hello-dev was changed; Flux last tried 30 s ago"]
    );
    assert_eq!(first_step(&environment), APPLY_NOW);
}

#[test]
fn what_was_missing_and_is_there_now_is_told() {
    let refused = failed(
        "ReconciliationFailed",
        "Deployment/dev-hello/hello not found: namespaces \"dev-hello\" not found\n",
        30,
    );
    let environment = seen(&[source(), refused, deployment()]);
    assert_stands(&environment, Standing::Failed, Reason::ApplyRefused);
    assert_eq!(changes(&environment), ["namespace dev-hello is there now; Flux last tried 30 s ago"]);
    assert_eq!(first_step(&environment), APPLY_NOW);
    let elsewhere =
        failed("ReconciliationFailed", "Deployment/a/hello not found: namespaces \"a\" not found\n", 30);
    assert_eq!(changes(&seen(&[source(), elsewhere, deployment()])), <[&str; 0]>::default());
}

#[test]
fn pods_that_became_ready_after_the_check_failed_are_told() {
    let unready = with(deployment(), &[("/status/availableReplicas", json!(0))]);
    let failed = failed("HealthCheckFailed", "health check failed after 30s: timeout waiting for: [x]", 30);
    let environment = seen(&[source(), failed.clone(), unready]);
    assert_eq!(changes(&environment), <[&str; 0]>::default());
    let environment = seen(&[source(), failed, deployment()]);
    assert_eq!(changes(&environment), ["everything that it applied is ready now; Flux last tried 30 s ago"]);
    assert_eq!(first_step(&environment), APPLY_NOW);
    assert_eq!(
        environment.message,
        "d61d370 failed at Flux's last try, 30 s ago: the health check failed: timeout waiting for: [x]; last good: 46abddd"
    );
}

#[test]
fn a_dependency_that_is_ready_now_is_told() {
    let waiting = json!([condition("Ready", "False", "DependencyNotReady", 20)]);
    let changed = [
        ("/status/conditions", waiting),
        ("/spec/dependsOn", json!([{ "name": "infra" }])),
        ("/status/lastAppliedRevision", json!(null)),
    ];
    let infra = with(kustomization(), &[("/metadata/name", json!("infra")), ("/metadata/uid", json!("i"))]);
    let environment = seen(&[source(), with(kustomization(), &changed), infra, deployment()]);
    assert_stands(&environment, Standing::NotDeployed, Reason::DependencyNotReady);
    assert_eq!(
        changes(&environment),
        ["everything that it depends on is ready now; Flux last looked 20 s ago"]
    );
    assert_eq!(first_step(&environment), APPLY_NOW);
}

#[test]
fn a_branch_that_github_has_again_is_told() {
    let seen_with_github = |message: &str| {
        let failing = with(
            failing("GitOperationFailed", message, 90),
            &[("/spec/url", json!("https://github.com/contoso/hello-gitops"))],
        );
        let event = source_event("Warning", "GitOperationFailed", message, 90, 40);
        let mut picture = judged(&cluster(NAMESPACE, &[failing, kustomization(), deployment(), event]));
        let scope = GithubScope::of(&picture, "github.com");
        let head = Some("abc1234def1234def1234def1234def1234def12".to_owned());
        let upstream = Upstream { head, ..Upstream::default() };
        let answers =
            Upstreams { of: [(scope.branches[0].id.clone(), upstream)].into(), ..Upstreams::default() };
        join(&mut picture, &scope, &answers);
        picture.environments.remove(0)
    };
    let environment = seen_with_github("couldn't find remote ref \"refs/heads/dev\"");
    assert_eq!(
        changes(&environment),
        ["contoso/hello-gitops has branch dev now, at abc1234; Flux last tried 40 s ago"]
    );
    assert_eq!(first_step(&environment), FETCH_NOW);
    let environment = seen_with_github("repository not found: ");
    assert!(changes(&environment)[0].ends_with("with the token in its Secret"), "{:?}", environment.remarks);
    let environment = seen_with_github(REFUSED);
    assert_eq!(changes(&environment), <[&str; 0]>::default(), "GitHub knows nothing of the token");
}

#[test]
fn a_history_that_was_rewritten_is_told_of_what_is_suspended_too() {
    let rewritten = |is_suspended: bool| {
        let url = [("/spec/url", json!("https://github.com/contoso/hello-gitops"))];
        let changes = [("/spec/suspend", json!(is_suspended)), ("/status/lastAppliedRevision", json!(OLDER))];
        let objects = [with(source(), &url), with(kustomization(), &changes), deployment()];
        let mut picture = judged(&cluster(NAMESPACE, &objects));
        let scope = GithubScope::of(&picture, "github.com");
        let head = REVISION.rsplit(':').next().map(str::to_owned);
        let distance = Some(Distance { ahead: 1, behind: 2 });
        let upstream = Upstream { head, distance, ..Upstream::default() };
        let answers =
            Upstreams { of: [(scope.branches[0].id.clone(), upstream)].into(), ..Upstreams::default() };
        join(&mut picture, &scope, &answers);
        picture.environments[0].remarks.iter().any(|remark| remark.reason == Reason::HistoryRewritten)
    };
    assert!(rewritten(true));
    assert!(rewritten(false), "and of what is about to apply the newer history");
}

#[test]
fn the_age_of_a_try_is_no_news() {
    let after = |last: i64| {
        let event = source_event("Warning", "GitOperationFailed", REFUSED, 90, last);
        seen(&[failing("GitOperationFailed", REFUSED, 90), kustomization(), deployment(), event])
    };
    let (before, later) = (after(40), after(5));
    assert_ne!(before.message, later.message);
    assert_eq!((before.fingerprint(), before.headline), (later.fingerprint(), later.headline));
}
