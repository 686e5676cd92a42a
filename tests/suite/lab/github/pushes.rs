//! Pushes of stock git to GitHub: what moves, and what is refused in which words.

use std::path::PathBuf;

use base64::Engine;
use kubectl_gitops_lab::Via;
use serde_json::{Value, json};

use super::super::client::Client;
use super::super::git::person::Person;
use super::scene::{FRIEND, OWNER, Scene};

const HELLO: &str = "/repos/contoso/hello";
const RECEIVE: &str = "/contoso/hello/git-receive-pack";

impl Scene {
    /// Somebody who has cloned `contoso/hello`, and where.
    pub(super) async fn cloned(&self) -> (Person, PathBuf) {
        let person = Person::new(self.server.authority());
        let url = format!("{}/contoso/hello", self.server.url());
        person.does(OWNER, person.home(), &["clone", "--quiet", &url, "clone"]).await;
        let clone = person.path("clone");
        (person, clone)
    }

    /// A client that shows a token as git does.
    fn pusher(&self) -> (Client, [(&'static str, String); 2]) {
        let mut client = Client::new(self.server.authority(), self.server.url(), "");
        client.token = None;
        let credentials = base64::engine::general_purpose::STANDARD.encode(format!("git:{OWNER}"));
        let media = "application/x-git-receive-pack-request".to_owned();
        (client, [("Authorization", format!("Basic {credentials}")), ("Content-Type", media)])
    }

    /// What a push answers that is written by hand.
    async fn push_by_hand(&self, body: &[u8]) -> String {
        let (client, headers) = self.pusher();
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = client.send_with("POST", RECEIVE, &headers, body).await.whole().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.text
    }

    /// What pushes have moved: who, by which way, which ref, from and to where.
    fn moves(&self) -> Vec<String> {
        let changes = self.server.host().ref_changes();
        let pushed =
            changes.into_iter().map(|changed| changed.change).filter(|change| change.via == Via::Push);
        let short = |id: Option<String>| id.map_or("nothing".to_owned(), |id| id[..7].to_owned());
        pushed
            .map(|change| {
                let (old, new) = (change.old.map(|id| id.to_string()), change.new.map(|id| id.to_string()));
                format!("{} {} {} {}", change.actor, change.reference, short(old), short(new))
            })
            .collect()
    }
}

/// A command of a push, and what follows it.
fn command(old: &str, new: &str, reference: &str, rest: &[u8]) -> Vec<u8> {
    let line = format!("{old} {new} {reference}\0report-status");
    [format!("{:04x}{line}0000", line.len() + 4).as_bytes(), rest].concat()
}

#[tokio::test]
async fn git_begins_moves_forces_and_deletes_refs_and_each_is_told() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    let first = scene.tip("main");
    let second = person.commit(&clone, "one", "1").await;
    person.does(FRIEND, &clone, &["push", "--quiet", "origin", "main", "main:refs/heads/a/b"]).await;
    person.does(FRIEND, &clone, &["tag", "-a", "v1", "-m", "first"]).await;
    person.does(FRIEND, &clone, &["push", "--quiet", "origin", "v1"]).await;
    person.does(FRIEND, &clone, &["push", "--quiet", "--force", "origin", &format!("{first}:a/b")]).await;
    let said = person.is_refused(Some(FRIEND), &clone, &["push", "origin", "main:refs/heads/a"]).await;
    assert!(said.contains("[remote rejected] main -> a (cannot lock ref 'refs/heads/a'"), "{said}");
    person.does(FRIEND, &clone, &["push", "--quiet", "origin", ":a/b"]).await;
    let tag = person.does(FRIEND, &clone, &["rev-parse", "v1"]).await;
    let (first, second) = (&first[..7], &second[..7]);
    assert_eq!(
        scene.moves(),
        [
            format!("grace refs/heads/main {first} {second}"),
            format!("grace refs/heads/a/b nothing {second}"),
            format!("grace refs/tags/v1 nothing {}", &tag[..7]),
            format!("grace refs/heads/a/b {second} {first}"),
            format!("grace refs/heads/a/b {first} nothing"),
        ]
    );
    let fetched = person.does(FRIEND, &clone, &["ls-remote", "--heads", "--tags", "origin"]).await;
    assert_eq!(fetched.lines().count(), 3, "{fetched}");
}

#[tokio::test]
async fn a_lease_that_is_stale_moves_nothing() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    let seen = scene.tip("main");
    scene
        .server
        .host()
        .set_branch("contoso/hello", "other", Some(&seen), "2026-01-01T00:00:00Z".parse().unwrap())
        .unwrap();
    person.commit(&clone, "one", "1").await;
    let lease = format!("--force-with-lease=other:{}", "1".repeat(40));
    let said = person.is_refused(Some(OWNER), &clone, &["push", &lease, "origin", "main:other"]).await;
    assert!(said.contains("(stale info)"), "{said}");
    // Git itself looks at what it was told first; a server is told by whoever does not.
    let one = person.does(OWNER, &clone, &["rev-parse", "HEAD"]).await;
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "main:refs/heads/mine"]).await;
    let told = scene.push_by_hand(&command(&one, &seen, "refs/heads/other", b"")).await;
    let wanted =
        format!("ng refs/heads/other cannot lock ref 'refs/heads/other': is at {seen} but expected {one}");
    assert!(told.contains(&wanted), "{told}");
    assert_eq!(scene.tip("other"), seen);
}

#[tokio::test]
async fn an_atomic_push_moves_all_refs_or_none() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    scene.protect("main", json!({"enforce_admins": true, "required_pull_request_reviews": {}})).await;
    let before = scene.tip("main");
    person.commit(&clone, "one", "1").await;
    let refs = ["main", "main:refs/heads/feature"];
    let push = [&["push", "--atomic", "origin"][..], &refs].concat();
    let said = person.is_refused(Some(OWNER), &clone, &push).await;
    assert!(said.contains("main -> main (protected branch hook declined)"), "{said}");
    assert!(said.contains("main -> feature (atomic push failure)"), "{said}");
    assert!(scene.server.host().tip("contoso/hello", "feature").unwrap().is_none());
    let push = [&["push", "origin"][..], &refs].concat();
    person.is_refused(Some(OWNER), &clone, &push).await;
    assert!(scene.server.host().tip("contoso/hello", "feature").unwrap().is_some(), "each by itself");
    assert_eq!(scene.tip("main"), before);
}

#[tokio::test]
async fn a_protected_branch_says_what_it_misses() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    let rules = json!({"enforce_admins": true, "required_pull_request_reviews": {},
        "required_status_checks": {"strict": false, "contexts": ["gitops/gates"]}});
    scene.protect("main", rules).await;
    let before = scene.tip("main");
    person.commit(&clone, "one", "1").await;
    for (words, told) in [
        (
            vec!["push", "origin", "main"],
            vec![
                "remote: error: GH006: Protected branch update failed for refs/heads/main.",
                "remote: - Changes must be made through a pull request.",
                "remote: - Required status check \"gitops/gates\" is expected.",
                "! [remote rejected] main -> main (protected branch hook declined)",
            ],
        ),
        (
            vec!["push", "--force", "origin", "main~2:main"],
            vec!["remote: - Cannot force-push to this branch"],
        ),
    ] {
        let said = person.is_refused(Some(OWNER), &clone, &words).await;
        for line in told {
            assert!(said.contains(line), "{line} in {said}");
        }
    }
    scene.branch("stays", "two", "2").await;
    scene.protect("stays", json!({})).await;
    for (reference, told) in [
        ("stays", "remote: - Cannot delete this branch"),
        ("main", "(refusing to delete the current branch: refs/heads/main)"),
        ("refs/pull/1/head", "(deny updating a hidden ref)"),
    ] {
        let target =
            if reference.starts_with("refs") { format!("HEAD:{reference}") } else { format!(":{reference}") };
        let said = person.is_refused(Some(OWNER), &clone, &["push", "origin", &target]).await;
        assert!(said.contains(told), "{told} in {said}");
    }
    assert_eq!(scene.tip("main"), before);
    // What has passed its checks elsewhere may be pushed where nobody needs to review.
    let rules = json!({"enforce_admins": true,
        "required_status_checks": {"strict": false, "contexts": ["gitops/gates"]}});
    scene.protect("main", rules).await;
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "main:refs/heads/tried"]).await;
    let status = json!({"state": "success", "context": "gitops/gates"});
    scene.done(201, "POST", &format!("{HELLO}/statuses/{}", scene.tip("tried")), status).await;
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "main"]).await;
}

#[tokio::test]
async fn an_archived_repository_takes_no_push_and_no_commit() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    scene.done(200, "PATCH", HELLO, json!({"archived": true})).await;
    person.commit(&clone, "one", "1").await;
    let said = person.is_refused(Some(OWNER), &clone, &["push", "origin", "main"]).await;
    assert!(said.contains("remote: This repository was archived so it is read-only."), "{said}");
    assert!(said.contains("The requested URL returned error: 403"), "{said}");
    let told = (403, "Repository was archived so is read-only.".to_owned());
    let file = json!({"message": "m", "content": ""});
    assert_eq!(scene.refused(OWNER, "PUT", &format!("{HELLO}/contents/x"), file).await, told);
    let branch = json!({"ref": "refs/heads/x", "sha": scene.tip("main")});
    assert_eq!(scene.refused(OWNER, "POST", &format!("{HELLO}/git/refs"), branch).await, told);
    assert_eq!(scene.refused(OWNER, "PATCH", HELLO, json!({"description": "x"})).await, told);
    person.does(OWNER, &clone, &["fetch", "--quiet"]).await;
    scene.done(200, "PATCH", HELLO, json!({"archived": false})).await;
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "main"]).await;
}

#[tokio::test]
async fn a_workflow_is_pushed_by_those_who_may_and_carried_on_by_others() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    std::fs::create_dir_all(clone.join(".github/workflows")).unwrap();
    person.commit(&clone, ".github/workflows/ci.yml", "on: push\n").await;
    let push = ["push", "origin", "main:refs/heads/a"];
    let said = person.is_refused(Some(FRIEND), &clone, &push).await;
    let told = "(refusing to allow a Personal Access Token to create or update workflow \
                `.github/workflows/ci.yml` without `workflow` scope)";
    assert!(said.contains(told), "{said}");
    person.does(OWNER, &clone, &push).await;
    person.commit(&clone, "more", "1").await;
    person.does(FRIEND, &clone, &["push", "--quiet", "origin", "main:refs/heads/b"]).await;
    person.commit(&clone, ".github/workflows/ci.yml", "on: [push]\n").await;
    person.is_refused(Some(FRIEND), &clone, &["push", "origin", "main:refs/heads/b"]).await;
}

#[tokio::test]
async fn a_pusher_who_goes_away_leaves_nothing_behind() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    let before = scene.tip("main");
    let commit = person.commit(&clone, "one", "1").await;
    let (client, headers) = scene.pusher();
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let half = command(&before, &commit, "refs/heads/main", b"PACK\0\0\0\x02");
    let connection = client.send_half(RECEIVE, &headers, half.len() + 1000, &half).await;
    // Meanwhile others move the very branch.
    let file = json!({"message": "m", "content": "", "branch": "main"});
    scene.done(201, "PUT", &format!("{HELLO}/contents/x"), file).await;
    scene
        .done(200, "PATCH", &format!("{HELLO}/git/refs/heads/main"), json!({"sha": before, "force": true}))
        .await;
    drop(connection);
    assert_eq!(scene.tip("main"), before);
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "main"]).await;
    assert_eq!(scene.tip("main"), commit);
}

#[tokio::test]
async fn objects_that_are_broken_or_missing_move_nothing() {
    let scene = Scene::set().await;
    let (before, unknown) = (scene.tip("main"), "1".repeat(40));
    let empty = b"PACK\0\0\0\x02\0\0\0\0\x02\x9d\x08\x82\x3b\xd8\xa8\xea\xb5\x10\xad\x6a\xc7\x5c\x82\x3c\xfd\x3e\xd3\x1e";
    let told = scene.push_by_hand(&command(&before, &unknown, "refs/heads/main", empty)).await;
    assert!(
        told.contains("unpack ok") && told.contains("ng refs/heads/main missing necessary objects"),
        "{told}"
    );
    let broken = b"PACK\0\0\0\x02\0\0\0\x01nonsense";
    let told = scene.push_by_hand(&command(&before, &unknown, "refs/heads/main", broken)).await;
    assert!(told.contains("unpack index-pack abnormal exit"), "{told}");
    assert!(told.contains("ng refs/heads/main unpacker error"), "{told}");
    assert_eq!(scene.tip("main"), before);
}

#[tokio::test]
async fn what_is_refused_leaves_no_objects() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    scene.protect("main", json!({"enforce_admins": true, "required_pull_request_reviews": {}})).await;
    let commit = person.commit(&clone, "one", "1").await;
    person.is_refused(Some(OWNER), &clone, &["push", "origin", "main"]).await;
    assert_eq!(scene.get(&format!("{HELLO}/git/commits/{commit}")).await.status, 404);
    person.does(OWNER, &clone, &["push", "--quiet", "origin", "main:refs/heads/a"]).await;
    assert_eq!(scene.document(&format!("{HELLO}/git/commits/{commit}")).await["sha"], json!(commit));
}

impl Scene {
    /// Puts rules on a branch; the four that must be named and are not are null.
    pub(super) async fn protect(&self, branch: &str, mut rules: Value) {
        for field in
            ["required_status_checks", "enforce_admins", "required_pull_request_reviews", "restrictions"]
        {
            if rules.get(field).is_none() {
                rules[field] = Value::Null;
            }
        }
        self.done(200, "PUT", &format!("{HELLO}/branches/{branch}/protection"), rules).await;
    }
}

#[tokio::test]
async fn options_of_a_push_are_taken() {
    let scene = Scene::set().await;
    let (person, clone) = scene.cloned().await;
    person.does(OWNER, &clone, &["push", "--quiet", "-o", "ci.skip", "origin", "main:optional"]).await;
    assert_eq!(scene.tip("optional"), scene.tip("main"));
}
