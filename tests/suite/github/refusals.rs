//! Every refusal is an error with a code, an exit code and, where there is something to do, a hint.

use gitops_core::github::GithubError;
use gitops_core::model::{Exit, Failure};
use serde_json::json;

use super::client::{TOKEN, count, failing_first, name, ok, options, refusal, with_client, with_client_of};
use crate::support::{Reply, Server};

/// The error that a read ends in, and how many requests it took.
fn read_error(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (GithubError, usize) {
    let server = Server::start(move |_| reply());
    let error = with_client(&server, async |github| github.branches(&name()).await.expect_err("a refusal"));
    (error, server.calls().len())
}

#[test]
fn refusals_have_codes_hints_and_exits() {
    type Header = (&'static str, &'static str);
    type Headers = &'static [Header];
    const ACCEPTED: Header = ("x-accepted-github-permissions", "contents=read");
    const SIGN_ON: Header = ("x-github-sso", "required; url=https://github.com/orgs/contoso/sso?x=1");
    const SPENT: [Header; 2] = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "4102444800")];
    let cases: [(u16, Headers, &'static str, &str, Exit, &str); 11] = [
        (401, &[], "Bad credentials", "GithubUnauthenticated", Exit::Denied, "gh auth login"),
        (403, &[], "Must have admin rights to Repository.", "GithubForbidden", Exit::Denied, "more rights"),
        (
            403,
            &[ACCEPTED],
            "Resource not accessible by personal access token",
            "GithubForbidden",
            Exit::Denied,
            "contents=read",
        ),
        (
            403,
            &[SIGN_ON],
            "Resource protected by organization SAML enforcement.",
            "GithubForbidden",
            Exit::Denied,
            "https://github.com/orgs/contoso/sso?x=1",
        ),
        (
            403,
            &[],
            "refusing to allow a Personal Access Token to create or update workflow `.github/workflows/x.yml` without `workflow` scope",
            "GithubForbidden",
            Exit::Denied,
            "gh auth refresh -s workflow",
        ),
        (404, &[], "Not Found", "GithubNotFound", Exit::NotFound, "whether the token may see it"),
        (409, &[], "Git Repository is empty.", "GithubConflict", Exit::Failed, ""),
        (422, &[], "Validation Failed", "GithubInvalid", Exit::Failed, ""),
        (403, &SPENT, "API rate limit exceeded for user ID 1.", "GithubRateLimited", Exit::Failed, "wait"),
        (
            429,
            &[("retry-after", "3600")],
            "You have exceeded a secondary rate limit.",
            "GithubRateLimited",
            Exit::Failed,
            "wait",
        ),
        (501, &[], "no such route", "GithubFailed", Exit::Failed, "githubstatus"),
    ];
    for (status, headers, message, code, exit, hint) in cases {
        let (error, requests) = read_error(move || refusal(status, headers, message));
        assert_eq!((error.code(), error.exit()), (code, exit), "{error}");
        let given = error.hint().unwrap_or_default();
        assert!(given.contains(hint) && given.is_empty() == hint.is_empty(), "{status} {message}: {given:?}");
        assert!(error.to_string().contains("/repos/contoso/hello-gitops/branches"), "{error}");
        assert_eq!(requests, 1, "{status} is not repeated: {error}");
    }
}

#[test]
fn details_of_a_refusal_are_told() {
    let body = json!({"message": "Validation Failed", "errors": [
        {"resource": "PullRequest", "code": "custom", "message": "A pull request already exists for contoso:x."},
        {"resource": "Label", "field": "name", "code": "already_exists"},
    ]});
    let (error, _) = read_error(move || Reply::Json(422, body.clone()));
    let text = error.to_string();
    assert!(
        text.ends_with(
            "Validation Failed: A pull request already exists for contoso:x.; name already exists"
        ),
        "{text}"
    );
}

#[test]
fn a_limit_says_until_when_and_is_waited_for_where_that_is_soon() {
    let (error, _) = read_error(|| {
        refusal(
            403,
            &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "4102444800")],
            "API rate limit exceeded",
        )
    });
    assert!(error.to_string().contains("until 2100-01-01T00:00:00Z"), "{error}");
    for (status, message) in [(429, "slow down"), (403, "You have exceeded a secondary rate limit")] {
        let limit = move || refusal(status, &[("retry-after", "0")], message);
        let server =
            failing_first(1, |_| true, limit, |_| ok(json!([{"name": "dev", "commit": {"sha": "a"}}])));
        let branches = with_client(&server, async |github| github.branches(&name()).await.expect("branches"));
        assert_eq!((branches.len(), server.calls().len()), (1, 2));
    }
}

#[test]
fn what_passes_is_asked_again_and_told_when_it_does_not() {
    for status in [500, 502, 503, 504] {
        let (error, requests) =
            read_error(move || Reply::Whole(status, Vec::new(), "<html>down</html>".to_owned()));
        assert_eq!((error.code(), error.exit(), requests), ("GithubFailed", Exit::Failed, 3));
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
    type Answer = fn() -> Reply;
    let cuts: [(Answer, &str); 3] = [
        (|| Reply::Cut, "the connection was cut"),
        (|| Reply::Gone, "the connection was cut"),
        (|| Reply::Hang, "it does not answer in time"),
    ];
    for (reply, words) in cuts {
        let (error, requests) = read_error(reply);
        assert_eq!((error.code(), error.exit(), requests), ("GithubUnreachable", Exit::Failed, 3), "{error}");
        assert!(error.to_string().contains(words), "{words}: {error}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn half_an_answer_and_nonsense_are_no_data() {
    let list = serde_json::to_string(&json!([{"name": "dev", "commit": {"sha": "a"}}])).expect("JSON");
    for body in [list[..list.len() / 2].to_owned(), "null".to_owned(), "hello".to_owned(), "{}".to_owned()] {
        let (error, _) = read_error(move || Reply::Whole(200, Vec::new(), body.clone()));
        assert_eq!(error.code(), "GithubFailed", "{error}");
    }
}

#[test]
fn nobody_there_and_a_foreign_certificate() {
    let server = Server::start(|_| Reply::Hang);
    let gone = options(&server, "");
    drop(server);
    let error = with_client_of(gone, async |github| github.branches(&name()).await.expect_err("nobody"));
    assert!(error.to_string().contains("connection refused") || error.to_string().contains("cut"), "{error}");

    let (server, other) = (Server::start(|_| Reply::Hang), Server::start(|_| Reply::Hang));
    let mut foreign = options(&server, "");
    foreign.api = other.url();
    let begun = std::time::Instant::now();
    let error = with_client_of(foreign, async |github| github.branches(&name()).await.expect_err("distrust"));
    assert!(error.to_string().contains("its certificate is not trusted"), "{error}");
    assert!(other.calls().is_empty() && begun.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn a_request_without_a_token_is_told_to_have_one() {
    let server = Server::start(|_| refusal(404, &[], "Not Found"));
    let mut anonymous = options(&server, "");
    anonymous.token = None;
    let error = with_client_of(anonymous, async |github| github.branches(&name()).await.expect_err("hidden"));
    assert!(error.hint().is_some_and(|hint| hint.contains("GH_TOKEN")), "{:?}", error.hint());
    assert!(server.calls().iter().all(|call| call.token.is_empty()));
    assert!(!error.to_string().contains(TOKEN));
    assert_eq!(count(&server, "GET", "/branches"), 1);
}
