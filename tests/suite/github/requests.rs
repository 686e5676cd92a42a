//! Paging, redirects within the API and cached responses.

use gitops_core::github::Level;
use serde_json::json;

use super::client::{TOKEN, name, ok, options, with_client, with_client_of};
use crate::support::{Reply, Server};

fn redirect(status: u16, to: String) -> Reply {
    Reply::Whole(status, vec![("location", to)], json!({"message": "Moved Permanently"}).to_string())
}

#[test]
fn all_pages_are_read_and_none_of_another_host() {
    let other = Server::start(|_| ok(json!([])));
    let foreign = format!("<{}/more>; rel=\"next\"", other.url());
    let server = Server::start(move |call| {
        let branch = |name: &str| json!([{"name": name, "commit": {"sha": "a"}}]).to_string();
        let page = |next: &str, name: &str| Reply::Whole(200, vec![("link", next.to_owned())], branch(name));
        match (call.path.as_str(), call.query.as_str()) {
            (path, _) if path.contains("/other/") => page(&foreign, "a"),
            // GitHub names repositories by number there.
            ("/api/v3/repositories/7/branches", "page=2") => Reply::Whole(200, Vec::new(), branch("b")),
            ("/api/v3/repos/contoso/hello-gitops/branches", "per_page=100") => {
                let own = format!("{}/api/v3/repositories/7/branches?page=2", call.host);
                page(&format!("<https://elsewhere.example/x>; rel=\"prev\", <{own}>; rel=\"next\""), "a")
            }
            _ => Reply::Json(404, json!({"message": "Not Found"})),
        }
    });
    let names = with_client_of(options(&server, "/api/v3"), async |github| {
        let branches = github.branches(&name()).await.expect("branches");
        github.branches(&"contoso/other".parse().expect("a name")).await.expect_err("another host");
        branches.into_iter().map(|branch| branch.name).collect::<Vec<_>>()
    });
    assert_eq!(names, ["a", "b"]);
    assert!(other.calls().is_empty(), "{:?}", other.calls());
}

#[test]
fn a_renamed_repository_is_followed_with_the_token_and_another_host_without() {
    let other = Server::start(|call| {
        let text = if call.token.is_empty() { "log" } else { "leaked" };
        Reply::Whole(200, vec![("etag", "\"x\"".to_owned())], text.to_owned())
    });
    let elsewhere = other.url();
    let server = Server::start(move |call| match call.path.as_str() {
        "/repos/contoso/hello-gitops" => redirect(301, format!("{}/repositories/7", call.host)),
        "/repositories/7" => ok(json!({"full_name": "contoso/renamed", "default_branch": "main"})),
        path if path.ends_with("/logs") => redirect(302, format!("{elsewhere}/log?signature=s3cret")),
        "/repos/contoso/hello-gitops/labels/x" => redirect(307, "/repositories/7/labels/x".to_owned()),
        "/repos/contoso/hello-gitops/branches/away" => redirect(302, format!("{elsewhere}/away")),
        "/repos/contoso/hello-gitops/environments/away" if call.method == "DELETE" => {
            redirect(307, format!("{elsewhere}/away"))
        }
        "/repos/contoso/hello-gitops/branches/round" => {
            redirect(302, "/repos/contoso/hello-gitops/branches/round".to_owned())
        }
        "/repos/contoso/hello-gitops/branches/plain" => redirect(302, "http://127.0.0.1:1/away".to_owned()),
        _ => Reply::Whole(204, Vec::new(), String::new()),
    });
    // Both servers are trusted.
    let mut both = options(&server, "");
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, format!("{}{}", server.authority(), other.authority())).expect("a file");
    both.transport.roots = gitops_core::wire::Roots::read(Some(&file)).expect("roots");
    with_client_of(both, async |github| {
        let repository = github.repository(&name()).await.expect("found").expect("there");
        assert_eq!(repository.name.to_string(), "contoso/renamed");
        for _ in 0..2 {
            assert_eq!(github.job_log(&name(), 5).await.expect("a log").as_deref(), Some("log"));
        }
        let round = github.branch(&name(), "round").await.expect_err("for ever").to_string();
        let plain = github.branch(&name(), "plain").await.expect_err("no TLS").to_string();
        assert!(!round.contains(TOKEN) && !plain.contains(TOKEN));
        github.delete_environment(&name(), "away").await.expect_err("nothing is written elsewhere");
    });
    assert!(server.calls().iter().all(|call| call.token == TOKEN));
    let calls = other.calls();
    assert!(
        !calls.is_empty() && calls.iter().all(|call| call.token.is_empty() && call.method == "GET"),
        "{calls:?}"
    );
    assert!(calls.iter().all(|call| call.known.is_empty()), "what another host answered is not remembered");
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let server = Server::start(|call| match call.known.as_str() {
        "\"one\"" => Reply::Whole(304, Vec::new(), String::new()),
        _ => Reply::Whole(
            200,
            vec![("etag", "\"one\"".to_owned())],
            json!({"name": "X", "value": call.path}).to_string(),
        ),
    });
    with_client(&server, async |github| {
        for _ in 0..2 {
            for level in [Level::Repository, Level::Environment("dev"), Level::Environment("qa")] {
                let value = github.variable(&name(), level, "X").await.expect("read").expect("there");
                let expected = match level {
                    Level::Repository => "/repos/contoso/hello-gitops/actions/variables/X".to_owned(),
                    Level::Environment(environment) => {
                        format!("/repos/contoso/hello-gitops/environments/{environment}/variables/X")
                    }
                };
                assert_eq!(value, expected, "each answer belongs to its question");
            }
        }
    });
    let known: Vec<bool> = server.calls().iter().map(|call| !call.known.is_empty()).collect();
    assert_eq!(known, [false, false, false, true, true, true]);
}

#[test]
fn what_is_not_there_is_cached_too() {
    let server = Server::start(|call| match call.known.as_str() {
        "\"none\"" => Reply::Whole(304, Vec::new(), String::new()),
        _ => {
            let body = json!({"message": "Not Found"}).to_string();
            Reply::Whole(404, vec![("etag", "\"none\"".to_owned())], body)
        }
    });
    with_client(&server, async |github| {
        for _ in 0..2 {
            let file = github.file(&name(), ".github/tracking/Version", "dev").await;
            assert_eq!(file.expect("an answer"), None);
        }
    });
    let known: Vec<bool> = server.calls().iter().map(|call| !call.known.is_empty()).collect();
    assert_eq!(known, [false, true]);
}

#[test]
fn a_file_and_its_listing_are_remembered_apart() {
    let server = Server::start(|call| {
        let tag = ("etag", format!("\"{}\"", call.path));
        match call.known.is_empty() {
            true => Reply::Whole(200, vec![tag], "{\"object\":{\"sha\":\"s\"}}".to_owned()),
            false => Reply::Whole(304, vec![tag], String::new()),
        }
    });
    with_client(&server, async |github| {
        for _ in 0..2 {
            let head = github.head(&name(), "dev").await.expect("read");
            let file = github.file(&name(), "git/ref/heads/dev", "dev").await.expect("read");
            assert_eq!(head.as_deref(), Some("s"));
            assert_eq!(file.as_deref(), Some("{\"object\":{\"sha\":\"s\"}}"));
        }
    });
}
