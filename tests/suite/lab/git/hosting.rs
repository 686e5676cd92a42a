//! Clones, fetches and pushes with rights and without, and through endpoints that are shut.

use std::path::PathBuf;

use jiff::Timestamp;
use kubectl_gitops_lab::{
    AccessToken, Area, Change, GitHost, GitServer, Permissions, Reachability, Right, Role,
};
use serde_json::json;

use super::person::Person;

const NAME: &str = "contoso/hello-gitops";

/// A host with one repository, and a person with git.
struct Scene {
    server: GitServer,
    person: Person,
    first: String,
}

impl Scene {
    async fn set() -> Self {
        let host = GitHost::new().unwrap();
        host.create(NAME, "dev").unwrap();
        let files = [("hello/app.yaml", "kind: List\n")];
        let change = Change { message: "first", files: &files, removed: &[], at: Timestamp::UNIX_EPOCH };
        let first = host.commit(NAME, "dev", &change).unwrap();
        host.grant("writer", "contoso/*", Right::Write);
        host.grant("reader", NAME, Right::Read);
        host.grant("stranger", "fabrikam/*", Right::Write);
        let server = GitServer::start(host).await.unwrap();
        let person = Person::new(server.authority());
        Self { server, person, first }
    }

    fn url(&self) -> String {
        format!("{}/{NAME}", self.server.url())
    }

    async fn clone(&self, token: &str, folder: &str) -> PathBuf {
        self.does(token, self.home(), &["clone", "--quiet", &self.url(), folder]).await;
        self.path(folder)
    }
}

impl std::ops::Deref for Scene {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.person
    }
}

#[tokio::test]
async fn git_clones_pushes_a_branch_and_fetches_with_a_token() {
    let scene = Scene::set().await;
    let host = scene.server.host();
    let ours = scene.clone("writer", "ours").await;
    assert_eq!(std::fs::read_to_string(ours.join("hello/app.yaml")).unwrap(), "kind: List\n");
    assert_eq!(scene.does("writer", &ours, &["rev-parse", "HEAD"]).await, scene.first);
    assert_eq!(scene.does("writer", &ours, &["branch", "--show-current"]).await, "dev", "the default branch");

    let theirs = scene.clone("reader", "theirs").await;
    scene.does("writer", &ours, &["switch", "--quiet", "--create", "deploy/1/dev"]).await;
    // More than a mebibyte: git packs and sends it in chunks.
    let commit = scene.commit(&ours, "large", &"not much in here, but a lot of it\n".repeat(60_000)).await;
    scene.does("writer", &ours, &["push", "--quiet", "--set-upstream", "origin", "deploy/1/dev"]).await;
    assert_eq!(host.tip(NAME, "deploy/1/dev").unwrap().as_ref(), Some(&commit));
    let files = host.files(NAME, &commit).unwrap();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["hello/app.yaml", "large"]);

    scene.does("reader", &theirs, &["fetch", "--quiet"]).await;
    assert_eq!(scene.does("reader", &theirs, &["rev-parse", "origin/deploy/1/dev"]).await, commit);
    for version in ["protocol.version=0", "protocol.version=2"] {
        let told =
            scene.does("reader", &theirs, &["-c", version, "ls-remote", "origin", "refs/heads/dev"]).await;
        assert_eq!(told, format!("{}\trefs/heads/dev", scene.first), "{version}");
    }
    let shallow = ["clone", "--quiet", "--depth=1", "--filter=blob:none", &scene.url(), "shallow"];
    scene.does("reader", scene.home(), &shallow).await;
}

#[tokio::test]
async fn git_is_refused_without_a_token_and_beyond_its_rights() {
    let scene = Scene::set().await;
    let home = scene.home();
    let url = scene.url();
    let nobody = format!("{}/contoso/nobody", scene.server.url());
    for (token, words, told) in [
        (None, ["clone", url.as_str(), "a"], "terminal prompts disabled"),
        (Some("wrong"), ["clone", url.as_str(), "a"], "Authentication failed for"),
        (Some("stranger"), ["clone", url.as_str(), "a"], "remote: Repository not found."),
        (Some("writer"), ["clone", nobody.as_str(), "a"], "remote: Repository not found."),
    ] {
        let said = scene.is_refused(token, home, &words).await;
        assert!(said.contains(told), "{token:?}: {said}");
    }
    let clone = scene.clone("reader", "b").await;
    scene.commit(&clone, "mine", "all mine").await;
    let said = scene.is_refused(Some("reader"), &clone, &["push", "origin", "dev"]).await;
    assert!(said.contains("Write access to repository not granted."), "{said}");
    assert_eq!(scene.server.host().tip(NAME, "dev").unwrap().as_ref(), Some(&scene.first));

    scene.server.host().set_reachability(scene.server.url(), Reachability::Untrusted);
    let said = scene.is_refused(Some("reader"), &clone, &["fetch"]).await;
    assert!(said.contains("certificate"), "{said}");
    scene.server.host().set_reachability(scene.server.url(), Reachability::Down);
    let said = scene.is_refused(Some("reader"), &clone, &["fetch"]).await;
    assert!(said.contains("unable to access"), "{said}");
    scene.server.host().set_reachability(scene.server.url(), Reachability::Up);
    scene.does("reader", &clone, &["fetch"]).await;
}

#[tokio::test]
async fn git_does_what_a_token_permits_and_its_person_may() {
    let scene = Scene::set().await;
    let host = scene.server.host();
    host.add_role("ada", NAME, Role::Write);
    host.add_role("joan", NAME, Role::Read);
    let (read, write) = (Area::Contents.read(), Area::Contents.write());
    for (characters, login, permission) in [
        ("reads", "ada", read),
        ("writes", "ada", write),
        ("looks", "joan", write),
        ("sorts", "ada", Area::Issues.write()),
    ] {
        let permissions = Permissions::of(&[permission]);
        host.issue(characters, AccessToken::fine_grained(login).permitting(NAME, &permissions));
    }
    host.issue("job", AccessToken::job(NAME, 7, &Permissions::of(&[write])));
    let said = scene.is_refused(Some("sorts"), scene.home(), &["clone", &scene.url(), "none"]).await;
    assert!(said.contains("Write access to repository not granted."), "{said}");
    for (characters, may_push) in [("reads", false), ("looks", false), ("writes", true), ("job", true)] {
        let clone = scene.clone(characters, characters).await;
        let commit = scene.commit(&clone, characters, "mine").await;
        let output = scene.git(Some(characters), &clone, &["push", "origin", "dev"]).await;
        assert_eq!(output.status.success(), may_push, "{characters}");
        let is_there = host.tip(NAME, "dev").unwrap() == Some(commit);
        assert_eq!(is_there, may_push, "{characters}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(may_push || said.contains("Write access to repository not granted."), "{said}");
    }
    assert_eq!((host.unused("writes"), host.unused("looks")), (vec![], vec!["contents=write".to_owned()]));
}

#[tokio::test]
async fn of_two_pushes_one_wins_and_the_other_learns_it() {
    let scene = Scene::set().await;
    let clones = [scene.clone("writer", "one").await, scene.clone("writer", "two").await];
    let mut commits = Vec::new();
    for clone in &clones {
        commits.push(scene.commit(clone, "file", &clone.display().to_string()).await);
    }
    let push = |clone: &PathBuf| {
        let (scene, clone) = (&scene, clone.clone());
        async move { scene.git(Some("writer"), &clone, &["push", "origin", "dev"]).await }
    };
    // Both have been told where the branch stands before either moves it.
    let meeting =
        json!({"host": "git", "path": "/contoso/*/git-receive-pack", "times": 2, "effect": {"barrier": 2}});
    scene.server.inject(serde_json::from_value(meeting).unwrap());
    let outputs = tokio::join!(push(&clones[0]), push(&clones[1]));
    let outputs = [outputs.0, outputs.1];
    let winner = outputs.iter().position(|output| output.status.success()).expect("one wins");
    let loser = &outputs[1 - winner];
    assert!(!loser.status.success(), "the other does not");
    let said = String::from_utf8_lossy(&loser.stderr);
    assert!(said.contains("rejected]"), "{said}");
    assert_eq!(scene.server.host().tip(NAME, "dev").unwrap().as_ref(), Some(&commits[winner]));

    // And having learnt it, it can go on.
    scene.does("writer", &clones[1 - winner], &["fetch", "--quiet"]).await;
    scene.does("writer", &clones[1 - winner], &["rebase", "--quiet", "-X", "theirs", "origin/dev"]).await;
    scene.does("writer", &clones[1 - winner], &["push", "--quiet", "origin", "dev"]).await;
}

#[tokio::test]
async fn the_journal_tells_what_git_asked_for_and_no_secret() {
    let scene = Scene::set().await;
    let url = scene.url().replacen("https://", "https://somebody:reader@", 1);
    scene.does("reader", scene.home(), &["clone", "--quiet", &url, "a"]).await;
    let journal = scene.server.journal();
    let told: Vec<_> = journal["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|request| format!("{} {} {}", request["method"], request["target"], request["status"]))
        .collect();
    let path = format!("/{NAME}");
    assert_eq!(
        told,
        [
            format!("\"GET\" \"{path}/info/refs\" 401"),
            format!("\"GET\" \"{path}/info/refs\" 200"),
            format!("\"POST\" \"{path}/git-upload-pack\" 200"),
            format!("\"POST\" \"{path}/git-upload-pack\" 200"),
        ]
    );
    assert!(!journal.to_string().contains("reader"));
}

#[tokio::test]
async fn git_sees_what_goes_wrong_on_the_way() {
    let scene = Scene::set().await;
    let clone = scene.clone("reader", "a").await;
    for (effect, told) in [
        (json!({"status": {"code": 503}}), "The requested URL returned error: 503"),
        (json!({"cut": 0}), "unable to access"),
        (json!("half"), "fatal: "),
    ] {
        let fault = json!({"host": "git", "path": "/contoso/*/info/refs", "after": 1, "effect": effect});
        scene.server.clear_faults();
        scene.server.inject(serde_json::from_value(fault).unwrap());
        let said = scene.is_refused(Some("reader"), &clone, &["fetch"]).await;
        assert!(said.contains(told), "{effect}: {said}");
    }
}
