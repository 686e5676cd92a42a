//! What GitHub says, beside what the cluster says.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use super::objects::{REVISION, pipeline};
use crate::support::{Call, Ended, Program, Reply, Server, listed};

pub(super) const TOKEN: &str = "ghp_hunter2hunter2hunter2";
const APPLIED: &str = "d61d3702f941f7a0787e29e428e569152f66e7bf";
pub(super) const HEAD: &str = "77aa00d5f2b1c0ffee00d5f2b1c0ffee00d5f2b1";
const COMMIT: &str = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b";

/// GitHub, where everything that was merged is applied.
pub(super) fn settled(call: &Call) -> Reply {
    let text = |text: &str| Reply::Whole(200, Vec::new(), format!("{text}\n"));
    let path = call.path.strip_prefix("/repos/contoso").unwrap_or_default();
    match path {
        "/hello-gitops/actions/variables/SRC_REPO" => {
            Reply::Json(200, json!({"name": "SRC_REPO", "value": "contoso/hello"}))
        }
        "/hello-gitops/git/ref/heads/dev" => Reply::Json(200, json!({"object": {"sha": APPLIED}})),
        "/hello-gitops/contents/.github/tracking/Version" => text("0.0.1-42"),
        "/hello-gitops/contents/.github/tracking/Promoted_Commit_Id" => text(COMMIT),
        "/hello-gitops/pulls" => Reply::Json(200, json!([])),
        path if path == format!("/hello/commits/{COMMIT}/statuses") => {
            Reply::Json(200, json!([{"context": "dev", "state": "success", "description": "Deployed"}]))
        }
        _ => Reply::Json(404, json!({"message": "Not Found"})),
    }
}

fn is_github(call: &Call) -> bool {
    call.path.starts_with("/repos/")
}

/// A cluster and a GitHub, both on one server.
pub(super) fn both(github: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (Server, Program) {
    let server =
        Server::start(move |call| if is_github(call) { github(call) } else { listed(&pipeline(), call) });
    let program = Program::with_kubeconfig(&server.kubeconfig()).with("GITOPS_NOW", "2026-11-23T03:00:00Z");
    let roots = program.file("roots.pem", server.authority());
    let program = program
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_API_URL", &server.url())
        .with("GITHUB_SERVER_URL", "https://git.example");
    (server, program)
}

fn asked(github: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> (Server, Ended) {
    let (server, program) = both(github);
    let ended = program.with("GH_TOKEN", TOKEN).status(&["-vv"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hunter2") && !ended.stdout.contains("hunter2"), "{}", ended.stderr);
    (server, ended)
}

pub(super) fn github_calls(server: &Server) -> Vec<Call> {
    server.calls().into_iter().filter(is_github).collect()
}

#[test]
fn version_and_commit_are_those_of_the_applied_commit() {
    let (server, ended) = asked(settled);
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION    READY   AGE   REASON
dev           Deployed   0.0.1-42   2/2     5m    Applied

1 Deployed in context test

"#]]
    );
    let calls = github_calls(&server);
    assert_eq!(calls.len(), 14, "{calls:?}");
    assert!(calls.iter().all(|call| call.token == TOKEN && call.method == "GET"));
    let tracking = calls.iter().filter(|call| call.path.contains("/tracking/"));
    assert!(tracking.clone().count() == 4 && tracking.clone().all(|call| call.query.ends_with(APPLIED)));
    let cluster = server.calls().into_iter().filter(|call| !is_github(call));
    assert!(cluster.into_iter().all(|call| call.token == "t0ken"), "each world has its own token");
    assert!(ended.stderr.contains("GitHub token from GH_TOKEN"), "{}", ended.stderr);
    assert!(ended.stderr.contains("(GITHUB_API_URL)"), "{}", ended.stderr);
}

#[test]
fn what_waits_and_what_went_wrong_is_told() {
    let (_server, ended) = asked(|call| {
        let path = call.path.strip_prefix("/repos/contoso").unwrap_or_default();
        match path {
            "/hello-gitops/git/ref/heads/dev" => Reply::Json(200, json!({"object": {"sha": HEAD}})),
            "/hello-gitops/contents/.github/tracking/Version" if call.query.ends_with(HEAD) => {
                Reply::Whole(200, Vec::new(), "0.0.1-43".to_owned())
            }
            "/hello-gitops/pulls" => Reply::Json(
                200,
                json!([{"number": 12, "state": "open", "title": "Deploy to 'dev' '0.0.1-44'", "html_url": "https://git.example/contoso/hello-gitops/pull/12"}]),
            ),
            path if path.starts_with("/hello-gitops/compare/") => {
                Reply::Json(200, json!({"ahead_by": 1, "behind_by": 0}))
            }
            path if path.ends_with("/statuses") => Reply::Json(
                200,
                json!([{"context": "e2e/DEV", "state": "failure", "description": "2 of 9 failed"},
                       {"context": "ci", "state": "error", "description": "not ours"}]),
            ),
            _ => settled(call),
        }
    });
    assert_data_eq!(
        ended.stdout,
        str![[r#"
ENVIRONMENT   STANDING   VERSION    READY   AGE   REASON
dev           Deployed   0.0.1-42   2/2     5m    Applied

1 Deployed in context test

dev in dev-hello: Deployed, Applied
  d61d370 (0.0.1-42) is applied
  - PullRequestOpen: #12 Deploy to 'dev' '0.0.1-44' waits for approval
    https://git.example/contoso/hello-gitops/pull/12
  - MergedNotFetched: 77aa00d (0.0.1-43) is pushed, 1 commit ahead of what is applied; Flux has not fetched it
  - StatusFailed: status e2e/DEV is failure: 2 of 9 failed
  next:
    # have Flux fetch and apply it now
    kubectl gitops-reconcile -n dev-hello
    # see who reported that
    gh api --hostname git.example repos/contoso/hello/commits/1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b/statuses --jq '.[] | .created_at + " " + .context + " " + .state + " by " + .creator.login'
    # look at it; to merge it is to approve it
    gh pr view https://git.example/contoso/hello-gitops/pull/12

"#]]
    );
}

#[test]
fn a_branch_that_is_gone_untracked_or_rewritten_is_told() {
    let page_with = |change: fn(&Call) -> Option<Reply>| {
        asked(move |call| change(call).unwrap_or_else(|| settled(call))).1.stdout
    };
    let gone = page_with(|call| {
        call.path.contains("/git/ref/").then(|| Reply::Json(404, json!({"message": "Not Found"})))
    });
    assert!(gone.contains("BranchNotFound: branch dev of contoso/hello-gitops is not there"), "{gone}");
    let untracked = page_with(|call| {
        call.path.contains("/tracking/").then(|| Reply::Json(404, json!({"message": "Not Found"})))
    });
    assert!(untracked.contains("TrackingMissing: branch dev of contoso/hello-gitops"), "{untracked}");
    let rewritten = page_with(|call| match call.path.as_str() {
        path if path.contains("/git/ref/") => Some(Reply::Json(200, json!({"object": {"sha": HEAD}}))),
        path if path.contains("/compare/") => Some(Reply::Json(200, json!({"ahead_by": 2, "behind_by": 3}))),
        _ => None,
    });
    assert!(
        rewritten.contains("HistoryRewritten: branch dev no longer has 3 commits that led to d61d370"),
        "{rewritten}"
    );
}

#[test]
fn programs_get_the_whole_of_it() {
    let (_server, program) = both(settled);
    let program = program.with("GITOPS_GITHUB_TOKEN", TOKEN);
    let ended = program.status(&["-o", "json"]);
    let json: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let github = &json["worlds"][1];
    assert_eq!((&github["world"], &github["answer"]), (&json!("github"), &json!("complete")));
    let one = &json["environments"][0];
    assert_eq!((&one["version"], &one["commit"]), (&json!("0.0.1-42"), &json!("1a2b3c4")));
    assert_eq!(one["source"]["revision"], REVISION);
    let said = &one["github"];
    for (field, value) in [
        ("repository", json!("contoso/hello-gitops")),
        ("branch", json!("dev")),
        ("head", json!(APPLIED)),
        ("source", json!("contoso/hello")),
        ("pullRequests", json!([])),
    ] {
        assert_eq!(said[field], value, "{field}");
    }
    assert_eq!(said["running"]["commit"], COMMIT);
    assert_eq!(said["statuses"][0]["state"], "success");
}

/// Whatever GitHub does, the cluster's part is the same and the page has a row.
#[test]
fn a_github_that_refuses_is_a_row() {
    type Answer = fn(&Call) -> Reply;
    let cases: [(Answer, &str); 6] = [
        (
            |_| Reply::Json(401, json!({"message": "Bad credentials"})),
            "github   not authenticated: Bad credentials; the token is from GH_TOKEN (10 requests failed)",
        ),
        (
            |_| Reply::Json(403, json!({"message": "Resource not accessible by personal access token"})),
            "github   not allowed: Resource not accessible by personal access token",
        ),
        (
            |_| {
                Reply::Whole(
                    403,
                    vec![
                        ("x-ratelimit-remaining", "0".to_owned()),
                        ("x-ratelimit-reset", "4102444800".to_owned()),
                    ],
                    "{\"message\":\"API rate limit exceeded\"}".to_owned(),
                )
            },
            "github   rate limit reached; it resets at 2100-01-01 00:00 UTC (in ",
        ),
        (|_| Reply::Whole(502, Vec::new(), "<html>".to_owned()), "github   GitHub failed with 502"),
        (|_| Reply::Gone, "the connection was cut"),
        (|_| Reply::Cut, "the connection was cut"),
    ];
    for (answer, row) in cases {
        let (_server, ended) = asked(answer);
        assert!(
            ended.stdout.contains("dev           Deployed   -         2/2     5m    Applied\n"),
            "{}",
            ended.stdout
        );
        assert!(ended.stdout.contains(row), "{row}: {}", ended.stdout);
    }
}

#[test]
fn a_github_that_hangs_costs_little_time_and_only_its_own_part() {
    let begun = Instant::now();
    let (_server, ended) =
        asked(|call| if call.path.ends_with("/pulls") { Reply::Hang } else { settled(call) });
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
    assert!(ended.stdout.contains("0.0.1-42   2/2"), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("github   pull requests to dev of contoso/hello-gitops: it does not answer in time"),
        "{}",
        ended.stdout
    );
}

#[test]
fn without_a_token_or_anything_to_ask_nothing_is_asked() {
    let (server, program) = both(settled);
    // All is well: that GitHub is merely not configured is said to whoever wants everything.
    for (words, is_said) in [(&[][..], false), (&["-o", "wide"], true)] {
        let page = program.status(words).stdout;
        let row = "github   no token: set GH_TOKEN, or sign in: gh auth login\n";
        assert_eq!(page.contains(row), is_said, "{words:?}: {page}");
        assert_eq!(page.contains("NOT CHECKED"), is_said, "{words:?}: {page}");
    }
    let document = program.status(&["-o", "json"]).stdout;
    assert!(document.contains("no token: set GH_TOKEN"), "{document}");
    assert!(github_calls(&server).is_empty());

    // The source is elsewhere: not even a token is looked for.
    let (server, program) = both(settled);
    let program = program.with("GITHUB_SERVER_URL", "https://github.com").with("GH_TOKEN", "two words");
    let ended = program.status(&[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stdout.contains("NOT CHECKED"), "{}", ended.stdout);
    assert!(github_calls(&server).is_empty());
}

#[test]
fn a_token_that_cannot_be_used_is_a_row_too() {
    let (server, program) = both(settled);
    let file = program.file("token", "two words");
    let ended = program.status(&["--github-token-file", &file]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let row = "holds characters that no token has";
    assert!(ended.stdout.contains(row) && !ended.stdout.contains("two words"), "{}", ended.stdout);
    assert!(github_calls(&server).is_empty());
}

#[test]
fn a_token_file_that_is_not_there_or_empty_is_a_usage_error() {
    for (text, says) in [(None, "cannot be read"), (Some(" \n"), "token is empty")] {
        let (server, program) = both(settled);
        let file = match text {
            Some(text) => program.file("token", text),
            None => "no-such-token".to_owned(),
        };
        let ended = program.status(&["--github-token-file", &file]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{}", ended.stderr);
        assert!(ended.stderr.contains(says) && ended.stderr.contains("token"), "{}", ended.stderr);
        assert!(server.calls().is_empty(), "nothing was asked");
    }
}

#[test]
fn gh_is_asked_last_and_what_it_complains_of_is_not_shown() {
    use std::os::unix::fs::PermissionsExt;
    let (server, program) = both(settled);
    let gh = program.file("gh", &format!("#!/bin/sh\necho noise-of-gh >&2\ntest \"$*\" = 'auth token --hostname git.example' && echo {TOKEN}\n"));
    std::fs::set_permissions(&gh, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let program = program.with("PATH", &path).with("TOKEN", "somebody-elses");
    let ended = program.status(&["-v"]);
    assert!(ended.stdout.contains("0.0.1-42"), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("GitHub token from gh auth token"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("noise") && !ended.stderr.contains("hunter2"), "{}", ended.stderr);
    assert!(github_calls(&server).iter().all(|call| call.token == TOKEN));
}

#[test]
fn a_person_who_may_not_read_variables_sees_the_rest() {
    let (server, ended) = asked(|call| match call.path.contains("/actions/variables/") {
        true => Reply::Json(403, json!({"message": "Resource not accessible by personal access token"})),
        false => settled(call),
    });
    assert!(ended.stdout.contains("0.0.1-42   2/2"), "{}", ended.stdout);
    let statuses = format!("/repos/contoso/hello/commits/{COMMIT}/statuses");
    assert!(github_calls(&server).iter().any(|call| call.path == statuses), "the conventional name serves");
}

/// A `gh` that waits for somebody to unlock its keyring keeps nobody waiting.
#[test]
fn a_gh_that_hangs_is_no_token() {
    use std::os::unix::fs::PermissionsExt;
    let (server, program) = both(settled);
    let gh = program.file("gh", "#!/bin/sh\nexec sleep 60\n");
    std::fs::set_permissions(&gh, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let path = format!("{}:/usr/bin:/bin", program.home().display());
    let begun = Instant::now();
    let ended = program.with("PATH", &path).status(&["-o", "wide"]);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(ended.stdout.contains("2/2") && ended.stdout.contains("github   no token"), "{}", ended.stdout);
    assert!(github_calls(&server).is_empty());
}
