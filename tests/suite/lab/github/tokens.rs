//! What tokens may: permissions and scopes, roles of people, kinds, ends, renames.

use jiff::{SignedDuration, Timestamp};
use kubectl_gitops_lab::{AccessToken, Area, FetchError, Permission, Permissions, Right, Role};
use serde_json::{Value, json};

use super::scene::{OWNER, Scene};

const HELLO: &str = "/repos/contoso/hello";
const NAME: &str = "contoso/hello";
const BY_TOKEN: &str = "Resource not accessible by personal access token";
const BY_INTEGRATION: &str = "Resource not accessible by integration";

/// A scene with a person who may do everything in the organisation, and one who may sort its issues.
async fn scene() -> Scene {
    let scene = Scene::set().await;
    let host = scene.server.host();
    host.add_role("edsger", "contoso/*", Role::Admin);
    host.add_role("barbara", "contoso/*", Role::Triage);
    scene.server.with_github(|hub, now| {
        hub.add_person("edsger", now);
        hub.add_person("barbara", now);
    });
    scene
}

impl Scene {
    /// Makes a fine-grained token of a person known, which has its permissions in the repository alone.
    fn issue(&self, characters: &str, login: &str, permissions: &[Permission]) {
        let token = AccessToken::fine_grained(login).permitting(NAME, &Permissions::of(permissions));
        self.server.host().issue(characters, token);
    }

    /// Whether something is done, or the status and the message with which it is refused.
    async fn outcome(
        &self,
        token: &str,
        method: &str,
        rest: &str,
        body: Value,
    ) -> Result<u16, (u16, String)> {
        let answer = self.ask(token, method, &format!("{HELLO}{rest}"), body).await;
        match answer.status {
            done @ 200..300 => Ok(done),
            status => Err((status, answer.json()["message"].as_str().unwrap_or_default().to_owned())),
        }
    }

    fn fetch(&self, token: &str, name: &str) -> Result<String, FetchError> {
        let url = format!("{}/{name}", self.server.url());
        self.server.host().find(&url, Some(token), "refs/heads/main").map(|found| found.commit)
    }
}

fn refused(status: u16, message: &str) -> Result<u16, (u16, String)> {
    Err((status, message.to_owned()))
}

#[tokio::test]
async fn a_fine_grained_token_does_what_it_permits_and_its_person_may() {
    let scene = scene().await;
    scene.issue("content", "edsger", &[Area::Contents.write()]);
    scene.issue("statuses", "edsger", &[Area::Statuses.write()]);
    scene.issue("sorting", "barbara", &[Area::Issues.write(), Area::Contents.write()]);
    scene.pull("feature", "one", "1").await;
    let status = json!({"state": "success", "context": "dev"});
    let statuses = format!("/statuses/{}", scene.tip("main"));
    let labels = json!({"labels": ["bug"]});
    let blob = json!({"content": "x"});
    for (token, method, rest, body, outcome) in [
        ("content", "POST", "/git/blobs", blob.clone(), Ok(201)),
        ("content", "GET", "/git/ref/heads/main", Value::Null, Ok(200)),
        ("content", "POST", statuses.as_str(), status.clone(), refused(403, BY_TOKEN)),
        ("content", "GET", "/pulls", Value::Null, refused(403, BY_TOKEN)),
        ("content", "GET", "/pulls/1", Value::Null, Ok(200)),
        ("content", "GET", "/actions/secrets", Value::Null, refused(403, BY_TOKEN)),
        ("content", "PATCH", "", json!({"description": "d"}), refused(403, BY_TOKEN)),
        ("statuses", "POST", statuses.as_str(), status, Ok(201)),
        ("statuses", "GET", "/contents/readme", Value::Null, refused(403, BY_TOKEN)),
        ("statuses", "GET", "", Value::Null, Ok(200)),
        ("sorting", "POST", "/issues/1/labels", labels.clone(), Ok(200)),
        ("sorting", "POST", "/git/blobs", blob, refused(403, BY_TOKEN)),
        ("content", "POST", "/issues/1/labels", labels, refused(403, BY_TOKEN)),
    ] {
        assert_eq!(scene.outcome(token, method, rest, body).await, outcome, "{token} {method} {rest}");
    }
    assert_eq!(scene.fetch("content", NAME), Ok(scene.tip("main")));
    assert_eq!(scene.fetch("statuses", NAME), Err(FetchError::Forbidden));
    let none = scene.ask("content", "GET", "/repos/contoso/other", Value::Null).await;
    assert_eq!(none.status, 404, "what a token does not cover is not there");
}

#[tokio::test]
async fn answers_name_the_permissions_that_would_have_done() {
    let scene = scene().await;
    scene.issue("metadata", "edsger", &[Area::Metadata.read()]);
    for (method, rest, accepted) in [
        ("GET", "", "metadata=read"),
        ("POST", "/git/refs", "contents=write; contents=write,workflows=write"),
        ("POST", "/issues/1/comments", "issues=write; pull_requests=write"),
        ("GET", "/actions/variables", "actions_variables=read"),
        ("PUT", "/environments/dev", "administration=write"),
    ] {
        let answer = scene.ask("metadata", method, &format!("{HELLO}{rest}"), Value::Null).await;
        assert_eq!(answer.headers["x-accepted-github-permissions"], accepted, "{method} {rest}");
        assert!(!answer.headers.contains_key("x-accepted-oauth-scopes"));
    }
    let user = scene.ask("metadata", "GET", "/user", Value::Null).await;
    assert_eq!(user.headers["x-accepted-github-permissions"], "allows_permissionless_access=true");
}

#[tokio::test]
async fn a_classic_token_has_its_scopes_and_learns_no_more() {
    let scene = scene().await;
    let host = scene.server.host();
    host.issue("statuses", AccessToken::classic("edsger", &["repo:status"]));
    host.issue("public", AccessToken::classic("edsger", &["public_repo"]));
    host.issue("all", AccessToken::classic("edsger", &["repo"]));
    scene.done(201, "POST", "/orgs/contoso/repos", json!({"name": "open", "auto_init": true})).await;
    let status = json!({"state": "success", "context": "dev"});
    let statuses = format!("/statuses/{}", scene.tip("main"));
    for (token, method, rest, body, outcome) in [
        ("statuses", "POST", statuses.as_str(), status.clone(), Ok(201)),
        ("statuses", "GET", "/contents/readme", Value::Null, refused(404, "Not Found")),
        ("statuses", "GET", "", Value::Null, refused(404, "Not Found")),
        ("public", "GET", "", Value::Null, refused(404, "Not Found")),
        ("all", "PATCH", "", json!({"description": "d"}), Ok(200)),
        ("all", "DELETE", "", Value::Null, refused(403, "Must have admin rights to Repository.")),
    ] {
        assert_eq!(scene.outcome(token, method, rest, body).await, outcome, "{token} {method} {rest}");
    }
    let blob = scene.ask("public", "POST", "/repos/contoso/open/git/blobs", json!({"content": "x"})).await;
    assert_eq!((blob.status, blob.headers["x-accepted-oauth-scopes"].as_str()), (201, "repo"));
}

#[tokio::test]
async fn members_look_at_what_their_organisation_has_and_its_owners_make_more() {
    let scene = scene().await;
    let host = scene.server.host();
    scene.server.with_github(|hub, now| hub.add_organization("contoso", &["niklaus"], now));
    host.issue("member", AccessToken::classic("niklaus", &["repo"]));
    host.issue("other", AccessToken::classic("mallory", &["repo"]));
    let may = Permissions::of(&[Area::Administration.write()]);
    host.issue("owner", AccessToken::fine_grained("edsger").permitting("contoso/*", &may));
    host.issue("app", AccessToken::installation("maker[bot]").permitting("contoso/*", &may));
    host.issue("reads", AccessToken::fine_grained("edsger").permitting(NAME, &may));
    for (token, method, rest, body, outcome) in [
        ("member", "GET", "/contents/readme", Value::Null, Ok(200)),
        ("member", "POST", "/git/blobs", json!({"content": "x"}), refused(404, "Not Found")),
        ("other", "GET", "", Value::Null, refused(404, "Not Found")),
    ] {
        assert_eq!(scene.outcome(token, method, rest, body).await, outcome, "{token} {method} {rest}");
    }
    let needs_admin = "You need admin access to the organization before adding a repository to it.";
    for (token, status, message) in [
        ("owner", 201, Value::Null),
        ("app", 201, Value::Null),
        ("reads", 403, json!(BY_TOKEN)),
        ("member", 403, json!(needs_admin)),
    ] {
        let answer = scene.ask(token, "POST", "/orgs/contoso/repos", json!({"name": token})).await;
        assert_eq!((answer.status, &answer.json()["message"]), (status, &message), "{token}");
    }
}

#[tokio::test]
async fn a_job_acts_as_the_bot_in_its_own_repository() {
    let scene = scene().await;
    let may = Permissions::of(&[Area::Contents.write(), Area::Statuses.write()]);
    scene.server.host().issue("job", AccessToken::job(NAME, 7, &may));
    scene.done(201, "POST", "/orgs/contoso/repos", json!({"name": "other", "private": true})).await;
    let statuses = format!("{HELLO}/statuses/{}", scene.tip("main"));
    let made = scene.ask("job", "POST", &statuses, json!({"state": "success", "context": "ci"})).await;
    assert_eq!((made.status, &made.json()["creator"]["login"]), (201, &json!("github-actions[bot]")));
    assert_eq!(made.json()["creator"]["type"], "Bot");
    for (method, target, status) in [
        ("GET", "/user".to_owned(), 403),
        ("POST", "/user/repos".to_owned(), 403),
        ("GET", format!("{HELLO}/pulls"), 403),
        ("PUT", format!("{HELLO}/environments/dev"), 403),
        ("DELETE", HELLO.to_owned(), 403),
        ("GET", "/repos/contoso/other".to_owned(), 404),
    ] {
        let answer = scene.ask("job", method, &target, json!({"name": "x"})).await;
        let message = if status == 403 { BY_INTEGRATION } else { "Not Found" };
        assert_eq!(
            (answer.status, &answer.json()["message"]),
            (status, &json!(message)),
            "{method} {target}"
        );
    }
    let host = scene.server.host();
    let starts = |token: &str| host.actor(token).map(|actor| actor.starts_workflows());
    assert_eq!((starts("job"), starts(OWNER), starts("unknown")), (Some(false), Some(true), None));
}

#[tokio::test]
async fn a_job_neither_opens_nor_approves_pull_requests() {
    let scene = scene().await;
    let number = scene.pull("a", "one", "1").await;
    scene.branch("b", "two", "2").await;
    let may = Permissions::of(&[Area::Contents.write(), Area::PullRequests.write()]);
    scene.server.host().issue("job", AccessToken::job(NAME, 7, &may));
    let new = json!({"title": "t", "head": "b", "base": "main"});
    let opened = scene.ask("job", "POST", &format!("{HELLO}/pulls"), new.clone()).await;
    let message = "GitHub Actions is not permitted to create or approve pull requests.";
    assert_eq!((opened.status, &opened.json()["message"]), (403, &json!(message)));
    let reviews = format!("{HELLO}/pulls/{number}/reviews");
    let approved = scene.ask("job", "POST", &reviews, json!({"event": "APPROVE"})).await;
    assert_eq!(approved.status, 422, "{}", approved.text);
    let comment = json!({"event": "COMMENT", "body": "looks fine"});
    assert_eq!(scene.ask("job", "POST", &reviews, comment).await.status, 200);
    scene.done(201, "POST", &format!("{HELLO}/pulls"), new).await;
}

#[tokio::test]
async fn workflows_are_changed_with_a_right_of_their_own() {
    let scene = scene().await;
    let host = scene.server.host();
    scene.issue("content", "edsger", &[Area::Contents.write()]);
    scene.issue("workflows", "edsger", &[Area::Contents.write(), Area::Workflows.write()]);
    host.issue("classic", AccessToken::classic("edsger", &["repo"]));
    host.issue("both", AccessToken::classic("edsger", &["repo", "workflow"]));
    host.issue("job", AccessToken::job(NAME, 7, &Permissions::of(&[Area::Contents.write()])));
    let tree = json!({"tree": [{"path": ".github/workflows/ci.yml", "mode": "100644", "type": "blob",
        "content": "on: push"}]});
    for (token, outcome) in [
        ("content", refused(403, BY_TOKEN)),
        ("workflows", Ok(201)),
        ("classic", refused(404, "Not Found")),
        ("both", Ok(201)),
        ("job", refused(403, BY_INTEGRATION)),
    ] {
        assert_eq!(scene.outcome(token, "POST", "/git/trees", tree.clone()).await, outcome, "{token}");
        assert_eq!(host.may_change_workflows(token, NAME), outcome.is_ok(), "{token}");
    }
}

#[tokio::test]
async fn a_rename_keeps_rights_and_a_new_repository_of_that_name_has_none() {
    let scene = scene().await;
    scene.issue("token", "edsger", &[Area::Contents.write()]);
    scene.server.host().grant("granted", NAME, Right::Read);
    scene.done(200, "PATCH", HELLO, json!({"name": "greeting"})).await;
    let renamed = scene.ask("token", "GET", "/repos/contoso/greeting/contents/readme", Value::Null).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    for name in ["contoso/greeting", "contoso/hello"] {
        for token in ["token", "granted"] {
            assert!(scene.fetch(token, name).is_ok(), "git finds it as {name} with {token}");
        }
    }
    scene
        .done(
            201,
            "POST",
            "/orgs/contoso/repos",
            json!({"name": "hello", "private": true, "auto_init": true}),
        )
        .await;
    assert_eq!(scene.outcome("token", "GET", "", Value::Null).await, refused(404, "Not Found"));
    assert_eq!(scene.fetch("token", NAME), Err(FetchError::NotFound), "the name is another one's now");
    scene.done(204, "DELETE", "/repos/contoso/greeting", Value::Null).await;
    scene
        .done(
            201,
            "POST",
            "/orgs/contoso/repos",
            json!({"name": "greeting", "private": true, "auto_init": true}),
        )
        .await;
    let again = scene.ask("token", "GET", "/repos/contoso/greeting", Value::Null).await;
    assert_eq!(again.status, 404, "what was deleted is not what was made since");
    assert_eq!(
        scene.document("/repos/contoso/greeting").await["name"],
        "greeting",
        "the owner has all of them"
    );
}

#[tokio::test]
async fn an_end_is_told_and_then_nothing_is_done() {
    let scene = scene().await;
    let host = scene.server.host();
    let hour = SignedDuration::from_hours(1);
    let end = Timestamp::now() + hour;
    let may = Permissions::of(&[Area::Contents.read()]);
    let token = AccessToken::fine_grained("edsger").permitting(NAME, &may);
    host.issue("short", token.clone().expiring(end));
    host.issue("gone", token);
    host.revoke("gone");
    let good = scene.ask("short", "GET", HELLO, Value::Null).await;
    let told = end.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    assert_eq!((good.status, &good.headers["github-authentication-token-expiration"]), (200, &told));
    assert!(scene.fetch("short", NAME).is_ok());
    host.set_time(end + hour);
    for token in ["short", "gone"] {
        assert_eq!(scene.outcome(token, "GET", "", Value::Null).await, refused(401, "Bad credentials"));
        assert_eq!(scene.fetch(token, NAME), Err(FetchError::Unauthorized));
    }
    assert_eq!(scene.get(HELLO).await.status, 200, "others go on");
}

#[tokio::test]
async fn what_a_token_was_not_used_for_is_known() {
    let scene = scene().await;
    let host = scene.server.host();
    let wide = [Area::Contents.write(), Area::Issues.read(), Area::Administration.write()];
    scene.issue("wide", "edsger", &wide);
    host.issue("classic", AccessToken::classic("edsger", &["repo", "workflow", "delete_repo"]));
    let statuses = format!("/statuses/{}", scene.tip("main"));
    assert_eq!(host.unused("wide"), ["administration=write", "contents=write", "issues=read"]);
    assert_eq!(scene.outcome("wide", "GET", "/contents/readme", Value::Null).await, Ok(200));
    assert_eq!(
        host.unused("wide"),
        ["administration=write", "contents=write", "issues=read"],
        "reading is less"
    );
    assert_eq!(scene.outcome("wide", "POST", "/git/blobs", json!({"content": "x"})).await, Ok(201));
    assert_eq!(scene.outcome("wide", "GET", "/pulls", Value::Null).await, refused(403, BY_TOKEN));
    assert_eq!(host.unused("wide"), ["administration=write", "issues=read"]);
    let status = json!({"state": "success", "context": "dev"});
    assert_eq!(scene.outcome("classic", "POST", &statuses, status).await, Ok(201));
    assert_eq!(host.unused("classic"), ["repo where repo:status suffices", "workflow", "delete_repo"]);
    assert_eq!(scene.outcome("classic", "DELETE", "", Value::Null).await, Ok(204));
    assert_eq!(host.unused("classic"), ["workflow"]);
}

#[tokio::test]
async fn what_is_public_is_read_with_any_token() {
    let scene = scene().await;
    scene.done(200, "PATCH", HELLO, json!({"private": false})).await;
    scene.server.host().issue("elsewhere", AccessToken::fine_grained("mallory"));
    for (method, rest, body, outcome) in [
        ("GET", "", Value::Null, Ok(200)),
        ("GET", "/contents/readme", Value::Null, Ok(200)),
        ("GET", "/actions/secrets", Value::Null, refused(403, BY_TOKEN)),
        ("POST", "/git/blobs", json!({"content": "x"}), refused(403, BY_TOKEN)),
    ] {
        assert_eq!(scene.outcome("elsewhere", method, rest, body).await, outcome, "{method} {rest}");
    }
}
